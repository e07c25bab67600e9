"""wrk, against a real server."""

import shutil

import pytest

from benchmarks import stacks
from benchmarks.lab import Lab
from benchmarks.refused import Refused
from benchmarks.wrk import throughput
from tests.programs import needed


def test_requests_are_counted_and_errors_refused(lab: Lab) -> None:
    needed("wrk")
    with lab.serving(stacks.FASTAPI) as server:
        assert throughput(server.url + "/version", 1) > 10
        assert throughput(server.url + "/api/orders", 1, lab.order) > 10
        with pytest.raises(Refused, match="requests failed"):
            throughput(server.url + "/nowhere", 1)


def test_without_it_the_user_is_told_where_it_comes_from(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(Refused, match="apt-get install wrk"):
        throughput("http://localhost", 1)
