"""The scan of the chart: one finding more is wrong, one less is, too."""

import shutil
from pathlib import Path

import pytest

from scripts import scan
from scripts.scan_known import KNOWN

POD = """\
apiVersion: v1
kind: Pod
metadata: {name: one}
spec: {containers: [{name: web, image: "x:1", prots: []}]}
---
apiVersion: example.com/v1
kind: Unheard
metadata: {name: two}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: three}
"""


@pytest.mark.parametrize(
    ("findings", "status", "line"),
    [
        ({"checkov A Pod/x", "kube-score B Pod/x"}, 0, "defaults: 2 findings, 2 of them known"),
        ({"checkov A Pod/x"}, 1, "defaults: gone: kube-score B Pod/x"),
        ({"checkov A Pod/x", "kube-score B Pod/x", "new"}, 1, "defaults: new: new"),
    ],
)
def test_what_is_found_is_what_is_known(
    findings: set[str],
    status: int,
    line: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    known = {"defaults": {"checkov A Pod/x": "why", "kube-score B Pod/x": "why"}}
    monkeypatch.setattr(scan, "KNOWN", known)
    monkeypatch.setattr(scan, "found", lambda: {"defaults": findings})
    monkeypatch.setattr(shutil, "which", lambda _name: "/usr/bin/kube-score")
    assert scan.main() == status
    assert line in capsys.readouterr().out.splitlines()


def test_a_scanner_that_is_not_there_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(scan, "KNOWN", {"defaults": {"kube-score B Pod/x": "why"}})
    monkeypatch.setattr(scan, "found", lambda: {"defaults": set[str]()})
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    assert scan.main() == 0
    assert "kube-score is not on the PATH, and was not asked." in capsys.readouterr().out


def test_an_object_that_is_none_or_that_nobody_knows_is_found(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(scan, "RENDERED", tmp_path)
    (tmp_path / "x.yaml").write_text(POD)
    found = list(scan.validation("x"))
    assert len(found) == 2 * len(scan.KUBERNETES)
    assert any("Pod/one" in finding and "prots" in finding for finding in found)
    assert "no validator knows Unheard/two in 1.34" in found


def test_each_file_is_in_a_set_and_all_but_the_defaults_begin_with_production() -> None:
    sets = scan.sets()
    files = {path for paths in sets.values() for path in paths}
    assert files == set((scan.CHART / "ci").glob("*.yaml"))
    assert {paths[0].stem for name, paths in sets.items() if name != "defaults"} == {"production"}
    assert set(KNOWN) <= set(sets)
