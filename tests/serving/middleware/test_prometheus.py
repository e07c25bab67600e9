"""With the whole stack of the question, each request is counted once, by the telemetry pass."""

import asyncio
import logging

import pytest
from django.test import override_settings
from django_prometheus.middleware import Metrics

from app.serving.handler import AsyncHandler
from app.telemetry.telemetry import Telemetry
from tests.client import ask
from tests.serving.stacks import EXTRA_ON_LOOP, ON_LOOP
from tests.telemetry.samples import Samples, samples, steps

ONCE = {
    "django_http_requests_before_middlewares_total",
    "django_http_responses_before_middlewares_total",
    "django_http_requests_latency_including_middlewares_seconds_count",
    "django_http_requests_latency_seconds_by_view_method_count",
    "django_http_requests_total_by_method_total",
    "django_http_requests_total_by_transport_total",
    "django_http_requests_body_total_bytes_count",
    "django_http_responses_total_by_status_total",
    "django_http_responses_total_by_status_view_method_total",
    "django_http_responses_body_total_bytes_count",
    "django_http_responses_total_by_charset_total",
}


def counted(path: str) -> Samples:
    """The steps of one request through all of it; sums and buckets left out."""
    with override_settings(MIDDLEWARE=[*EXTRA_ON_LOOP, *ON_LOOP]):
        app = Telemetry(AsyncHandler(), capture_bytes=2048)
        before = samples()
        asyncio.run(ask(app, path))
        taken = steps(before, samples(), "django_http")
    return {key: step for key, step in taken.items() if not key[0].endswith(("_sum", "_bucket"))}


@pytest.mark.parametrize(
    ("path", "more"),
    [
        ("/hello/", {"django_http_requests_total_by_view_transport_method_total"}),
        ("/missing/", set()),
    ],
)
def test_each_counter_takes_one_step(
    path: str, more: set[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    Metrics.get_instance()  # what django-prometheus' own middleware registers
    taken = counted(path)
    assert {name for name, _ in taken} == ONCE | more
    assert set(taken.values()) == {1}
    assert [record.message for record in caplog.records if record.name == "api"] == ["IN", "OUT"]
