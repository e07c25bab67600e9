"""The drawing: one lane for the loop and one for each thread, one scale of time."""

from xml.etree import ElementTree

import pytest

from app.serving.hops_lanes import LEFT, RIGHT, Axis, lanes
from app.serving.hops_report import Report
from tests.serving.hops_made import made_hop, made_report, made_road, nested


def rects(found: Report, kind: str) -> list[tuple[float, float, float]]:
    """x, width and y of the bars of one kind."""
    drawing = ElementTree.fromstring(lanes(found))  # noqa: S314 - made here
    bars = [each for each in drawing.iter("rect") if each.get("class") == kind]
    return [tuple(float(each.get(name, "")) for name in ("x", "width", "y")) for each in bars]  # type: ignore[misc] # three each


def test_an_even_axis() -> None:
    axis = Axis([0, 5, 10])
    assert not axis.broken
    assert [axis.x(moment) for moment in (0, 5, 10)] == [LEFT, (LEFT + RIGHT) / 2, RIGHT]


def test_a_long_silence_is_shortened() -> None:
    axis = Axis([0, 4, 1004, 1008])
    assert axis.broken
    assert [round(axis.x(moment)) for moment in (0, 1008)] == [LEFT, RIGHT]
    assert round(axis.x(1004) - axis.x(4)) == round((RIGHT - LEFT) / 5)
    assert axis.x(504) == pytest.approx((LEFT + RIGHT) / 2)


def test_a_request_without_hops_is_one_bar() -> None:
    found = made_report(made_road())
    assert [(x, width) for x, width, _ in rects(found, "loop")] == [(LEFT, RIGHT - LEFT)]
    assert rects(found, "hop") == []
    assert "shortened" not in lanes(found)


def test_a_hop_is_a_wait_on_the_loop_and_a_bar_in_its_thread() -> None:
    found = made_report(made_road(made_hop(0, 2, 4, 5)))
    scale = (RIGHT - LEFT) / 10
    [(wait_x, wait_width, wait_y)] = rects(found, "wait")
    assert (wait_x, wait_width) == (LEFT, 5 * scale)
    [(x, width, y)] = rects(found, "hop")
    assert (x, width) == (LEFT + 2 * scale, 2 * scale)
    assert y > wait_y
    assert "thread 1" in lanes(found)


def test_threads_have_lanes_of_their_own() -> None:
    other = made_hop(5, 6, 7, 8)
    other.thread = 8
    [one, two] = rects(made_report(made_road(made_hop(0, 2, 4, 5), other)), "hop")
    assert one[2] < two[2]


def test_a_thread_that_is_held_lies_above_its_hop_and_below_what_runs_there_meanwhile() -> None:
    found = made_report(nested())
    drawing = lanes(found)
    assert [each in drawing for each in ("1,001.00 ms, shortened", "a &lt;b&gt;")] == [True, True]
    kinds = [part.split('"')[1] for part in drawing.split("<rect ")[1:]]
    assert kinds == ["loop", "wait", "loop", "wait", "hop", "held", "hop"]


def test_what_never_began_or_never_ended() -> None:
    never, still = made_hop(1, 2, 3, 4), made_hop(2, 3, 4, 5)
    never.began = never.ended = never.resumed = None
    still.ended = still.resumed = None
    found = made_report(made_road(never, still))
    [(x, width, _)] = rects(found, "hop")
    assert x + width == pytest.approx(RIGHT, abs=0.2)
    assert len(rects(found, "wait")) == 2


def test_numbers_do_not_lie_on_each_other() -> None:
    hops = [made_hop(at, at, at + 0.001, at + 0.002) for at in (1.0, 1.01, 1.02)]
    drawing = ElementTree.fromstring(lanes(made_report(made_road(*hops))))  # noqa: S314 - made here
    texts = [each for each in drawing.iter("text") if each.get("class") == "number"]
    at = [float(each.get("x", "")) for each in texts]
    assert at[1] - at[0] >= 17
    assert at[2] - at[1] >= 17
