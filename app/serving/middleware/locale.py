"""The language of a request, on the loop."""

from django.middleware.locale import LocaleMiddleware as Base

from app.serving.middleware.on_loop import OnLoop


class LocaleMiddleware(OnLoop, Base):
    """Django's `LocaleMiddleware`."""
