"""Stacks one after another in each round, to and fro: what drifts meets all of them alike."""

from collections.abc import Callable, Iterable
from functools import partial

from benchmarks.lab import Lab
from benchmarks.rounds import Rounds
from benchmarks.stacks import Stack
from benchmarks.wrk import throughput

WARM_SECONDS = 1


def side_by_side(
    stacks: Iterable[Stack], path: str, *, posts: bool = False, seconds: int = 4
) -> Callable[[Lab], Rounds]:
    """Rounds of requests a second, by the name of the stack; `posts` the order of the lab."""
    return partial(_rounds, tuple(stacks), path, posts, seconds)


def _rounds(stacks: tuple[Stack, ...], path: str, posts: bool, seconds: int, lab: Lab) -> Rounds:
    body = lab.order if posts else None
    while True:
        measured = {}
        for stack in stacks:
            with lab.serving(stack) as server:
                throughput(server.url + path, WARM_SECONDS, body)
                measured[stack.name] = throughput(server.url + path, seconds, body)
        yield measured
        stacks = stacks[::-1]
