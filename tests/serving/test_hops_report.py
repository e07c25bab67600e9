"""Medians, verdict, changes."""

import threading

from app.serving.hops_report import ms, plural, ran, waited
from tests.serving.hops_made import START, made_hop, made_report, made_road, other_work, work


def test_medians_are_of_the_runs_that_went_alike() -> None:
    another = made_hop(0, 5, 9, 9)
    another.func = other_work
    found = made_report(
        made_road(another, another, ended=90),
        made_road(made_hop(1, 2, 4, 5)),
        made_road(made_hop(1, 4, 5, 6), ended=30),
        made_road(made_hop(1, 3, 9, 9), ended=20),
    )
    [step] = found.steps
    assert (ms(step.waited), ms(step.ran)) == ("2.00 ms", "2.00 ms")
    assert step.cause.what == f"{work.__module__}.work"
    assert ms(found.seconds) == "25.00 ms"
    assert (found.hops, found.counts, found.status) == (2, [2, 1, 1, 1], 200)
    assert found.road.ended == START + 0.02
    [(fix, numbers)] = found.changes.items()
    assert (fix, numbers) == (step.cause.fixes[0], [1])
    assert found.verdict == (
        "1 hop, 0 threads started; 2.00 ms of waiting for a thread. "
        "Not the same each time: 2, 1, 1, 1."
    )


def test_no_hop() -> None:
    assert made_report(made_road()).verdict == "0 hops: this request never leaves the event loop."


def test_a_usual_run_without_hops_is_not_the_verdict_of_all() -> None:
    found = made_report(made_road(), made_road(), made_road(made_hop(1, 2, 3, 4)))
    assert found.verdict == (
        "0 hops, 0 threads started; 0.00 ms of waiting for a thread. "
        "Not the same each time: 0, 0, 1."
    )


def test_hops_of_the_database_are_told_as_such() -> None:
    hop = made_hop(1, 2, 3, 4)
    hop.stack[0] = type(hop.stack[0])("django.db.models.query", work.__code__, 9)
    road = made_road(hop, hop)
    road.threads.append(threading.current_thread())
    assert made_report(road).verdict == (
        "2 hops, 1 thread started; 2.00 ms of waiting for a thread. "
        "They are the database's: one each call, and one that returns the connection."
    )


def test_what_did_not_begin_or_end_counts_nothing() -> None:
    hop = made_hop(1, 2, 3, 4)
    assert (round(waited(hop), 4), round(ran(hop), 4)) == (0.001, 0.001)
    hop.ended = None
    assert (round(waited(hop), 4), ran(hop)) == (0.001, 0)
    hop.began = None
    assert (waited(hop), ran(hop)) == (0, 0)


def test_words() -> None:
    assert ms(1.2345) == "1,234.50 ms"
    assert [plural(number, "hop") for number in (0, 1, 2)] == ["0 hops", "1 hop", "2 hops"]
