"""What a running service really exports, once each kind of request was made."""

import re

from tests.helm.promql import grouped, matched, selectors
from tests.server.harness import gunicorn, status_of, wait_until
from tests.telemetry.exporters import scrape

Series = dict[str, set[str]]
# What each way of scraping adds (docs/metrics.md): nothing else may be relied on.
TARGET = {"namespace", "pod"}
LABEL = re.compile(r'(\w+)="')


def series() -> Series:
    """The labels of each metric (of histograms each part), by its name."""
    views = "tests.server.database_settings"
    with gunicorn({"REHEARSAL": "true", "DJANGO_SETTINGS_MODULE": views}) as server:
        paths = {"/version": 200, "/read": 200, "/nowhere": 404, "/rehearsal/fail": 500}
        for path, status in paths.items():
            assert status_of(server.url + path) == status
        counted = "asgi_loop_lag_seconds_count"
        wait_until(lambda: scrape(server.metrics_port)[counted] > 0, 20, "the loop is measured")
        found: Series = {}
        for key in scrape(server.metrics_port):
            name, _, labels = key.partition("{")
            found.setdefault(name, set()).update(LABEL.findall(labels))
        return found


def unknown(expr: str, known: Series) -> list[str]:
    """What an expression asks for that is not there: metrics, and labels of them."""
    wrong = []
    seen: set[str] = set()
    for selector in selectors(expr):
        name = str(selector.name)
        if name not in known:
            wrong.append(name)
            continue
        labels = known[name] | TARGET
        wrong += [f"{name}{{{label}}}" for label in sorted(matched(selector) - labels)]
        seen |= labels
    return wrong or [f"by ({label})" for label in sorted(grouped(expr) - seen)]
