"""What the ORM's own calls cost: each awaited one is one hop, with all that it brings along."""

import asyncio
from collections.abc import Coroutine, Iterator
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import connection, connections, models, transaction
from django.test.utils import isolate_apps

from app.serving.hops import assert_hops

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shelves() -> Iterator[Any]:
    """A model `Shelf` with two rows, each with a row of its `books`."""
    with isolate_apps("app.api"):

        class Shelf(models.Model):
            objects: models.Manager[Any] = models.Manager()

            class Meta:
                app_label = "api"

        class Book(models.Model):
            shelf = models.ForeignKey(Shelf, models.CASCADE, related_name="books")
            objects: models.Manager[Any] = models.Manager()

            class Meta:
                app_label = "api"

        with connection.schema_editor() as editor:
            editor.create_model(Shelf)
            editor.create_model(Book)
        for _ in range(2):
            Book.objects.create(shelf=Shelf.objects.create())
        yield Shelf
        with connection.schema_editor() as editor:
            editor.delete_model(Book)
            editor.delete_model(Shelf)


def run(work: Coroutine[Any, Any, Any]) -> Any:
    """What the coroutine returns; the connection of its thread goes back, as after a request."""

    async def main() -> Any:
        try:
            return await work
        finally:
            await sync_to_async(connections.close_all)()

    return asyncio.run(main())


def test_a_query_with_its_prefetches_is_one_hop(shelves: Any) -> None:
    async def work() -> list[int]:
        with assert_hops(1):
            found = [each async for each in shelves.objects.prefetch_related("books")]
            return [len(each.books.all()) for each in found]

    assert run(work()) == [1, 1]


def test_an_atomic_block_is_one_hop(shelves: Any) -> None:
    @sync_to_async
    @transaction.atomic
    def two() -> int:
        shelves.objects.create()
        return int(shelves.objects.count())

    async def work() -> int:
        with assert_hops(1):
            return await two()

    assert run(work()) == 3


def test_each_awaited_call_is_one_hop(shelves: Any) -> None:
    async def work() -> int:
        with assert_hops(3):
            shelf = await shelves.objects.afirst()
            await shelf.books.acreate()
            return int(await shelf.books.acount())

    assert run(work()) == 2
