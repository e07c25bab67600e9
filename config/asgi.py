"""The application: the whole stack in one expression."""

import os
from importlib import import_module

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from config import runtime

django.setup()

from django.conf import settings  # noqa: E402 - the rest needs Django set up

from app.api.outbound import outbound  # noqa: E402 - the rest needs Django set up
from app.identity.identity import identity  # noqa: E402
from app.serving import pools  # noqa: E402
from app.serving.body_limit import limit_of_view  # noqa: E402
from app.serving.drain import CONTEXTS_SECONDS  # noqa: E402
from app.serving.handler import AsyncHandler  # noqa: E402
from app.serving.lifespan import Lifespan  # noqa: E402
from app.serving.limits import REASONS, Limits  # noqa: E402
from app.serving.observer import observer  # noqa: E402
from app.serving.places import Places  # noqa: E402
from app.serving.probes import Probes  # noqa: E402
from app.serving.readiness import Readiness  # noqa: E402
from app.serving.ready_checks import configured_checks  # noqa: E402
from app.serving.unavailable import REASONS as UNAVAILABLE  # noqa: E402
from app.telemetry import metrics, pool_metrics, start, traces  # noqa: E402
from app.telemetry.refusals import refused  # noqa: E402
from app.telemetry.telemetry import Telemetry  # noqa: E402

# Where serving tells telemetry; neither imports the other.
observer.hop = metrics.hop
observer.refused = refused
observer.ready = metrics.ready
observer.unavailable = metrics.unavailable
observer.pool = pool_metrics.pool
observer.draining = metrics.draining


def begin() -> None:
    """Start what a process runs beside its requests; each check is seen before it is asked."""
    start.start(settings.LOOP_BLOCK_SECONDS)
    traces.start(settings.SERVICE_NAME, settings.SERVICE_VERSION)
    for check in readiness.names:
        metrics.ready(check, False)


# Now, not while the first request waits on the loop: ninja and the schemas take 0.45 s.
import_module(settings.ROOT_URLCONF)

readiness = Readiness(
    configured_checks(settings.DATABASES, settings.CACHES, settings.READY_TIMEOUT_SECONDS),
    timeout=settings.READY_TIMEOUT_SECONDS,
    keep=settings.READY_CACHE_SECONDS,
    runtime_dir=runtime.folder,
)
metrics.refused_reasons(REASONS)
metrics.unavailable_reasons(UNAVAILABLE)

API_LOGGER = "app.serving.middleware.api_logger.ApiLoggerMiddleware"

application = Lifespan(
    Probes(
        Telemetry(
            Limits(
                AsyncHandler(Places(settings.DB_POOL_MAX + settings.DB_MAX_WAITING)),
                settings.BODY_LIMIT_BYTES,
                limit_of_view,
            ),
            arrival=settings.LOG_ARRIVAL,
            query=settings.LOG_QUERY,
            body_bytes=settings.LOG_BODY_BYTES,
            capture_bytes=2048 if API_LOGGER in settings.MIDDLEWARE else 0,
        ),
        readiness,
    ),
    # What is opened once a worker, before it is ready, and closed after its drain.
    contexts=[readiness.open, outbound.open, identity.open, pools.watch],
    limit=CONTEXTS_SECONDS,
    on_first_event=begin,
    on_last_event=start.stop,
    debug=settings.DEBUG,
)
