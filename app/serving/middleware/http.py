"""Conditional GET on the loop: ETag, 304."""

from django.middleware.http import ConditionalGetMiddleware as Base

from app.serving.middleware.on_loop import OnLoop


class ConditionalGetMiddleware(OnLoop, Base):
    """Django's `ConditionalGetMiddleware`."""
