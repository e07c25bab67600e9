"""PostgreSQL: one row by its id, and fifty."""

from uuid import UUID

from benchmarks import stacks
from benchmarks.rounds import Case
from benchmarks.rows import Goal, Row
from benchmarks.side_by_side import side_by_side

SIDES = (stacks.ENDPOINTS, stacks.STOCK, stacks.SQLALCHEMY)
OURS = stacks.ENDPOINTS.name

ROW = Case(
    "row",
    "GET /api/rows/{id}, one row of PostgreSQL",
    "requests/s",
    side_by_side(SIDES, f"/api/rows/{UUID(int=7)}"),
    (Row(OURS, stacks.STOCK.name, Goal(2)), Row(OURS, stacks.SQLALCHEMY.name, Goal(0.7))),
)
LIST = Case(
    "list",
    "GET /api/rows, fifty rows of PostgreSQL",
    "requests/s",
    side_by_side(SIDES, "/api/rows"),
    (Row(OURS, stacks.STOCK.name, Goal(1.3)), Row(OURS, stacks.SQLALCHEMY.name)),
)
