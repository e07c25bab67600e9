"""django-prometheus' two middleware on the loop: the telemetry pass counts under its names."""

from app.serving.middleware.marks import PROMETHEUS_AFTER, PROMETHEUS_BEFORE, Marking


class PrometheusBeforeMiddleware(Marking):
    """The first of the stack."""

    mark = PROMETHEUS_BEFORE


class PrometheusAfterMiddleware(Marking):
    """The last of the stack: a request that was answered on the way is not marked."""

    mark = PROMETHEUS_AFTER
