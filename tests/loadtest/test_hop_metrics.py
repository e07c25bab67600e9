import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest

from app.loadtest import hop_metrics
from app.loadtest.hop_metrics import Pod, hops_between, read
from tests.loadtest.http_server import answering
from tests.server.harness import free_port

METRICS = """\
# TYPE asgi_thread_hops_total counter
asgi_thread_hops_total{{reason="view"}} {hops}
asgi_thread_hops_total{{reason="orm"}} 1.0
process_start_time_seconds{{role="exporter"}} 9.0
process_start_time_seconds{{role="master"}} 1.75e+09
"""


@contextmanager
def pods(hops: list[int], monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a headless name with a pod for each."""
    with ExitStack() as stack:
        port = free_port()
        hosts = [f"127.0.0.{number}" for number in range(1, len(hops) + 1)]
        for host, count in zip(hosts, hops, strict=True):
            body = METRICS.format(hops=count).encode()
            made = answering(lambda *_, body=body: (200, {}, body), host=host, port=port)
            stack.enter_context(made)
        found = [(2, 1, 6, "", (host, port)) for host in hosts]
        real = socket.getaddrinfo

        def resolve(name: str, *rest: Any, **more: Any) -> Any:
            return found if name == "pods.test" else real(name, *rest, **more)

        monkeypatch.setattr(socket, "getaddrinfo", resolve)
        yield f"http://pods.test:{port}"


def test_each_pod_behind_a_name_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    with pods([3, 4], monkeypatch) as url:
        assert read(url) == {"127.0.0.1": Pod(1.75e9, 4), "127.0.0.2": Pod(1.75e9, 5)}


def test_out_of_reach_is_unknown() -> None:
    assert read(f"http://127.0.0.1:{free_port()}/metrics") is None
    assert read("http://no-such-name.invalid/metrics") is None
    assert read(f"https://127.0.0.1:{free_port()}/metrics") is None
    with answering(lambda *_: (404, {}, b"none")) as port:
        assert read(f"http://127.0.0.1:{port}") is None


def test_hops_of_all_pods_add_up() -> None:
    before = {"a": Pod(1, 10), "b": Pod(2, 20)}
    after = {"a": Pod(1, 13), "b": Pod(2, 24)}
    assert hops_between(before, after) == 7


@pytest.mark.parametrize(
    "after",
    [
        None,
        {"a": Pod(1, 10)},
        {"a": Pod(1, 10), "c": Pod(2, 20)},
        {"a": Pod(1, 10), "b": Pod(3, 20)},
    ],
    ids=["out of reach", "gone", "another", "restarted"],
)
def test_hops_of_pods_that_changed_are_void(after: hop_metrics.Reading | None) -> None:
    before = {"a": Pod(1, 10), "b": Pod(2, 20)}
    assert hops_between(before, after) is None
    assert hops_between(after, before) is None
