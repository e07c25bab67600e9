"""Who may wait for a connection should get one before the pool gives up."""

from typing import Any

import pytest
from django.conf import settings
from django.core.checks import CheckMessage

from app.serving.check_pools import check_pools


def checked(options: Any, **bounds: int | None) -> list[CheckMessage]:
    databases = {"default": {}, "second": {"OPTIONS": options}}
    with pytest.MonkeyPatch.context() as patch:  # override_settings warns: connections are open
        patch.setattr(settings, "DATABASES", databases)
        for name, bound in bounds.items():
            if bound is None:
                patch.delattr(settings, name)
            else:
                patch.setattr(settings, name, bound)
        return check_pools()


def test_the_shipped_pool_is_large_enough() -> None:
    assert check_pools() == []


@pytest.mark.parametrize(
    ("pool", "waiting", "enough"),
    [
        # 10 have a connection, 500 stand in 50 rows behind them: 5 s for 50 turns.
        ({"max_size": 10, "timeout": 5.0}, 500, True),
        ({"max_size": 10, "timeout": 5.0}, 501, False),
        ({"max_size": 10, "timeout": 4.9}, 500, False),
        ({"max_size": 9, "timeout": 5.0}, 500, False),
        # What psycopg_pool does when it is not told: 4 connections, 30 s.
        (True, 1194, True),
        (True, 1195, False),
        ({}, 100_000, True),  # as good as none: Django makes no pool
        (None, 100_000, True),
        ({"min_size": 5}, 1495, True),
        ({"min_size": 5}, 1496, False),
        ({"min_size": 0}, 291, True),
        ({"min_size": 0}, 292, False),
    ],
)
def test_each_turn_has_a_tenth_of_a_second(pool: Any, waiting: int, enough: bool) -> None:
    found = checked({"pool": pool}, DB_POOL_MAX=10, DB_MAX_WAITING=waiting)
    assert [each.id for each in found] == [] if enough else ["serving.W008"]


def test_it_names_the_numbers() -> None:
    pool = {"max_size": 2, "timeout": 1.5}
    (message,) = checked({"pool": pool}, DB_POOL_MAX=2, DB_MAX_WAITING=40)
    assert message.msg == (
        "The pool of DATABASES['second'] has 2 connections for 42 requests "
        "(DB_POOL_MAX + DB_MAX_WAITING): the last of them waits for 20 others, "
        "and gives up after 1.5 s."
    )


def test_a_project_without_bounds_or_without_a_pool_is_not_judged() -> None:
    pool = {"max_size": 1, "timeout": 0.1}
    assert checked({}) == []
    assert checked({"pool": pool})
    assert checked({"pool": pool}, DB_POOL_MAX=None, DB_MAX_WAITING=None) == []
