"""`make fuzz`: Schemathesis against the service, from the document that the service itself serves.

It runs as `make run` runs it, with a PostgreSQL that is thrown away. What is asked of its answers
stands in schemathesis.toml; what it wrote meanwhile is in var/fuzz.log.
"""

import contextlib
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx

from scripts.postgres import Postgres, PostgresError

ROOT = Path(__file__).resolve().parent.parent
LOG = ROOT / "var" / "fuzz.log"
TENANTS = ("acme", "other")
# Of each operation and of sequences of them, in a round of some 1,500 cases and 20 seconds: what
# one round has written, the next one reads.
EXAMPLES = 100


def main(cases: int) -> int:
    """The exit status after at least so many cases: 0, or what Schemathesis ended with."""
    postgres = Postgres(Path(tempfile.gettempdir()) / f"postgres-fuzz-{os.getpid()}", lasting=False)
    with tempfile.TemporaryDirectory(prefix="fuzz-") as name, contextlib.ExitStack() as stack:
        folder = Path(name)
        stack.callback(shutil.rmtree, postgres.folder)
        postgres.open()
        stack.callback(postgres.close)
        env = environment(postgres.url, folder)
        url = stack.enter_context(serving(env))
        tenants = folder / "tenants.json"
        tenants.write_text(json.dumps({"auth": [tenant(name, env) for name in TENANTS]}))
        env["FUZZ_TENANTS"] = str(tenants)
        return attack(url, env, cases, folder / "report.json")


def environment(database: str, folder: Path) -> dict[str, str]:
    """The environment of the service, whatever stands in the shell's and in `.env`."""
    return os.environ | {
        "SECRET_KEY": secrets.token_urlsafe(50),
        "AUTH_SECRET": secrets.token_urlsafe(50),
        "AUTH_JWKS": "",
        "ALLOWED_HOSTS": "127.0.0.1",
        "DATABASE_URL": database,
        "HOST": "127.0.0.1",
        "PORT": str(free_port()),
        "METRICS_PORT": str(free_port()),
        "RUNTIME_DIR": str(folder / "run"),
        "DRAIN_SECONDS": "1",
    }


def free_port() -> int:
    """A TCP port that was free on loopback a moment ago."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


@contextlib.contextmanager
def serving(env: Mapping[str, str]) -> Iterator[str]:
    """The address of the service while it runs. SystemExit with what it wrote if it does not."""
    LOG.parent.mkdir(exist_ok=True)
    url = f"http://127.0.0.1:{env['PORT']}"
    command = [sys.executable, "-m", "scripts.serve", "run"]
    with LOG.open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log)  # noqa: S603 - our own
    try:
        deadline = time.monotonic() + 300
        while not ready(url):
            if process.poll() is not None or time.monotonic() > deadline:
                sys.exit(f"The service does not run:\n{LOG.read_text()}")
            time.sleep(0.1)
        yield url
    finally:
        process.terminate()
        process.wait()


def ready(url: str) -> bool:
    """Whether the service takes requests."""
    try:
        return httpx.get(f"{url}/readyz").is_success
    except httpx.HTTPError:
        return False


def tenant(name: str, env: Mapping[str, str]) -> dict[str, object]:
    """One who calls, as Web Fuzzing Commons describes it."""
    what = ["--customer", name, "--scope", "notes:read", "notes:write", "--lifetime", "86400"]
    command = [sys.executable, "-m", "scripts.manage", "token", *what]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=True)  # noqa: S603 - our own
    header = {"name": "Authorization", "value": f"Bearer {done.stdout.strip()}"}
    return {"name": name, "fixedHeaders": [header]}


def attack(url: str, env: Mapping[str, str], cases: int, report: Path) -> int:
    """Round after round, each with a seed of its own, until a round finds something."""
    command = [
        str(Path(sys.executable).with_name("schemathesis")),
        "run",
        f"{url}/api/openapi.json",
    ]
    command += ["--checks", "all", "--max-examples", str(min(EXAMPLES, cases // 10))]
    command += ["--report", "json", "--report-json-path", str(report)]
    done, begin = 0, time.monotonic()
    phases: list[str] = []
    while done < cases:
        status = subprocess.run([*command, *phases], cwd=ROOT, env=env, check=False).returncode  # noqa: S603 - our own
        if report.exists():
            done += json.loads(report.read_text())["test_cases"]["generated"]
        print(f"\n{done:,} of {cases:,} cases in {time.monotonic() - begin:,.0f} s", flush=True)
        if status:
            return status
        phases = ["--phases", "fuzzing,stateful"]  # the others have the same cases each time
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(int(sys.argv[1])))
    except PostgresError as error:
        sys.exit(str(error))
