import json
from pathlib import Path

from app.loadtest.hop_metrics import Pod
from app.loadtest.surroundings import build, environment, machine
from tests.loadtest.http_server import answering
from tests.server.harness import free_port


def test_the_services_build() -> None:
    told = {"version": "1.2.3", "commit": "abc"}
    body = json.dumps(told).encode()
    with answering(lambda path, _: (200 if path == "/version" else 404, {}, body)) as port:
        assert build(f"http://127.0.0.1:{port}") == told


def test_a_service_that_says_nothing_of_itself() -> None:
    for status, body in ((404, b""), (200, b"<p>no JSON"), (200, b"[1]")):
        with answering(lambda *_, s=status, b=body: (s, {}, b)) as port:
            assert build(f"http://127.0.0.1:{port}") is None
    assert build(f"http://127.0.0.1:{free_port()}") is None


def test_the_machine(tmp_path: Path) -> None:
    cpuinfo = tmp_path / "cpuinfo"
    cpuinfo.write_text("processor\t: 0\nmodel name\t: A processor\nmodel name\t: A processor\n")
    assert machine(cpuinfo).endswith(" × A processor")
    cpuinfo.write_text("nothing\n")
    assert machine(cpuinfo) == machine(tmp_path / "none")
    assert machine().split(" × ")[0].isdigit()


def test_pods_are_counted_where_they_are_known() -> None:
    nobody = f"http://127.0.0.1:{free_port()}"
    found = environment(nobody, "digest", {"a": Pod(1, 2), "b": Pod(1, 2)})
    assert (found["replicas"], found["service"], found["load_test"]) == (2, None, "digest")
    assert environment(nobody, "digest", None)["replicas"] is None
