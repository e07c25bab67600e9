"""`make audit` asks a database of known vulnerabilities about every package of the lock."""

import json
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests.environment import ROOT

ID = "PYSEC-2099-1"
RECORD = {
    "id": ID,
    "modified": "2099-01-01T00:00:00Z",
    "summary": "Django answers what it should not",
    "affected": [{"package": {"name": "django", "ecosystem": "PyPI"}, "ranges": []}],
}


class Osv(ThreadingHTTPServer):
    """What uv asks of https://google.github.io/osv.dev/api/: `known` packages have a record."""

    known: set[str]
    asked: set[str]


@pytest.fixture
def osv() -> Iterator[Osv]:
    class Handler(BaseHTTPRequestHandler):
        server: Osv

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            names = [query["package"]["name"] for query in body["queries"]]
            self.server.asked |= set(names)
            vulns = [{"id": ID, "modified": RECORD["modified"]}]
            results = [{"vulns": vulns} if name in self.server.known else {} for name in names]
            self.answer({"results": results})

        def do_GET(self) -> None:
            self.answer(RECORD)

        def answer(self, content: Any) -> None:
            body = json.dumps(content).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing of each."""

    with Osv(("127.0.0.1", 0), Handler) as server:
        server.known, server.asked = set(), set()
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def audited(osv: Osv) -> subprocess.CompletedProcess[str]:
    where = f'ARGS=--service-url "http://127.0.0.1:{osv.server_port}"'
    return subprocess.run(
        ["make", "audit", where], cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_all_that_runs_and_all_that_tests_is_asked_about(osv: Osv) -> None:
    done = audited(osv)
    assert done.returncode == 0, done.stderr
    assert {"django", "gunicorn", "pytest", "opentelemetry-sdk"} <= osv.asked


def test_a_vulnerability_is_named_and_is_a_failure(osv: Osv) -> None:
    osv.known.add("django")
    done = audited(osv)
    assert done.returncode
    assert ID in done.stdout + done.stderr
    assert "django" in done.stdout
