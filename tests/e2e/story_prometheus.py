"""A real Prometheus finds the pods as docs/metrics.md says, and understands the chart's alerts."""

import json
import re
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from tests.e2e.cluster import CHART, ROOT, Failed, helm, kubectl, wait
from tests.e2e.conftest import Tell
from tests.e2e.release import Release
from tests.e2e.stage import Stage, namespace, python, start

START = """
import subprocess
options = '--config.file=/etc/prometheus/prometheus.yml', '--storage.tsdb.path=/tmp/data'
log = open('/tmp/log', 'w')
subprocess.Popen(['/tmp/prometheus', *options], stdout=log, stderr=log)
"""
ASK = """
import sys, urllib.parse as p, urllib.request as u
query = '?' + p.urlencode({'query': sys.argv[2]}) if sys.argv[2:] else ''
print(u.urlopen('http://localhost:9090/api/v1/' + sys.argv[1] + query, timeout=10).read().decode())
"""


def config() -> str:
    """The configuration of docs/metrics.md, in a hurry, with rules."""
    page = (ROOT / "docs" / "metrics.md").read_text()
    blocks = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    (block,) = (text for text in blocks if "kubernetes_sd_configs" in text)
    often = {"global": {"scrape_interval": "1s", "evaluation_interval": "1s"}}
    return json.dumps(yaml.safe_load(block) | often | {"rule_files": ["rules.yaml"]})


def rules(release: Release) -> str:
    """The chart's alerts, as a file of Prometheus' own."""
    given = ("--namespace", release.namespace, "--set", "prometheusRule.enabled=true")
    shown = ("--show-only", "templates/prometheusrule.yaml")
    manifest = yaml.safe_load(helm("template", release.name, str(CHART), *given, *shown))
    return json.dumps(manifest["spec"])


@pytest.fixture
def monitoring(stage: Stage, release: Release) -> Iterator[str]:
    """The namespace that may read metrics, with a Prometheus at work."""
    with namespace("prometheus") as name:
        files = {"prometheus.yml": config(), "rules.yaml": rules(release)}
        literals = [f"--from-literal={file}={text}" for file, text in files.items()]
        kubectl("create", "--namespace", name, "configmap", "prometheus", *literals)
        may = ("--verb=get,list,watch", "--resource=pods")
        kubectl("create", "clusterrole", name, *may)
        try:
            who = (f"--clusterrole={name}", f"--serviceaccount={name}:prometheus")
            kubectl("create", "clusterrolebinding", name, *who)
            start("prometheus.yaml", name, "prometheus", image=stage.image)
            program = str(shutil.which("prometheus"))
            kubectl("cp", "--namespace", name, program, "prometheus:/tmp/prometheus")
            options = (
                "--config.file=/etc/prometheus/prometheus.yml",
                "--storage.tsdb.path=/tmp/data",
            )
            python(name, "prometheus", START, "/tmp/prometheus", *options)  # noqa: S108 - in its pod
            yield name
        finally:
            kubectl("delete", "clusterrole,clusterrolebinding", name)


def ask(monitoring: str, what: str, *query: str) -> Any:
    """What the Prometheus answers; nothing while it starts."""
    try:
        return json.loads(python(monitoring, "prometheus", ASK, what, *query))["data"]
    except Failed:
        return None


def test_a_prometheus_finds_the_pods(
    stage: Stage, release: Release, monitoring: str, tell: Tell
) -> None:
    by_name = {"matchLabels": {"kubernetes.io/metadata.name": monitoring}}
    release.upgrade(
        {"networkPolicy": {"ingress": {"metricsFrom": [{"namespaceSelector": by_name}]}}}
    )
    release.rest()
    own = f'{{namespace="{release.namespace}"}}'

    def up() -> list[dict[str, str]]:
        found = ask(monitoring, "query", f"up{own} == 1")
        return [each["metric"] for each in found["result"]] if found else []

    wait("all pods are scraped", lambda: {each.get("pod") for each in up()} == release.names())
    assert len(up()) == len(release.names()), "a pod is scraped twice"
    assert {each["instance"].rpartition(":")[2] for each in up()} == {"9464"}
    builds = ask(monitoring, "query", f"count(asgi_build_info{own})")["result"]
    assert builds[0]["value"][1] == str(len(release.names()))

    def evaluated() -> list[dict[str, Any]]:
        groups = ask(monitoring, "rules")["groups"]
        found = [rule for group in groups for rule in group["rules"]]
        return found if all(rule["health"] != "unknown" for rule in found) else []

    seen = wait("all rules are evaluated", evaluated)
    assert {rule["name"]: rule["lastError"] for rule in seen if rule["health"] != "ok"} == {}
    assert [rule["name"] for rule in seen if rule.get("state", "inactive") == "firing"] == []
    tell(f"{len(up())} pods scraped once each, {len(seen)} rules understood")
