"""Runs made of pieces of others: many pairs of runs from a few."""

import random

from app.loadtest.baseline import PIECES, Measured
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
