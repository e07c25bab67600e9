"""What kube-score is shown: it knows of no ScaledObject, and would ask for replicas."""

import json
from pathlib import Path

import kubernetes_validate

from scripts.scan_kube_score import findings, scaled_by_keda
from tests.helm.manifests import render

KEDA = {"keda": {"enabled": True, "prometheus": {"serverAddress": "http://prometheus:9090"}}}


def test_the_autoscaler_of_keda_is_one_of_kubernetes_for_the_same_deployment() -> None:
    made = render(KEDA)
    (wanted,) = (manifest for manifest in made if manifest["kind"] == "ScaledObject")
    autoscaler = scaled_by_keda(wanted)
    kubernetes_validate.validate(autoscaler, "1.37", strict=True)
    target = autoscaler["spec"]["scaleTargetRef"]
    assert (target["kind"], target["name"]) in {
        (manifest["kind"], manifest["metadata"]["name"]) for manifest in made
    }


def test_it_sees_that_autoscaler_and_its_findings_are_told(tmp_path: Path) -> None:
    judged = {
        "type_meta": {"kind": "Deployment"},
        "object_meta": {"name": "demo"},
        "checks": [
            {"check": {"id": "wrong"}, "grade": 1, "skipped": False},
            {"check": {"id": "right"}, "grade": 10, "skipped": False},
            {"check": {"id": "none"}, "grade": 0, "skipped": True},
        ],
    }
    program, seen = tmp_path / "kube-score", tmp_path / "seen"
    answer = json.dumps([judged])
    program.write_text(f"#!/bin/sh\ncat >{seen}\necho '{answer}'\n")
    program.chmod(0o755)
    manifest = next(one for one in render(KEDA) if one["kind"] == "ScaledObject")
    found = list(findings(str(program), json.dumps(manifest)))
    assert found == ["kube-score wrong Deployment/demo"]
    assert "name: keda-hpa-" in seen.read_text()
