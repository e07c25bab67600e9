"""What each operation costs: one hop for each trip to the database, and one that ends it."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from app.serving.handler import AsyncHandler
from app.serving.hops import assert_hops
from tests.callers import acall, header
from tests.client import Answer
from tests.notes.notes import created

pytestmark = pytest.mark.django_db(transaction=True)

END = "app.serving.signals.return_connection"
NOTE = {"text": "Water the plants."}
GET, FETCH, CHANGE = "models.query.QuerySet.get", "QuerySet._fetch_all", "notes.store.change"
# Method, path, content and headers; then the answer, and what the one trip is called.
OPERATIONS: list[tuple[tuple[str, str, Any, Mapping[str, str]], int, str]] = [
    (("POST", "", NOTE, {}), 201, "app.notes.store.create_now"),
    (("POST", "", NOTE, {"Idempotency-Key": "a"}), 201, "app.api.idempotency.once"),
    (("GET", "", None, {}), 200, FETCH),
    (("GET", "?tag=home&limit=1", None, {}), 200, FETCH),
    (("GET", "/{id}", None, {}), 200, GET),
    (("GET", "/{id}", None, {"If-None-Match": "*"}), 304, GET),
    (("HEAD", "/{id}", None, {}), 200, GET),
    (("PUT", "/{id}", NOTE, {}), 200, CHANGE),
    (("PATCH", "/{id}", {"tags": []}, {}), 200, CHANGE),
    (("PUT", "/{id}", NOTE, {"If-Match": '"0"'}), 412, CHANGE),
    (("DELETE", "/{id}", None, {}), 204, "app.notes.store.delete"),
]


@pytest.mark.parametrize(("operation", "status", "name"), OPERATIONS)
def test_an_operation_is_one_trip_to_the_database(
    operation: tuple[str, str, Any, Mapping[str, str]], status: int, name: str
) -> None:
    method, path, content, headers = operation
    target = "/api/notes" + path.format(id=header(created(), "location").rpartition("/")[2])

    async def work() -> Answer:
        with assert_hops(2):
            return await acall(AsyncHandler(), method, target, content, headers=headers)

    answer = asyncio.run(work())
    assert answer.status == status
    trip, end = answer.scope["hops"]
    assert trip.endswith(name)
    assert end == END


@pytest.mark.parametrize(
    ("method", "path", "content", "status"),
    [
        ("POST", "", {}, 422),
        ("GET", "?limit=0", None, 422),
        ("GET", "/no-uuid", None, 404),
        ("PATCH", "", None, 405),
    ],
)
def test_what_touches_no_database_never_leaves_the_loop(
    method: str, path: str, content: Any, status: int
) -> None:
    async def work() -> Answer:
        with assert_hops(0):
            return await acall(AsyncHandler(), method, "/api/notes" + path, content)

    assert asyncio.run(work()).status == status
