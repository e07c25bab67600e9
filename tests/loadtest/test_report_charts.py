from app.loadtest.report_charts import charts
from tests.loadtest.runs import run


def test_what_is_drawn_of_a_run() -> None:
    found = run(THRESHOLDS="p95<100ms, rps>10, errors<5%, GET /api/notes: max<1s")
    titles = {chart.title: list(chart.limits) for chart in charts(found)}
    assert titles == {
        "Throughput": [10],
        "Latency of all": [100],
        "Errors": [5],
        "Users": [],
        "Latency of GET /<slow>": [],
        "Latency of GET /api/notes": [1000],
    }


def test_figures_stand_where_they_were_measured() -> None:
    found = run()
    del found.samples.endpoints["GET /api/notes"][7]
    throughput, _, _, users, _, notes = charts(found)
    assert throughput.lines[0].points[:2] == [(0.5, 20), (1.5, 20)]
    assert len(throughput.lines[0].points) == 30
    assert dict(notes.lines[1].points)[7.5] is None
    assert users.lines[0].points[-1] == (29, 50)


def test_a_run_that_broke_off_ends_there() -> None:
    assert len(charts(run(seconds=12))[0].lines[0].points) == 12
