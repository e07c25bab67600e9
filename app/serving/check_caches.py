"""`manage.py check` names the caches whose asynchronous methods only start a thread."""

from typing import Any

from django.conf import settings
from django.core.cache.backends.base import BaseCache
from django.core.checks import CheckMessage, Tags, Warning, register
from django.utils.module_loading import import_string

# All others of BaseCache are made of these.
METHODS = ("aget", "aset", "aadd", "adelete", "atouch")
LOCAL = "django.core.cache.backends.locmem.LocMemCache"
OURS = "app.serving.locmem.LocMemCache"


@register(Tags.async_support, Tags.caches)
def check_caches(**_kwargs: Any) -> list[CheckMessage]:
    """serving.W007: no backend of Django's has asynchronous methods of its own.

    Over a network a thread is what waits for the answer; in memory it is all that a call costs.
    """
    messages: list[CheckMessage] = []
    for alias, cache in settings.CACHES.items():
        backend = import_string(cache["BACKEND"])
        inherited = [name for name in METHODS if getattr(backend, name) is getattr(BaseCache, name)]
        if inherited:
            text = (
                f"CACHES['{alias}'] is {cache['BACKEND']}, whose {', '.join(inherited)} run the "
                "synchronous method in a thread: 0.1 ms each, 0.5 ms for a request's first."
            )
            local = issubclass(backend, import_string(LOCAL))
            hint = f"Use '{OURS}'." if local else "Use or write a backend with methods of its own."
            messages.append(Warning(text, hint=hint, id="serving.W007"))
    return messages
