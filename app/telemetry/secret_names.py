"""Names that hold secrets, and text in which they are mentioned."""

import re
import string
from collections.abc import Iterator
from itertools import islice
from urllib.parse import unquote

REDACTED = "[redacted]"

_WORDS = (
    r"authorization|cookie|token|passw(?:or)?d|pass[\W_](?:word|wd|phrase|code|key)"
    r"|pass(?:phrase|code|key)|pwd|secret|credential|csrf|xsrf|session(?:[\W_]?id)?|signature|bearer"
    r"|jwt|assertion|saml(?:request|response)"
    r"|(?:access|api|auth|encryption|functions|master|private|signing|subscription)[\W_]?key"
)
# Too short to be looked for inside of other words: "auth" is in author, "pin" in shipping.
# Their first letter stands before the lookbehind, so that `re` can search for first letters.
_SHORT = "|".join(
    f"{word[0]}(?<![a-z0-9]{word[0]}){word[1:]}"
    for word in ("auth", "cvc", "cvv", "otp", "pass", "pin", "sid", "sig", "ssn")
)

_IN_NAME = re.compile(rf"{_WORDS}|(?:{_SHORT})(?![a-z0-9])")
# With what stands between a name and its value, so that what is left reads well.
_IN_TEXT = re.compile(rf"(?:{_WORDS}|(?:{_SHORT})(?=[\"'\]\s]*[=:>]))[\"'\]]*\s?[=:>]?")
_NAME = re.compile(r"[\w.\[\]-]{1,64}")
_ESCAPE = re.compile(r"(?<!\\)\\++(?:u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2}))")
# re.IGNORECASE takes three times as long, and str.lower() can change a text's length.
_LOWER = {ord(letter): letter.lower() for letter in string.ascii_uppercase}


def is_secret(name: str) -> bool:
    """Whether what has this name holds a secret; says so too often rather than too seldom.

    For a text: whether there is any such name in it.
    """
    return any(layer is None or _IN_NAME.search(layer.translate(_LOWER)) for layer in _layers(name))


def mentioned(text: str) -> str | None:
    """`text` up to and with the first name in it that holds a secret, None without one.

    Nothing in free text says where a secret ends, so all that follows the name may belong to it.
    What was encoded to hide a name is returned decoded.
    """
    found = _IN_TEXT.search(text.translate(_LOWER))
    for layer in islice(_layers(text[: found.start()] if found else text), 1, None):
        if layer is None:
            return ""
        if hidden := _IN_TEXT.search(layer.translate(_LOWER)):
            return layer[: hidden.end()]
    return text[: found.end()] if found else None


def redact_text(text: str) -> str:
    """`text` as it is, or up to the first secret's name."""
    head = mentioned(text)
    return text if head in (None, text) else f"{head}{REDACTED}"


def redact_name(name: str) -> str:
    """A name to be written beside its value: whole when it looks like one."""
    return name if _NAME.fullmatch(name) else redact_text(name)


def _layers(text: str) -> Iterator[str | None]:
    """`text`, then what it says percent-decoded and with \\u escapes undone, again and again.

    The last one is None when there is still no end to it: who stacks so many has something to hide.
    """
    for _ in range(4):
        yield text
        if "%" not in text and "\\" not in text:
            return
        decoded = unquote(_ESCAPE.sub(_character, text))
        if decoded == text:
            return
        text = decoded
    yield None


def _character(escape: re.Match[str]) -> str:
    code = int(escape[1] or escape[2], 16)
    return "\ufffd" if 0xD800 <= code <= 0xDFFF else chr(code)
