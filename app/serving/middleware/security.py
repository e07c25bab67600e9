"""Security headers and the redirect to TLS, on the loop."""

from django.middleware.security import SecurityMiddleware as Base

from app.serving.middleware.on_loop import OnLoop


class SecurityMiddleware(OnLoop, Base):
    """Django's `SecurityMiddleware`."""
