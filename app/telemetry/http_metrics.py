"""django-prometheus' HTTP metrics, by the names that public dashboards query, written in one pass.

Its own middlewares hop to a thread five times a request and count no cancelled one (measured:
throughput halves). These are the same objects (`Metrics.get_instance()`), so nothing is registered
twice when its middlewares, or its database and cache instrumentation, are there as well.
Source: https://github.com/django-commons/django-prometheus/blob/master/django_prometheus/middleware.py

Import this after the settings are there: the names' prefix and the buckets come from
`PROMETHEUS_METRIC_NAMESPACE` and `PROMETHEUS_LATENCY_BUCKETS`.
"""

from email.message import Message
from functools import lru_cache
from typing import Any, NamedTuple

from django_prometheus.middleware import Metrics

from app.telemetry.metric_steps import Buckets, Steps, value_of
from app.telemetry.metrics import Children

METHODS = frozenset(
    ("GET", "HEAD", "POST", "PUT", "DELETE", "TRACE", "OPTIONS", "CONNECT", "PATCH")
)
_metrics = Metrics.get_instance()
_charsets = Children(_metrics.responses_by_charset, 20)
_exceptions = Children(_metrics.exceptions_by_type)


class Finished(NamedTuple):
    """One request that has ended, however it ended.

    - `view`: `resolver_match.view_name`, None where no path matched; those share one label.
    - `seconds`: the whole time, from the first event to the end of the response.
    - `scheme`: the scope's; `request_bytes`, `response_bytes`: sizes of the bodies.
    - `content_type`: the response's header; `exception`: what became a 500.
    - `ajax`: whether `X-Requested-With: XMLHttpRequest` came.
    """

    method: str
    view: str | None
    status: int
    seconds: float
    scheme: str = "http"
    request_bytes: int = 0
    response_bytes: int = 0
    content_type: str = ""
    streaming: bool = False
    ajax: bool = False
    exception: BaseException | None = None


@lru_cache(maxsize=256)
def _charset(content_type: str) -> str:
    """What Django calls `response.charset`: the header's, else utf-8."""
    header = Message()
    header["content-type"] = content_type
    return str(header.get_param("charset", "utf-8")).lower()


_request_bytes = Buckets(_metrics.requests_body_bytes)
_response_bytes = Buckets(_metrics.responses_body_bytes)
_latency = Buckets(_metrics.requests_latency_before)

_Key = tuple[str, str | None, int, bool, str, bool, bool]
_Series = tuple[tuple[Any, ...], Buckets]


@lru_cache(maxsize=4096)
def _series(key: _Key) -> _Series:
    """Everything that steps by one for such a request, and its latency: looked up once.

    `labels()` costs 1 µs a call, and a request has seven labelled metrics.
    """
    method, view, status, https, charset, streaming, ajax = key
    name = view or "<unnamed view>"
    transport = "https" if https else "http"
    code = str(status)
    ones = [
        _metrics.requests_total,
        _metrics.responses_total,
        _metrics.requests_by_method.labels(method),
        _metrics.requests_by_transport.labels(transport),
        _metrics.responses_by_status.labels(code),
        _metrics.responses_by_status_view_method.labels(code, name, method),
        _charsets[charset],
    ]
    if view:
        ones.append(_metrics.requests_by_view_transport_method.labels(view, transport, method))
    if streaming:
        ones.append(_metrics.responses_streaming)
    if ajax:
        ones.append(_metrics.requests_ajax)
    latency = _metrics.requests_latency_by_view_method.labels(name, method)
    return tuple(map(value_of, ones)), Buckets(latency)


def observe(request: Finished, steps: Steps) -> None:
    """Record one request: each counter that it concerns steps by exactly one, with `steps.take()`.

    That writes some 16 values to the mapped files: 7 µs for one request, less for each of many that
    are alike; with `inc()` and `observe()` of each it was 19.
    """
    ones, latency = _series(
        (
            request.method if request.method in METHODS else "<invalid method>",
            request.view,
            request.status,
            request.scheme == "https",
            _charset(request.content_type),
            request.streaming,
            request.ajax,
        )
    )
    for value in ones:
        steps[value] += 1
    latency.put(request.seconds, steps)
    _latency.put(request.seconds, steps)
    _request_bytes.put(request.request_bytes, steps)
    _response_bytes.put(request.response_bytes, steps)
    if request.exception is not None:
        steps[value_of(_exceptions[type(request.exception).__name__])] += 1
        if request.view:
            steps[value_of(_metrics.exceptions_by_view.labels(request.view))] += 1
