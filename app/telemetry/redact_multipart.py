"""The parts of a multipart form without the secrets in them."""

from collections.abc import Callable

from django.utils.http import parse_header_parameters

from app.telemetry.secret_names import REDACTED, is_secret, redact_name

RedactPart = Callable[[bytes, str, str], str]
WITHHELD = "[not a part]"


def redact_multipart(data: bytes, boundary: str, redact_part: RedactPart) -> str | None:
    """`name=value&…` of the parts; None when `boundary` does not begin any.

    `redact_part(content, content_type, encoding)` writes what a part holds. Delimiters and headers
    are read as Django reads them; what it would not take for a part is not written.
    """
    pieces = data.split(b"--" + boundary.encode("latin-1", "replace"))[1:]
    if not boundary or not pieces:
        return None
    written = []
    for piece in pieces:
        if piece.startswith(b"--"):
            break
        head, blank, content = piece.partition(b"\r\n\r\n")
        written.append(_part(head, content, redact_part) if blank else WITHHELD)
    return "&".join(written)


def _part(head: bytes, content: bytes, redact_part: RedactPart) -> str:
    text = head.decode("utf-8", "replace")
    headers = {
        name.strip().lower(): value.strip()
        for name, _, value in (line.partition(":") for line in text.split("\r\n"))
    }
    try:
        _, disposition = parse_header_parameters(headers.get("content-disposition", ""))
    except ValueError:
        return WITHHELD
    name = disposition.get("name")
    if not name:
        return WITHHELD
    if is_secret(name) or is_secret(text):
        return f"{redact_name(name)}={REDACTED}"
    unsaid = "" if "filename" in disposition else "text/plain"
    content_type = headers.get("content-type", unsaid)
    value = redact_part(
        content.removesuffix(b"\r\n"), content_type, headers.get("content-transfer-encoding", "")
    )
    return f"{name}={value}"
