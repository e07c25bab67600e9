"""Which Host headers this service answers to: Django's rule, without a Django request."""

from django.conf import settings
from django.http.request import split_domain_port, validate_host

# What `HttpRequest.get_host()` allows in DEBUG when the list is empty.
LOCAL = [".localhost", "127.0.0.1", "[::1]"]


def host_allowed(host: str) -> bool:
    """Whether `host`, with or without a port, is valid and in ALLOWED_HOSTS."""
    domain, _port = split_domain_port(host)
    allowed = settings.ALLOWED_HOSTS
    if settings.DEBUG and not allowed:
        allowed = LOCAL
    return bool(domain) and validate_host(domain, allowed)
