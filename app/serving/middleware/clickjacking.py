"""X-Frame-Options on the loop."""

from django.middleware.clickjacking import XFrameOptionsMiddleware as Base

from app.serving.middleware.on_loop import OnLoop


class XFrameOptionsMiddleware(OnLoop, Base):
    """Django's `XFrameOptionsMiddleware`."""
