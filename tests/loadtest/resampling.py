"""Runs made of pieces of others: many pairs of runs from a few."""

import random

from app.loadtest.baseline import PIECES, Measured, compare
from app.loadtest.samples import Samples


def resampled(run: Measured, chance: random.Random) -> Measured:
    """A run of ten pieces of this one, drawn with replacement: a block bootstrap over time."""
    length = int(run.until - run.since) // PIECES
    made = Samples(run.until)
    for index in range(PIECES):
        drawn = int(run.since) + chance.randrange(PIECES) * length
        to = int(run.since) + index * length
        for endpoint, intervals in run.samples.endpoints.items():
            for second in range(length):
                if drawn + second in intervals:
                    found = made.endpoints.setdefault(endpoint, {})
                    found[to + second] = intervals[drawn + second]
    return Measured(made, run.since, run.until)


def alarms_of_pairs(runs: list[Measured], seed: int) -> int:
    """How many of 1,000 pairs of runs, made of pieces of two of these, are called worse."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    alarms = 0
    for _ in range(1000):
        before, now = chance.sample(runs, 2)
        alarms += compare(resampled(before, chance), resampled(now, chance)).worse
    return alarms
