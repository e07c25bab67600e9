"""What a run is told, by environment variables or arguments: all that is wrong is said at once."""

import argparse
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from app.loadtest import kinds
from app.loadtest.kinds import Kind, about
from app.loadtest.shapes import SHAPES
from app.loadtest.thresholds import Threshold


class Mistakes(ValueError):
    """`args[0]`: one sentence for each setting that is wrong."""


@dataclass(frozen=True)
class Settings:
    """Times are in seconds. Each field is the variable of that name, and the argument."""

    target: str = field(metadata=about(kinds.url, "http://localhost:8000", "the service"))
    users: int = field(
        metadata=about(kinds.whole(1), "50", "users at once; with RATE the most that may wait")
    )
    time: float = field(metadata=about(kinds.span(5), "60s", "how long, warm-up included"))
    warmup: float = field(
        metadata=about(kinds.span(0), "10s", "the beginning, which no verdict counts")
    )
    shape: str = field(
        metadata=about(kinds.one_of(*SHAPES), "constant", "how the users come and go")
    )
    rate: float = field(
        metadata=about(
            kinds.positive, "0", "requests a second that arrive whatever the service does; 0: none"
        )
    )
    thresholds: list[Threshold] = field(
        metadata=about(kinds.thresholds, "errors<1%, p95<1500ms", "what must hold")
    )
    concurrency: str = field(
        metadata=about(
            kinds.one_of("async", "threads", "off"),
            "async",
            "how the service must wait; threads refuses only a serialised one",
        )
    )
    sleeper: str = field(
        metadata=about(kinds.path, "/api/async_sleep/", "the path that sleeps for one second")
    )
    metrics: str = field(
        metadata=about(
            kinds.optional_url, "", "metrics of the pods: a headless name, with port and path"
        )
    )
    token: str = field(
        metadata=about(
            kinds.secret, "", "bearer token of its users, whose requests are left out without one"
        )
    )
    locustfile: str = field(
        metadata=about(kinds.file, "", "users of your own in place of app/loadtest/users.py")
    )
    baseline: str = field(
        metadata=about(kinds.file, "", "report.json of an earlier run to compare with")
    )
    report_dir: Path = field(metadata=about(kinds.folder, "var/loadtest", "where the reports go"))
    report_in_log: bool = field(
        metadata=about(
            kinds.boolean, "false", "print the reports as a block that can be extracted from a log"
        )
    )
    workers: int = field(
        metadata=about(kinds.whole(0), "0", "processes that make the load; 0: this one")
    )
    worker_index: int = field(
        metadata=about(
            kinds.whole(-1),
            "-1",
            "which of them this is, 0 being the master; -1: start them all here",
        )
    )
    master: str = field(
        metadata=about(kinds.text, "localhost", "host name of the master, for workers")
    )
    join: float = field(
        metadata=about(
            kinds.span(1), "60s", "how long the master waits for its workers, and they for it"
        )
    )
    disruptions: int = field(
        metadata=about(kinds.whole(0), "0", "runs before this one that were cut off")
    )

    @property
    def is_worker(self) -> bool:
        """Whether another process decides and reports."""
        return self.workers > 0 and self.worker_index > 0

    def as_variables(self) -> dict[str, str]:
        """Names and values as one would write them; without the token."""
        return {
            each.name.upper(): each.metadata["kind"].written(getattr(self, each.name))
            for each in fields(self)
            if each.name != "token"
        }


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(
        prog="python -m app.loadtest",
        description="Put load on a service, and say whether it held. docs/loadtest.md explains it.",
        epilog="Each is an environment variable too: --users is USERS; USERS_FILE may name a file.",
    )
    made.add_argument("--check", action="store_true", help="look at the settings, and end")
    for each in fields(Settings):
        default = each.metadata["default"]
        shown = f" (default: {default})" if default else ""
        help_ = (each.metadata["help"] + shown).replace("%", "%%")
        if each.name != "token":  # process lists show arguments
            made.add_argument("--" + each.name.replace("_", "-"), metavar="…", help=help_)
    return made


def read(variables: Mapping[str, str], arguments: Mapping[str, str | None]) -> Settings:
    """The settings. Raises Mistakes."""
    values: dict[str, Any] = {}
    wrong: list[str] = []
    for each in fields(Settings):
        name, kind = each.name.upper(), each.metadata["kind"]
        try:
            given = arguments.get(each.name) or _given(name, variables) or each.metadata["default"]
            values[each.name] = _value(kind, given)
        except ValueError as error:
            wrong += [f"{name}: {line}" for line in str(error).splitlines()]
    if not wrong:
        wrong = _together(Settings(**values))
    if wrong:
        raise Mistakes(wrong)
    return Settings(**values)


def _given(name: str, variables: Mapping[str, str]) -> str:
    path = variables.get(f"{name}_FILE")
    if not path:
        return variables.get(name, "")
    if variables.get(name):
        raise ValueError(f"both {name} and {name}_FILE are set; give one of them")
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise ValueError(f"{name}_FILE names {path!r}, which is no text that can be read") from None


def _value(kind: Kind[Any], given: str) -> Any:
    try:
        return kind.parse(given)
    except kinds.Refused:
        raise
    except ValueError:
        found = f"{len(given)} characters, not shown" if kind.secret else repr(given)
        raise ValueError(f"found {found}; allowed: {kind.allowed}") from None


def _together(settings: Settings) -> list[str]:
    wrong = []
    if settings.warmup > settings.time - 1:
        wrong.append("WARMUP: it leaves less than a second of TIME to measure")
    if settings.rate and settings.shape != "constant":
        wrong.append("SHAPE: requests of a fixed RATE come evenly; leave SHAPE at constant")
    if settings.worker_index > settings.workers:
        wrong.append("WORKER_INDEX: there are 0, the master, to WORKERS")
    if settings.workers > settings.users:
        wrong.append("WORKERS: each needs one of USERS")
    return wrong
