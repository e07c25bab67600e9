"""What kube-score finds in what the chart makes."""

import json
import subprocess
from collections.abc import Iterator
from typing import Any

import yaml


def scaled_by_keda(manifest: dict[str, Any]) -> dict[str, Any]:
    """The autoscaler that KEDA makes of its ScaledObject: the one that kube-score understands."""
    wanted = manifest["spec"]
    trigger = {
        "metric": {"name": "s0-prometheus"},
        "target": {
            "type": "AverageValue",
            "averageValue": wanted["triggers"][0]["metadata"]["threshold"],
        },
    }
    return {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": manifest["metadata"] | {"name": f"keda-hpa-{manifest['metadata']['name']}"},
        "spec": {
            "scaleTargetRef": wanted["scaleTargetRef"],
            "minReplicas": wanted["minReplicaCount"],
            "maxReplicas": wanted["maxReplicaCount"],
            "metrics": [{"type": "External", "external": trigger}],
        },
    }


def findings(program: str, rendered: str) -> Iterator[str]:
    """What `program`, a kube-score, finds in these manifests."""
    objects = [manifest for manifest in yaml.safe_load_all(rendered) if manifest]
    objects += [scaled_by_keda(made) for made in objects if made["kind"] == "ScaledObject"]
    done = subprocess.run(  # noqa: S603 - the program on the PATH
        [program, "score", "--output-format=json", "-"],
        input=yaml.safe_dump_all(objects),
        stdout=subprocess.PIPE,
        text=True,
        check=False,  # 1 is what it ends with when it found something
    )
    for judged in json.loads(done.stdout):
        named = f"{judged['type_meta']['kind']}/{judged['object_meta']['name']}"
        for check in judged["checks"]:
            if not check["skipped"] and check["grade"] < 10:
                yield f"kube-score {check['check']['id']} {named}"
