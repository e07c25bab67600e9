"""Compression on the loop (1 MB of JSON: see the note at the class)."""

from django.middleware.gzip import GZipMiddleware as Base

from app.serving.middleware.on_loop import OnLoop


class GZipMiddleware(OnLoop, Base):
    """Django's `GZipMiddleware`."""
