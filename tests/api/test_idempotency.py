"""Keys that make a retry safe, on a real PostgreSQL."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from django.db import connections
from django.http import HttpResponse
from django.utils import timezone
from pytest_django import Settings

from app.api import idempotency
from app.api.idempotency import Key, once
from app.api.models import IdempotencyKey
from app.api.refused import Refused

pytestmark = pytest.mark.django_db(transaction=True)


class Work:
    """Counts how often it is done."""

    def __init__(self) -> None:
        self.done = 0

    def __call__(self) -> HttpResponse:
        self.done += 1
        return HttpResponse(f"{self.done}", status=201, headers={"Location": "/x", "ETag": '"1"'})


KEY = Key("acme", "create", "k")


def ask(work: Callable[[], HttpResponse], content: str = "a", key: Key = KEY) -> HttpResponse:
    async def main() -> HttpResponse:
        try:
            return await once(key, content, work)
        finally:
            await sync_to_async(connections.close_all)()  # as the handler does at the end

    return asyncio.run(main())


def age(hours: float) -> None:
    IdempotencyKey.objects.update(created=timezone.now() - timedelta(hours=hours))


def test_a_retry_gets_the_same_answer() -> None:
    work = Work()
    first, again = ask(work), ask(work)
    assert work.done == 1
    assert (again.status_code, again.content) == (first.status_code, first.content) == (201, b"1")
    assert again.headers == first.headers
    assert str(IdempotencyKey.objects.get()) == "create k"


@pytest.mark.parametrize(
    "other", [Key("other", "create", "k"), Key("acme", "change", "k"), Key("acme", "create", "l")]
)
def test_a_key_is_of_one_tenant_and_operation(other: Key) -> None:
    work = Work()
    ask(work)
    assert ask(work, "b", other).content == b"2"


def test_the_same_key_with_another_body_is_refused() -> None:
    work = Work()
    ask(work)
    with pytest.raises(Refused) as refused:
        ask(work, "b")
    assert refused.value.status == 422
    assert refused.value.extra["errors"][0]["field"] == "Idempotency-Key"
    assert work.done == 1


def test_what_fails_leaves_no_key() -> None:
    def fail() -> HttpResponse:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        ask(fail)
    assert not IdempotencyKey.objects.exists()


def test_a_key_expires(settings: Settings) -> None:
    work = Work()
    ask(work)
    age(settings.IDEMPOTENCY_HOURS - 0.1)
    assert ask(work).content == b"1"
    age(settings.IDEMPOTENCY_HOURS)
    assert ask(work, "b").content == b"2"


def test_expired_keys_are_removed_in_bounded_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(idempotency, "BATCH", 2)
    work = Work()
    for number in range(6):
        ask(work, key=Key("acme", "create", str(number)))
    age(25)
    ask(work, key=Key("acme", "create", "5"))
    # Two of a batch, and the expired one of its own key.
    assert IdempotencyKey.objects.count() == 4
    ask(work, key=Key("acme", "create", "new"))
    assert IdempotencyKey.objects.count() == 3
