"""The report for a terminal and as data."""

import json

from app.serving.hops_text import as_data, as_text
from tests.serving.hops_made import made_hop, made_report, made_road


def test_no_hop_is_one_sentence() -> None:
    assert as_text(made_report(made_road(), path="/hello")) == (
        "GET /hello: 200 in 10.00 ms\n\n0 hops: this request never leaves the event loop."
    )


def test_a_table_the_verdict_and_what_to_change() -> None:
    road = made_road(made_hop(1, 2, 4, 5), made_hop(5, 6, 9, 9))
    where = "tests/serving/hops_made.py"
    assert as_text(made_report(road, road, path="/hello")).splitlines() == [
        "GET /hello: 200 in 10.00 ms (median of 2)",
        "",
        "  #      waited   in thread  why, what and where",
        "  1     1.00 ms     2.00 ms  run_in_executor",
        "                             tests.serving.hops_made.work",
        f"                             {where}:9",
        "  2     1.00 ms     3.00 ms  run_in_executor",
        "                             tests.serving.hops_made.work",
        f"                             {where}:9",
        "",
        "2 hops, 0 threads started; 2.00 ms of waiting for a thread.",
        "",
        "What to change:",
        f"- {where}:9 (hop 1, 2)",
        "  Await an asynchronous call in its place.",
    ]


def test_data() -> None:
    found = made_report(made_road(made_hop(1, 2, 4, 5)))
    data = json.loads(json.dumps(as_data(found)))
    assert (data["hops"], data["hops_of_each_run"], data["status"]) == (1, [1], 200)
    assert data["verdict"] == found.verdict
    [step] = data["steps"]
    assert (step["number"], step["why"], step["where"]) == (
        1,
        "run_in_executor",
        "tests/serving/hops_made.py:9",
    )
    assert round(step["waited_seconds"], 4) == 0.001
    assert round(step["thread_seconds"], 4) == 0.002
    [change] = data["changes"]
    assert (change["where"], change["hops"]) == ("tests/serving/hops_made.py:9", [1])
