"""A small JSON answer, observed and bare: the road itself."""

from benchmarks import stacks
from benchmarks.rounds import Case
from benchmarks.rows import Goal, Row
from benchmarks.side_by_side import side_by_side

SIDES = (
    stacks.SERVICE,
    stacks.FASTAPI,
    stacks.BARE,
    stacks.FASTAPI_BARE,
    stacks.STARLETTE,
    stacks.LITESTAR,
    stacks.STOCK,
    stacks.TWELVE,
    stacks.QUESTION,
    stacks.ANSWER,
    stacks.RAW,
)
OURS = stacks.SERVICE.name

VERSION = Case(
    "version",
    "GET /version, a JSON answer of 0.1 KB",
    "requests/s",
    side_by_side(SIDES, "/version"),
    (
        Row(OURS, stacks.FASTAPI.name, Goal(2)),
        Row(OURS, stacks.ANSWER.name, Goal(20)),
        Row(OURS, stacks.STOCK.name, Goal(4)),
        Row(OURS, stacks.BARE.name, Goal(0.7)),
        Row(stacks.BARE.name, stacks.FASTAPI_BARE.name, Goal(1)),
        Row(stacks.TWELVE.name, stacks.QUESTION.name, Goal(5)),
        Row(OURS, stacks.QUESTION.name),
        Row(OURS, stacks.STARLETTE.name),
        Row(OURS, stacks.LITESTAR.name),
        Row(OURS, stacks.RAW.name),
    ),
)
