"""The service's handler with nothing around it that sees, bounds or adds anything."""

import django

django.setup()

from app.serving.handler import AsyncHandler  # noqa: E402 - needs Django set up
from app.serving.lifespan import Lifespan  # noqa: E402

application = Lifespan(AsyncHandler())
