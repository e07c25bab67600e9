"""What was watched of a request, in numbers and words: medians, verdict, what to change."""

import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from app.serving.hops_cause import Cause, cause_of
from app.serving.hops_fix import Fix
from app.serving.hops_request import Answer, Request
from app.serving.hops_road import Hop, Road

ORM, END = "ORM call", "end of the request"


@dataclass(frozen=True)
class Step:
    """One hop: its cause, and seconds of waiting for the thread and in it (medians of the runs)."""

    number: int
    cause: Cause
    waited: float
    ran: float


@dataclass(frozen=True)
class Report:
    """One request that was asked once or more.

    - `counts`: the number of hops of each run. `steps` and `road` are those of the usual one.
    - `changes`: each with the numbers of the hops that it saves.
    """

    request: Request
    status: int
    seconds: float
    counts: list[int]
    steps: list[Step]
    road: Road
    changes: dict[Fix, list[int]]

    @property
    def hops(self) -> int:
        """The most that a run had."""
        return max(self.counts)

    @property
    def verdict(self) -> str:
        """One or two sentences."""
        if not self.hops:
            return "0 hops: this request never leaves the event loop."
        told = plural(len(self.steps), "hop")
        waited = sum(step.waited for step in self.steps)
        started = plural(len(self.road.threads), "thread")
        words = f"{told}, {started} started; {ms(waited)} of waiting for a thread."
        if len(set(self.counts)) > 1:
            words += f" Not the same each time: {', '.join(map(str, self.counts))}."
        if self.steps and all(step.cause.why.startswith((ORM, END)) for step in self.steps):
            words += " They are the database's: one each call, and one that returns the connection."
        return words


def report(request: Request, answers: Sequence[Answer]) -> Report:
    """The usual run of `answers`, with the medians of all that went like it."""
    causes = [[cause_of(hop) for hop in answer.road.hops] for answer in answers]
    signatures = [tuple((each.why, each.what, each.where) for each in run) for run in causes]
    usual = Counter(signatures).most_common(1)[0][0]
    like = [number for number, signature in enumerate(signatures) if signature == usual]
    last = answers[like[-1]]
    steps = [
        Step(
            number + 1,
            cause,
            statistics.median(waited(answers[run].road.hops[number]) for run in like),
            statistics.median(ran(answers[run].road.hops[number]) for run in like),
        )
        for number, cause in enumerate(causes[like[-1]])
    ]
    changes: dict[Fix, list[int]] = {}
    for step in steps:
        for fix in step.cause.fixes:
            changes.setdefault(fix, []).append(step.number)
    seconds = statistics.median(a.road.ended - a.road.began for a in answers)
    counts = [len(answer.road.hops) for answer in answers]
    return Report(request, last.status, seconds, counts, steps, last.road, changes)


def waited(hop: Hop) -> float:
    """Seconds from the call to its beginning in the thread; 0 when it did not begin."""
    return 0.0 if hop.began is None else hop.began - hop.called


def ran(hop: Hop) -> float:
    """Seconds in the thread; 0 when it did not begin or is there still."""
    return 0.0 if hop.began is None or hop.ended is None else hop.ended - hop.began


def ms(seconds: float) -> str:
    """Seconds, written in milliseconds."""
    return f"{seconds * 1000:,.2f} ms"


def plural(number: int, word: str) -> str:
    """The number and the word for so many."""
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
