"""How often the pods of the service went to a thread, by their own counter.

Read from each pod behind a headless name, not through a Service that answers for one of them.
"""

import http.client
import re
import socket
import ssl
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

SECONDS = 5.0
MOST_BYTES = 16 * 1024 * 1024
_HOPS = re.compile(r"^asgi_thread_hops_total(?:\{.*\})? (\S+)", re.MULTILINE)
_STARTED = re.compile(r'^process_start_time_seconds\{.*role="master".*\} (\S+)', re.MULTILINE)


@dataclass(frozen=True)
class Pod:
    """`hops` since the pod's server started, at this Unix time."""

    started: float
    hops: float


Reading = dict[str, Pod]


def read(url: str) -> Reading | None:
    """The pods by their address; None when one of them is out of reach, or tells no hops."""
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
        # localhost has two addresses and one service; a headless name has a pod for each.
        first = [each for each in found if each[0] == found[0][0]]
        return {str(each[4][0]): _pod(parts, str(each[4][0]), port) for each in first}
    except (OSError, http.client.HTTPException, ValueError):
        return None


def hops_between(before: Reading | None, after: Reading | None) -> float | None:
    """The hops of all pods; None when they are unknown, or a pod came, went or restarted."""
    if before is None or after is None or before.keys() != after.keys():
        return None
    if any(before[name].started != after[name].started for name in before):
        return None
    return sum(after[name].hops - before[name].hops for name in before)


def _pod(parts: SplitResult, address: str, port: int) -> Pod:
    if parts.scheme == "https":
        context = ssl.create_default_context()
        made = http.client.HTTPSConnection(address, port, timeout=SECONDS, context=context)
        connection: http.client.HTTPConnection = made
    else:
        connection = http.client.HTTPConnection(address, port, timeout=SECONDS)
    try:
        connection.request("GET", parts.path or "/metrics", headers={"Host": parts.netloc})
        text = connection.getresponse().read(MOST_BYTES).decode("utf-8", "replace")
    finally:
        connection.close()
    started = _STARTED.search(text)
    if not started:
        raise ValueError("no start time")
    return Pod(float(started[1]), sum(float(value) for value in _HOPS.findall(text)))
