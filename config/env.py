"""The environment: every setting is read here, and all that is wrong is told at once.

django-environ parses the URLs; its casts are not used, for they take anything (`DEBUG=maybe` is
False, `DRAIN_SECONDS=1x0` is 10.0).
"""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from config.kinds import Kind, Refused

T = TypeVar("T")


@dataclass(frozen=True)
class Setting:
    """What was declared. `default` is as one would write it, None where there is none.

    `depends` tells in words a default that depends on the place, `example` what one might write.
    """

    name: str
    kind: Kind[Any]
    default: str | None
    depends: str = ""
    example: str = ""


class Environment:
    """Reads settings from `variables`; a setting `X` may stand in the file that `X_FILE` names.

    A variable that is set to nothing counts as not set, but for lists, where it is the empty list.
    """

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables
        self.declared: list[Setting] = []
        self.problems: list[str] = []

    def __call__(self, name: str, kind: Kind[T], default: T, *, depends: str = "") -> T:
        """The value of `name`, or `default`."""
        self.declared.append(Setting(name, kind, written(default), depends=depends))
        return self._value(name, kind, default)

    def required(self, name: str, kind: Kind[T], example: str) -> T:
        """The value of `name`, which has no default; after a problem, the value of `example`."""
        self.declared.append(Setting(name, kind, None, example=example))
        if not self._variables.get(name) and not self._variables.get(f"{name}_FILE"):
            self.problem(name, "not set", f"{kind.allowed}, such as {example}")
            return kind.parse(example)
        return self._value(name, kind, kind.parse(example))

    def problem(self, name: str, found: str, allowed: str) -> None:
        """Note that `name` is wrong."""
        self.problems.append(f"{name}: {found}; allowed: {allowed}")

    def stop_if_wrong(self) -> None:
        """End the process with status 78 (EX_CONFIG) if anything was wrong, after saying what."""
        if self.problems:
            _stop(self.problems)

    def _value(self, name: str, kind: Kind[T], default: T) -> T:
        raw = self._raw(name)
        if raw is None or (raw == "" and not isinstance(default, list)):
            return default
        try:
            return kind.parse(raw)
        except ValueError as error:
            found = f"{len(raw)} characters, not shown" if kind.secret else repr(raw)
            reason = f" ({error})" if isinstance(error, Refused) else ""
            self.problem(name, f"found {found}{reason}", kind.allowed)
            return default

    def _raw(self, name: str) -> str | None:
        """The text of a setting, from the variable or from its file; None when there is none."""
        raw, path = self._variables.get(name), self._variables.get(f"{name}_FILE")
        if not path:
            return raw
        if raw:
            self.problem(name, f"both {name} and {name}_FILE are set", "one of the two")
            return None
        try:
            # An editor and `echo` end a file with a newline that is no part of the secret.
            content = Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            self.problem(f"{name}_FILE", f"{path!r}: {error.strerror}", "a file that can be read")
            return None
        except UnicodeDecodeError:
            self.problem(f"{name}_FILE", f"{path!r} is no text", "a file of UTF-8 text")
            return None
        if not content:
            self.problem(f"{name}_FILE", f"{path!r} is empty", "a file that holds the value")
            return None
        return content


def written(value: object) -> str:
    """A value as one writes it in the environment."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return ",".join(str(item) for item in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def _stop(problems: list[str]) -> NoReturn:
    count = "1 setting is" if len(problems) == 1 else f"{len(problems)} settings are"
    lines = [f"Not started: {count} wrong (docs/settings.md explains each).", *problems]
    sys.stderr.write("\n  ".join(lines) + "\n")
    raise SystemExit(os.EX_CONFIG)
