"""The target of a request line (RFC 9112, section 3.2), as the path and query that ASGI wants."""

from collections.abc import Callable
from urllib.parse import unquote_to_bytes

from app.serving.refusals import Refusal

HostAllowed = Callable[[str], bool]  # is asked about host or host:port, as in a Host header

DEFAULT_PORTS = {b"http": b":80", b"https": b":443"}


def read_target(
    method: bytes, url: bytes, host: bytes, host_allowed: HostAllowed
) -> tuple[str, bytes, bytes]:
    """Take a target apart: the decoded path, the raw path, the query.

    Raises `Refusal("target")` for an absolute form that names another host than `Host`, a path with
    a NUL (PostgreSQL refuses it in text: a 500) or bytes that are not UTF-8 (they would become
    U+FFFD, and two URLs one), and `*` for anything but OPTIONS.
    """
    if not url.startswith(b"/") and (url != b"*" or method != b"OPTIONS"):
        url = origin_form(url, host, host_allowed)
    raw, _, query = url.partition(b"?")
    if b"#" in url:  # no client should send a fragment; those that do mean the page without it
        raw, query = raw.partition(b"#")[0], query.partition(b"#")[0]
    if b"%" not in raw:
        return raw.decode("ascii"), raw, query
    try:
        path = unquote_to_bytes(raw).decode()
    except UnicodeDecodeError:
        raise Refusal("target") from None
    if "\0" in path:
        raise Refusal("target")
    return path, raw, query


def origin_form(url: bytes, host: bytes, host_allowed: HostAllowed) -> bytes:
    """Strip the authority of an absolute-form target that agrees with `host` and is allowed."""
    scheme, found, rest = url.partition(b"://")
    port = DEFAULT_PORTS.get(scheme.lower())
    end = min((at for at in map(rest.find, (b"/", b"?", b"#")) if at >= 0), default=len(rest))
    authority = rest[:end].lower()
    if not found or port is None or authority.removesuffix(port) != host.lower().removesuffix(port):
        raise Refusal("target")
    if not host_allowed(authority.decode("ascii")):
        raise Refusal("target")
    path = rest[end:]
    return path if path.startswith(b"/") else b"/" + path
