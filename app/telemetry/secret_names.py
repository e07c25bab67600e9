"""Names that hold secrets, and text in which they are mentioned."""

import re
from urllib.parse import unquote

REDACTED = "[redacted]"

_WORDS = (
    r"authorization|cookie|token|passw(?:or)?d|pass[\W_](?:word|wd|phrase|code|key)"
    r"|pass(?:phrase|code|key)|pwd|secret|credential|csrf|xsrf|session(?:[\W_]?id)?|signature|bearer"
    r"|jwt|assertion|saml(?:request|response)"
    r"|(?:access|api|auth|encryption|functions|master|private|signing|subscription)[\W_]?key"
)
# Too short to be looked for inside of other words: "auth" is in author, "pin" in shipping.
_SHORT = r"(?<![A-Za-z0-9])(?:auth|cvc|cvv|otp|pass|pin|sid|sig|ssn)"

_IN_NAME = re.compile(rf"{_WORDS}|{_SHORT}(?![A-Za-z0-9])", re.IGNORECASE)
# With what stands between a name and its value, so that what is left reads well.
_IN_TEXT = re.compile(rf"(?:{_WORDS}|{_SHORT}(?=[\"'\]\s]*[=:>]))[\"'\]]*\s?[=:>]?", re.IGNORECASE)
_ESCAPE = re.compile(r"\\+(?:u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2}))")


def is_secret(name: str) -> bool:
    """Whether what has this name holds a secret; says so too often rather than too seldom."""
    return _IN_NAME.search(name) is not None or mentioned(name) is not None


def mentioned(text: str) -> str | None:
    """`text` up to and with the first name in it that holds a secret, None without one.

    Nothing in free text says where a secret ends, so all that follows the name may belong to it.
    Names are also found percent-encoded and in \\u escapes, over and over; those are then
    returned decoded.
    """
    found = _IN_TEXT.search(text)
    head = text[: found.start()] if found else text
    # Each round undoes one encoding: whoever stacks more has something to hide, and says nothing.
    for _ in range(4):
        decoded = unquote(_ESCAPE.sub(_character, head))
        if decoded == head:
            return head + found[0] if found else None
        head = decoded
        if hidden := _IN_TEXT.search(head):
            return head[: hidden.end()]
    return ""


def redact_text(text: str) -> str:
    """`text` as it is, or up to the first secret's name."""
    head = mentioned(text)
    return text if head is None else head + REDACTED


def _character(escape: re.Match[str]) -> str:
    code = int(escape[1] or escape[2], 16)
    return "\ufffd" if 0xD800 <= code <= 0xDFFF else chr(code)
