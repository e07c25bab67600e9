"""kubectl's plugin asks GitHub for a token, for this cluster alone, and says when it ends."""

import base64
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.environment import ROOT

CLAIMS = base64.urlsafe_b64encode(json.dumps({"exp": 1_900_000_000}).encode()).decode().rstrip("=")
TOKEN = f"header.{CLAIMS}.signature"


@pytest.fixture
def github() -> Iterator[dict[str, str]]:
    """The variables of a job, and GitHub behind them."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = (self.path, self.headers["Authorization"])
            known = asked == ("/?x=1&audience=https://cluster:6443", "Bearer of the job")
            self.send_response(200 if known else 403)
            self.end_headers()
            self.wfile.write(json.dumps({"value": TOKEN}).encode())

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing of each."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield {
            "ACTIONS_ID_TOKEN_REQUEST_URL": f"http://127.0.0.1:{server.server_port}/?x=1",
            "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "of the job",
            "CLUSTER_SERVER": "https://cluster:6443",
        }
        server.shutdown()


def asked(env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """What kubectl runs."""
    return subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "cluster_token.py")],
        env={"PATH": os.environ["PATH"]} | env,
        capture_output=True,
        text=True,
        check=False,
    )


def test_kubectl_gets_the_token_and_its_end(github: dict[str, str]) -> None:
    done = asked(github)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "apiVersion": "client.authentication.k8s.io/v1",
        "kind": "ExecCredential",
        "status": {"token": TOKEN, "expirationTimestamp": "2030-03-17T17:46:40Z"},
    }


def test_a_refusal_is_said_and_no_secret_with_it(github: dict[str, str]) -> None:
    done = asked(github | {"ACTIONS_ID_TOKEN_REQUEST_TOKEN": "of another"})
    assert done.returncode == 1
    assert done.stderr.startswith("GitHub gives no token for this job: HTTP Error 403")
    assert "of another" not in done.stderr
    assert "Traceback" not in done.stderr
