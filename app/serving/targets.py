"""The target of a request line (RFC 9112, section 3.2), as the path and query that ASGI wants."""

from collections.abc import Callable
from urllib.parse import unquote_to_bytes

import httptools

from app.serving.refusals import Refusal

HostAllowed = Callable[[str], bool]  # is asked about host or host:port, as in a Host header

SLASH = 0x2F
DEFAULT_PORTS = {b"http": b":80", b"https": b":443"}


def read_target(
    method: bytes, url: bytes, hosts: list[bytes], host_allowed: HostAllowed
) -> tuple[str, bytes, bytes]:
    """Take a target apart: the decoded path, the raw path, the query (a fragment is dropped).

    `hosts` are the request's Host headers: one, or none in HTTP/1.0.

    Raises `Refusal("target")` for an absolute form that names another host than `Host`, a path with
    a NUL (PostgreSQL refuses it in text: a 500) or bytes that are not UTF-8 (they would become
    U+FFFD, and two URLs one), and `*` for anything but OPTIONS.
    """
    if url[0] != SLASH and (url != b"*" or method != b"OPTIONS"):
        url = origin_form(url, hosts, host_allowed)
    try:
        parts = httptools.parse_url(url)
    except httptools.HttpParserInvalidURLError:
        raise Refusal("target") from None
    raw = parts.path
    path = raw.decode("ascii")
    if "%" in path:
        path = unquoted(raw)
    return path, raw, parts.query or b""


def unquoted(raw: bytes) -> str:
    """The path behind its percent signs."""
    try:
        path = unquote_to_bytes(raw).decode()
    except UnicodeDecodeError:
        raise Refusal("target") from None
    if "\0" in path:
        raise Refusal("target")
    return path


def origin_form(url: bytes, hosts: list[bytes], host_allowed: HostAllowed) -> bytes:
    """Strip the authority of an absolute-form target that agrees with Host and is allowed."""
    scheme, found, rest = url.partition(b"://")
    port = DEFAULT_PORTS.get(scheme.lower())
    if not found or port is None or not hosts:
        raise Refusal("target")
    end = min((at for at in map(rest.find, (b"/", b"?", b"#")) if at >= 0), default=len(rest))
    authority = rest[:end].lower()
    if authority.removesuffix(port) != hosts[0].lower().removesuffix(port):
        raise Refusal("target")
    if not host_allowed(authority.decode("ascii")):
        raise Refusal("target")
    path = rest[end:]
    return path if path.startswith(b"/") else b"/" + path
