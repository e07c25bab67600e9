"""The name of a hop, through partials, middleware and methods."""

import functools
from collections.abc import Callable
from typing import Any, cast

import pytest
from django.core.handlers.exception import convert_exception_to_response

from app.serving.hops_name import name_of


class Work:
    def method(self) -> None: ...

    @classmethod
    def of_class(cls) -> None: ...

    def __call__(self) -> None: ...


def function() -> None: ...


HERE = "tests.serving.test_hops_name"


@pytest.mark.parametrize(
    ("func", "name"),
    [
        (function, f"{HERE}.function"),
        (Work().method, f"{HERE}.Work.method"),
        (Work.of_class, f"{HERE}.Work.of_class"),
        (Work(), f"{HERE}.Work"),
        (convert_exception_to_response(cast("Any", Work())), f"{HERE}.Work"),
        (functools.partial(function), f"{HERE}.function"),
        (functools.partial(functools.partial(Work().method)), f"{HERE}.Work.method"),
        (len, "builtins.len"),
        ([].append, "builtins.list.append"),
    ],
)
def test_names(func: Callable[..., Any], name: str) -> None:
    assert name_of(func) == name
