import ssl
from pathlib import Path

import pytest

from app.loadtest.exit_codes import ExitCode, Problem
from app.loadtest.preflight import check
from tests.loadtest.certificates import self_signed
from tests.loadtest.http_server import Answer, answering
from tests.server.harness import free_port


def problem(target: str, path: str = "/", token: str = "") -> Problem:
    with pytest.raises(Problem) as caught:
        check(target, path, token)
    return caught.value


def test_a_service_that_is_there() -> None:
    def answer(path: str, headers: dict[str, str]) -> Answer:
        return (200 if headers.get("Authorization") == "Bearer good" else 401), {}, b""

    with answering(answer) as port:
        check(f"http://127.0.0.1:{port}", "/", token="good")
        denied = problem(f"http://127.0.0.1:{port}", token="bad")
    assert denied.code is ExitCode.DENIED


@pytest.mark.parametrize(
    ("status", "code", "sentence"),
    [
        (404, ExitCode.NOT_FOUND, "is not found (404): is TARGET this service?"),
        (302, ExitCode.REDIRECTED, "redirects (302) to /login."),
        (403, ExitCode.DENIED, "denies access (403): look at TOKEN."),
        (503, ExitCode.UNREACHABLE, "answers 503."),
    ],
)
def test_answers_that_are_not_the_services(status: int, code: ExitCode, sentence: str) -> None:
    with answering(lambda *_: (status, {"Location": "/login"}, b"")) as port:
        found = problem(f"http://127.0.0.1:{port}", "/api/")
    assert found.code is code
    assert found.sentence == f"http://127.0.0.1:{port}/api/ {sentence}"


def test_nobody_listens() -> None:
    found = problem(f"http://127.0.0.1:{free_port()}")
    assert found.code is ExitCode.UNREACHABLE
    assert found.sentence.endswith("does not answer: Connection refused.")


def test_a_name_that_is_not_known() -> None:
    found = problem("http://no-such-name.invalid")
    assert found.code is ExitCode.UNKNOWN_HOST
    assert found.sentence == "The name no-such-name.invalid is not known."


def test_a_certificate_of_nobody(tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(self_signed(tmp_path))
    with answering(lambda *_: (200, {}, b""), tls=context) as port:
        found = problem(f"https://127.0.0.1:{port}")
    assert found.code is ExitCode.TLS
    assert "certificate verify failed" in found.sentence


def test_no_http() -> None:
    with answering(lambda *_: (200, {"X": "a" * 70_000}, b"")) as port:
        found = problem(f"http://127.0.0.1:{port}")
    assert found.code is ExitCode.UNREACHABLE
