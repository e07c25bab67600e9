"""The exporter as a process: what it serves, to whom, and when it ends."""

import gzip
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import MetricsHandler

from app.telemetry import exporter as module
from app.telemetry.exporter import Handler, Server, main
from tests.server.harness import ROOT, free_port, status_of, wait_until
from tests.telemetry.exporters import alive, exporter, fetch, scrape

COMMAND = [sys.executable, "-m", "app.telemetry.exporter", "--host=127.0.0.1"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a process left that counted some hops."""
    folder = tmp_path_factory.mktemp("metrics")
    subprocess.run(
        [
            sys.executable,
            "-c",
            "from app.telemetry import metrics\nfor _ in '123': metrics.hop('f')",
        ],
        env=os.environ | {"PROMETHEUS_MULTIPROC_DIR": str(folder)},
        cwd=ROOT,
        check=True,
    )
    return folder


@pytest.fixture(scope="module")
def port(folder: Path) -> Iterator[int]:
    """The port of an exporter of that folder."""
    with exporter(folder, "--version=1.2.3", "--commit=abc") as port:
        yield port


def test_serves_all_that_it_knows(port: int) -> None:
    seen = scrape(port)
    assert seen['asgi_thread_hops_total{by="f"}'] == 3
    assert seen['asgi_build_info{commit="abc",version="1.2.3"}'] == 1
    assert seen['process_open_fds{role="exporter"}'] > 2
    assert not any('role="worker"' in name for name in seen), "it was given no master"


def test_speaks_as_prometheus_client_does(port: int) -> None:
    url = f"http://127.0.0.1:{port}/metrics"
    headers, _ = fetch(url)
    assert headers["Content-Type"].startswith("text/plain; version=0.0.4")
    headers, body = fetch(
        url, {"Accept": "application/openmetrics-text;version=1.0.0", "Accept-Encoding": "gzip"}
    )
    assert headers["Content-Type"].startswith("application/openmetrics-text; version=1.0.0")
    assert gzip.decompress(body).endswith(b"# EOF\n")
    _, body = fetch(f"{url}?name[]=log_records_dropped_total")
    assert b"log_records_dropped_total 0.0" in body
    assert b"asgi_thread_hops" not in body


def test_has_no_other_page(port: int) -> None:
    assert fetch(f"http://127.0.0.1:{port}/")[1] == b"Metrics are at /metrics\n"
    assert status_of(f"http://127.0.0.1:{port}/etc/passwd") == 404
    client = HTTPConnection("127.0.0.1", port)
    client.request("POST", "/metrics", b"x")
    assert client.getresponse().status == 501
    client.close()


def test_a_folder_that_cannot_be_read_is_a_500_and_one_line(tmp_path: Path) -> None:
    (tmp_path / "counter_1.db").write_bytes(b"x")
    address = free_port()
    with subprocess.Popen(
        [*COMMAND, f"--port={address}", f"--folder={tmp_path}"],
        cwd=ROOT,
        env=os.environ | {"LOG_FORMAT": "console"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        url = f"http://127.0.0.1:{address}"
        wait_until(lambda: status_of(f"{url}/") == 200, 10, "the exporter is up")
        assert [status_of(f"{url}/metrics") for _ in "12"] == [500, 500]
        process.send_signal(signal.SIGINT)  # as Ctrl-C in a terminal
        output, _ = process.communicate(timeout=5)
    assert process.returncode == 0
    assert [line.partition("scrape failed: ")[2][:6] for line in output.splitlines()] == [
        "error(",
        "error(",
    ]


def test_a_taken_port_is_one_line_and_78() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        taken = listener.getsockname()[1]
        done = subprocess.run(
            [*COMMAND, f"--port={taken}", "--folder=."],
            cwd=ROOT,
            env={name: text for name, text in os.environ.items() if name != "LOG_FORMAT"},
            capture_output=True,
            check=False,
            text=True,
            timeout=10,
        )
    assert (done.returncode, done.stderr) == (78, "")
    (line,) = done.stdout.splitlines()
    assert json.loads(line)["message"] == (
        f"cannot listen on 127.0.0.1:{taken}: Address already in use"
    )


def test_it_must_know_the_folder(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("PROMETHEUS_MULTIPROC_DIR", raising=False)
    with pytest.raises(SystemExit) as raised:
        main([])
    assert raised.value.code == 2
    assert "set PROMETHEUS_MULTIPROC_DIR" in capsys.readouterr().err


def test_it_is_light() -> None:
    """27 MB against 56 with Django: no Django, and no asyncio, no logging of ours."""
    program = (
        "import sys, app.telemetry.exporter\n"
        "print(*{name.partition('.')[0] for name in sys.modules} & {'django', 'asyncio', 'orjson'})"
    )
    assert subprocess.check_output([sys.executable, "-c", program], cwd=ROOT) == b"\n"


def test_it_ends_with_its_parent(folder: Path) -> None:
    """Even when that has no time to say so; and Ctrl-C in the terminal is for the master."""
    address = free_port()
    command = [*COMMAND, f"--port={address}", f"--folder={folder}"]
    program = f"""
import os, subprocess
print(subprocess.Popen([*{command}, f"--master={{os.getpid()}}"]).pid, flush=True)
input()
"""
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        wait_until(lambda: status_of(f"http://127.0.0.1:{address}/") == 200, 10, "it is up")
        os.kill(pid, signal.SIGINT)
        seen = scrape(address)
        assert seen['process_threads{role="master"}'] >= 1
        assert seen['process_threads{role="worker"}'] == 0
        parent.kill()
        parent.wait()
        wait_until(lambda: not alive(pid), 2, "the exporter has ended")


@pytest.fixture
def server() -> Iterator[Server]:
    """A server in this process, that knows no metrics."""
    server = Server(("127.0.0.1", 0), None, Handler.factory(CollectorRegistry()))
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_slow_client_is_cut(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that sends a byte now and then: a limit for each read would never end it."""
    monkeypatch.setattr(module, "SECONDS", 0.5)
    began = time.monotonic()
    with socket.create_connection(("127.0.0.1", server.server_port), timeout=0.05) as client:
        while time.monotonic() < began + 5:
            try:
                client.send(b"G")
                if client.recv(10) == b"":
                    break
            except TimeoutError:
                continue
            except OSError:
                break
    assert 0.4 < time.monotonic() - began < 4


def test_clients_are_bounded(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CONNECTIONS", 2)
    url = f"http://127.0.0.1:{server.server_port}/metrics"
    clients = [socket.create_connection(("127.0.0.1", server.server_port)) for _ in range(2)]
    wait_until(lambda: len(server._open) == 2, 5, "both are accepted")
    assert status_of(url) == 0
    for client in clients:
        client.close()
    wait_until(lambda: status_of(url) == 200, 5, "their places are free again")


def test_a_client_that_leaves_is_no_error(
    server: Server, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def leave(_self: Handler) -> None:
        raise ConnectionResetError

    monkeypatch.setattr(MetricsHandler, "do_GET", leave)
    assert status_of(f"http://127.0.0.1:{server.server_port}/metrics") == 0
    assert capfd.readouterr() == ("", "")


def test_it_listens_on_ipv6() -> None:
    with Server(("::1", 0), None, Handler) as server:
        assert server.server_name == "::1"
