"""What was measured, kept beside the pages that are made of it: a case may be measured alone."""

import json
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from benchmarks.rounds import Measured
from scripts.command import printed

FILE = Path(__file__).with_name("results.json")
PACKAGES = (
    "django", "django-ninja", "uvicorn", "gunicorn", "fastapi", "starlette", "litestar",
    "sqlalchemy", "psycopg", "pydantic", "prometheus-client", "asgi-correlation-id",
    "prometheus-fastapi-instrumentator", "starlette-exporter",
)  # fmt: skip


@dataclass(frozen=True)
class Result:
    """The rounds of one case, and when and where they were played."""

    measured: Sequence[Measured]
    day: str
    commit: str
    machine: str
    versions: dict[str, str]


def result(measured: Sequence[Measured]) -> Result:
    """A result of now and here."""
    commit = printed(FILE.parent, "git", "rev-parse", "--short=12", "HEAD")
    own = (f":(exclude){FILE.parent}/{name}" for name in (FILE.name, "README.md", "ratios.svg"))
    changed = printed(FILE.parent, "git", "status", "--porcelain", "--", ":/", *own)
    return Result(
        measured,
        datetime.now(UTC).date().isoformat(),
        commit + ("-dirty" if changed else ""),
        machine(),
        {name: version(name) for name in PACKAGES} | {"Python": platform.python_version()},
    )


def machine() -> str:
    """The processor and its cores."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    names = [line.partition(": ")[2] for line in lines if line.startswith("model name")]
    return f"{names[0] if names else platform.machine()}, {len(names)} cores"


def load(file: Path = FILE) -> dict[str, Result]:
    """All results by the name of their case."""
    if not file.exists():
        return {}
    return {name: Result(**each) for name, each in json.loads(file.read_text()).items()}


def save(results: dict[str, Result], file: Path = FILE) -> None:
    """Write them."""
    text = json.dumps({name: asdict(each) for name, each in results.items()}, indent=1)
    file.write_text(text + "\n")
