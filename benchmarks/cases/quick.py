"""Three cases in under three minutes, for every change: they tell a collapse, and no more."""

from benchmarks import stacks
from benchmarks.rounds import Case
from benchmarks.rows import Goal, Row
from benchmarks.side_by_side import side_by_side
from benchmarks.stacks import Stack

SECONDS = 2


def _case(path: str, ours: Stack, peer: Stack, least: float, *, posts: bool = False) -> Case:
    return Case(
        f"{path} ÷ {peer.name}",
        f"{'POST' if posts else 'GET'} {path}",
        "requests/s",
        side_by_side((ours, peer), path, posts=posts, seconds=SECONDS),
        (Row(ours.name, peer.name, Goal(least)),),
        rounds=3,
    )


# Half of the goals of the full cases: the ratio of three short rounds varies (docs/benchmarks.md).
QUICK = (
    _case("/version", stacks.SERVICE, stacks.FASTAPI, 1.0),
    _case("/api/orders", stacks.ENDPOINTS, stacks.FASTAPI, 0.75, posts=True),
    _case("/version", stacks.TWELVE, stacks.QUESTION, 2.5),
)
