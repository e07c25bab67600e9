"""django-prometheus' names, filled on the loop: the same steps as its own middlewares take."""

from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.test import RequestFactory
from django.urls import ResolverMatch
from django_prometheus.middleware import (
    Metrics,
    PrometheusAfterMiddleware,
    PrometheusBeforeMiddleware,
)

from app.telemetry.http_metrics import Finished, observe
from app.telemetry.metric_steps import Steps
from tests.telemetry.samples import Samples, samples, steps, value

VIEW = "notes:list"


def view(_request: HttpRequest) -> HttpResponse:
    """Stand where a view stands."""
    raise NotImplementedError


def theirs(
    request: HttpRequest, response: HttpResponseBase | Exception, *, matched: bool
) -> Samples:
    """The steps that django-prometheus' middlewares take; times and sums of times left out."""
    before = samples()
    after_middleware: Any = PrometheusAfterMiddleware(lambda _: response)
    before_middleware: Any = PrometheusBeforeMiddleware(after_middleware)
    request.resolver_match = ResolverMatch(view, (), {}, "list", namespaces=["notes"])
    if not matched:
        request.resolver_match = None
    before_middleware.process_request(request)
    after_middleware.process_request(request)
    if matched:
        after_middleware.process_view(request, view)
    if isinstance(response, Exception):
        after_middleware.process_exception(request, response)
        return untimed(steps(before, samples(), "django_http"))
    after_middleware.process_response(request, response)
    before_middleware.process_response(request, response)
    return untimed(steps(before, samples(), "django_http"))


def ours(request: Finished) -> Samples:
    """The steps of one request."""
    before = samples()
    record(request)
    return untimed(steps(before, samples(), "django_http"))


def record(*requests: Finished) -> None:
    """Record some requests together."""
    together = Steps()
    for request in requests:
        observe(request, together)
    together.take()


def untimed(taken: Samples) -> Samples:
    """Without what a time decides."""
    return {
        (name, labels): number
        for (name, labels), number in taken.items()
        if not (("latency" in name and not name.endswith("_count")) or name.endswith("_created"))
    }


@pytest.mark.parametrize("secure", [False, True])
def test_takes_the_steps_of_the_middlewares(secure: bool) -> None:
    request = RequestFactory().post(
        "/", b"12345", "text/plain", secure=secure, headers={"x-requested-with": "XMLHttpRequest"}
    )
    response = HttpResponse(b"123", status=201, content_type="text/html; charset=Latin-1")
    expected = theirs(request, response, matched=True)
    # Its label is as written; ours is folded, so that a client's spelling makes no new series.
    label = "django_http_responses_total_by_charset_total"
    expected[(label, (("charset", "latin-1"),))] = expected.pop((label, (("charset", "Latin-1"),)))
    assert expected == ours(
        Finished(
            method="POST",
            view=VIEW,
            status=201,
            seconds=0.1,
            scheme="https" if secure else "http",
            request_bytes=5,
            response_bytes=3,
            content_type="text/html; charset=Latin-1",
            ajax=True,
        )
    )
    assert len(expected) > 10


def test_a_path_without_a_view_shares_one_label() -> None:
    expected = theirs(RequestFactory().get("/nowhere"), HttpResponse(status=404), matched=False)
    assert expected == ours(Finished(method="GET", view=None, status=404, seconds=0.1))


def test_a_stream_has_its_bytes_too() -> None:
    response = StreamingHttpResponse(iter([b"1"]), content_type="application/json")
    expected = theirs(RequestFactory().get("/"), response, matched=True)
    mine = ours(
        Finished(
            method="GET",
            view=VIEW,
            status=200,
            seconds=0.1,
            content_type="application/json",
            streaming=True,
            response_bytes=3,
        )
    )
    sizes = "django_http_responses_body_total_bytes"
    assert {key: step for key, step in mine.items() if not key[0].startswith(sizes)} == expected
    assert mine[(f"{sizes}_sum", ())] == 3


def test_an_exception_is_named() -> None:
    expected = theirs(RequestFactory().get("/"), KeyError("x"), matched=True)
    mine = ours(Finished(method="GET", view=VIEW, status=500, seconds=0.1, exception=KeyError("x")))
    named = "django_http_exceptions"
    assert {key: step for key, step in mine.items() if key[0].startswith(named)} == {
        key: step for key, step in expected.items() if key[0].startswith(named)
    }
    without = ours(
        Finished(method="GET", view=None, status=500, seconds=0.1, exception=KeyError("x"))
    )
    assert (f"{named}_total_by_type_total", (("type", "KeyError"),)) in without
    assert not any(name.startswith(f"{named}_total_by_view") for name, _ in without)


def test_unknown_methods_and_schemes_share_one_label() -> None:
    taken = ours(Finished(method="BREW", view=VIEW, status=405, seconds=0, scheme="ftp"))
    assert (
        "django_http_requests_total_by_method_total",
        (("method", "<invalid method>"),),
    ) in taken
    assert ("django_http_requests_total_by_transport_total", (("transport", "http"),)) in taken


def test_the_time_is_in_both_histograms() -> None:
    including = "django_http_requests_latency_including_middlewares_seconds_sum"
    by_view = "django_http_requests_latency_seconds_by_view_method_sum"
    before = value(including) or 0, value(by_view, view="timed", method="GET") or 0
    record(Finished(method="GET", view="timed", status=200, seconds=1.5))
    assert value(including) == pytest.approx(before[0] + 1.5)
    assert value(by_view, view="timed", method="GET") == pytest.approx(before[1] + 1.5)


def test_requests_together_take_the_steps_of_each() -> None:
    one = Finished(method="GET", view=VIEW, status=200, seconds=0.1, response_bytes=3)
    other = one._replace(method="PUT", status=500, exception=KeyError("x"))
    expected = dict.fromkeys(ours(one) | ours(other), 0.0)
    for each in (one, other, one):
        for key, number in ours(each).items():
            expected[key] += number
    before = samples()
    record(one, other, one)
    assert untimed(steps(before, samples(), "django_http")) == expected


def test_registers_nothing_twice() -> None:
    """Else prometheus_client raises when the middlewares, a database or a cache come as well."""
    assert PrometheusBeforeMiddleware(view).metrics is Metrics.get_instance()
