"""Is the service there, and is it this one? Asked before any load."""

import http.client
import socket
import ssl
from urllib.parse import urlsplit

from app.loadtest.exit_codes import ExitCode, Problem

SECONDS = 15.0


def check(target: str, path: str, token: str = "") -> None:
    """Ask for a path once. Raises Problem."""
    parts = urlsplit(target)
    host, url = parts.hostname or "", f"{target}{path}"
    tls = parts.scheme == "https"
    port = parts.port or (443 if tls else 80)
    made = http.client.HTTPSConnection if tls else http.client.HTTPConnection
    connection = made(host, port, timeout=SECONDS)
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    try:
        connection.request("GET", f"{parts.path}{path}", headers=headers)
        answer = connection.getresponse()
        answer.close()
    except socket.gaierror:
        raise Problem(ExitCode.UNKNOWN_HOST, f"The name {host} is not known.") from None
    except ssl.SSLError as error:
        why = f"TLS with {host}:{port} failed: {_first_line(error)}."
        raise Problem(ExitCode.TLS, why) from None
    except (OSError, http.client.HTTPException) as error:
        why = f"{url} does not answer: {_first_line(error)}."
        raise Problem(ExitCode.UNREACHABLE, why) from None
    finally:
        connection.close()
    _judge(answer, url)


def _judge(answer: http.client.HTTPResponse, url: str) -> None:
    status = answer.status
    if status == 404:
        raise Problem(ExitCode.NOT_FOUND, f"{url} is not found (404): is TARGET this service?")
    if 300 <= status < 400:
        where = answer.getheader("Location", "nowhere")
        raise Problem(ExitCode.REDIRECTED, f"{url} redirects ({status}) to {where}.")
    if status in (401, 403):
        raise Problem(ExitCode.DENIED, f"{url} denies access ({status}): look at TOKEN.")
    if status >= 400:
        raise Problem(ExitCode.UNREACHABLE, f"{url} answers {status}.")


def _first_line(error: Exception) -> str:
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return str(text).splitlines()[0].rstrip(".")
