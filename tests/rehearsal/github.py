"""What GitHub is to a job that deploys: it gives a token that says who the job is."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.e2e.cluster import kubectl


@contextmanager
def tokens(namespace: str) -> Iterator[dict[str, str]]:
    """The variables of a job with `id-token: write`.

    The cluster trusts no GitHub, so the token is one of its own: of the account that
    deploy/rbac.yaml lets deploy, with its rights and no others.
    """

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            assert self.headers["Authorization"] == "Bearer of the job"
            assert "&audience=https://" in self.path
            token = kubectl("create", "token", "deployer", "--namespace", namespace).strip()
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps({"value": token}).encode())

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing of each."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield {
            "ACTIONS_ID_TOKEN_REQUEST_URL": f"http://127.0.0.1:{server.server_port}/?api=1",
            "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "of the job",
        }
    finally:
        server.shutdown()
        server.server_close()
