"""A body of 1 KB, validated by pydantic on both sides."""

from benchmarks import stacks
from benchmarks.rounds import Case
from benchmarks.rows import Goal, Row
from benchmarks.side_by_side import side_by_side

SIDES = (stacks.ENDPOINTS, stacks.FASTAPI, stacks.STOCK)

ORDERS = Case(
    "orders",
    "POST /api/orders, validation of 1 KB of JSON",
    "requests/s",
    side_by_side(SIDES, "/api/orders", posts=True),
    (
        Row(stacks.ENDPOINTS.name, stacks.FASTAPI.name, Goal(1.5)),
        Row(stacks.ENDPOINTS.name, stacks.STOCK.name),
    ),
)
