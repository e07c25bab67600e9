"""A small HTTP server in a thread, for what has to be answered in a certain way."""

import contextlib
import ssl
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = tuple[int, dict[str, str], bytes]


@contextlib.contextmanager
def answering(
    answer: Callable[[str, dict[str, str]], Answer],
    tls: ssl.SSLContext | None = None,
    host: str = "127.0.0.1",
    port: int = 0,
) -> Iterator[int]:
    """Its port; `answer(path, headers)` gives status, headers and body of each GET."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, headers, body = answer(self.path, dict(self.headers))
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        request_queue_size = 2000

        def finish_request(self, request: Any, client_address: Any) -> None:
            """Shake hands here: a handshake that fails in accept() leaves its socket open."""
            if tls:
                with tls.wrap_socket(request, server_side=True) as wrapped:
                    super().finish_request(wrapped, client_address)
            else:
                super().finish_request(request, client_address)

        def handle_error(self, request: object, client_address: object) -> None:
            """Say nothing of clients that refuse a certificate."""

    server = Server((host, port), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
