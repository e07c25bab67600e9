"""JSON without the secrets in it, also where the text ends in its middle."""

import json
import re
from dataclasses import dataclass, field

from app.telemetry.secret_names import REDACTED, is_secret, redact_name, redact_text

_TOKEN = re.compile(
    r"[ \t\n\r]*(?:"
    r"(?P<mark>[{}\[\],:])"
    r'|"(?P<string>(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4}))*)(?P<closed>"?)'
    r"|(?P<scalar>-?\d[\d.eE+-]*|true|false|null|NaN|-?Infinity)"
    r")"
)
# What may be left where the text was cut: of a word, of an escape in a string, of space.
_REST = re.compile(r"[ \t\n\r]*(?:-|[A-Za-z]{1,8}|\\(?:u[0-9A-Fa-f]{0,3})?)?")
# A string that looks like a name: what stands beside it may be its value, as in
# ["password", "x"] and {"name": "password", "value": "x"}.
_LIKE_A_NAME = re.compile(r"[\w.:\[\]-]{1,64}")
_HIDDEN = json.dumps(REDACTED)
_CLOSER = {"{": "}", "[": "]"}


@dataclass(slots=True)
class _Container:
    closer: str
    secret_key: bool = False
    secret_rest: bool = False


@dataclass(slots=True)
class _Reader:
    """Where reading stands: `expects` is one of value, item, key, member, colon, comma."""

    expects: str = "value"
    open: list[_Container] = field(default_factory=lambda: [_Container("")])
    hidden_from: int | None = None
    written: list[str] = field(default_factory=list)

    def write(self, text: str) -> None:
        if self.hidden_from is None:
            self.written.append(text)

    def mark(self, mark: str) -> bool:
        if mark in _CLOSER:
            return self._opens(mark)
        if mark == ":" and self.expects == "colon":
            self.expects = "value"
        elif mark == "," and self.expects == "comma":
            self.expects = "key" if self.open[-1].closer == "}" else "value"
        elif mark == self.open[-1].closer and self.expects in ("comma", "item", "member"):
            return self._closes(mark)
        else:
            return False
        self.write(mark)
        return True

    def _opens(self, mark: str) -> bool:
        if self.expects not in ("value", "item"):
            return False
        if self._secret():
            self.write(_HIDDEN)
            self.hidden_from = self.hidden_from or len(self.open)
        self.write(mark)
        self.open.append(_Container(_CLOSER[mark]))
        self.expects = "member" if mark == "{" else "item"
        return True

    def _closes(self, mark: str) -> bool:
        self.write(mark)
        self.open.pop()
        if self.hidden_from == len(self.open):
            self.hidden_from = None
        self._after_value()
        return True

    def string(self, raw: str) -> bool:
        text = json.loads(f'"{raw}"') if "\\" in raw else raw
        is_key = self.expects in ("key", "member")
        redacted = redact_name(text) if is_key else redact_text(text)
        written = f'"{raw}"' if redacted is text else json.dumps(redacted, ensure_ascii=False)
        if not is_key:
            return self.scalar(written, text)
        self.open[-1].secret_key = is_secret(text)
        self.write(written)
        self.expects = "colon"
        return True

    def scalar(self, written: str, text: str = "") -> bool:
        if self.expects not in ("value", "item"):
            return False
        self.write(_HIDDEN if self._secret() else written)
        if _LIKE_A_NAME.fullmatch(text) and is_secret(text):
            self.open[-1].secret_rest = True
        self._after_value()
        return True

    def _secret(self) -> bool:
        return self.open[-1].secret_key or self.open[-1].secret_rest

    def _after_value(self) -> None:
        # Several values may follow each other at the top: JSON lines.
        self.expects = "comma" if self.open[-1].closer else "value"


def redact_json(text: str) -> str | None:
    """`text` without the values of secret names and without space; None when it is not JSON.

    Text that only ends too early is JSON here: the first bytes of a body are what is read.
    """
    reader, at = _Reader(), 0
    while token := _TOKEN.match(text, at):
        at = token.end()
        if mark := token["mark"]:
            understood = reader.mark(mark)
        elif (string := token["string"]) is not None:
            understood = reader.string(string)
            if not token["closed"]:
                break
        else:
            understood = reader.scalar(token["scalar"])
        if not understood:
            return None
    return "".join(reader.written) if _REST.fullmatch(text, at) else None
