"""`manage.py check` refuses to believe everybody who says whom a request comes from."""

import ipaddress
import os
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

NAME = "FORWARDED_ALLOW_IPS"


@register(Tags.security)
def check_proxies(**_kwargs: Any) -> list[CheckMessage]:
    """serving.E005, whether the setting says it or the variable, which uvicorn reads by itself."""
    return [
        Error(
            f"{NAME} has '{network}': the client's address is then the left-most of "
            "X-Forwarded-For, which anybody can send. Logs, limits and https:// follow it.",
            hint="Name the networks of your proxies, such as 10.0.0.0/8.",
            id="serving.E005",
        )
        for network in believed()
        if is_everybody(network)
    ]


def believed() -> Iterator[str]:
    """Each network that is trusted, once."""
    setting = getattr(settings, NAME, [])
    networks = setting.split(",") if isinstance(setting, str) else setting
    variable = os.environ.get(NAME, "").split(",")
    yield from dict.fromkeys(each.strip() for each in (*networks, *variable) if each.strip())


def is_everybody(network: str) -> bool:
    """Whether all addresses are in it; a name is none of ours to judge."""
    if network == "*":
        return True
    try:
        return ipaddress.ip_network(network, strict=False).prefixlen == 0
    except ValueError:
        return False
