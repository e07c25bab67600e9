"""The token in a request's headers. https://www.rfc-editor.org/rfc/rfc6750#section-2.1"""

import re
from collections.abc import Iterable

from app.identity.denied import Reason, Refused

# Real ones have 0.5–3 kB. PyJWT looks at each character in Python: 8 kB take 0.4 ms, and the 128 kB
# that a request's headers may have would take 6 ms.
LIMIT_BYTES = 8192

_BEARER = re.compile(rb"bearer +([\w-]+\.[\w-]+\.[\w-]*)", re.ASCII | re.IGNORECASE)


def token_of(headers: Iterable[tuple[bytes, bytes]]) -> str:
    """The one Bearer token of an ASGI scope's headers. Raises Refused.

    Two headers are refused: which of them counts, a proxy may see otherwise than this service.
    """
    values = [value for name, value in headers if name == b"authorization"]
    if not values:
        raise Refused(Reason.NO_TOKEN)
    if len(values) > 1 or len(values[0]) > LIMIT_BYTES:
        raise Refused(Reason.MALFORMED)
    found = _BEARER.fullmatch(values[0])
    if found is None:
        raise Refused(Reason.MALFORMED)
    return found[1].decode()
