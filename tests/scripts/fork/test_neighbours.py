"""Two forks in one namespace: nothing of one is the other's, in the cluster or in Prometheus."""

import json
import re
from pathlib import Path
from typing import Any

import helm_python
import pytest
import yaml

from tests.scripts.fork.conftest import Copy
from tests.scripts.fork.copies import OTHER

VALUES = {
    "prometheusRule": {"enabled": True, "kubeStateMetrics": True},
    "dashboard": {"enabled": True},
    "migrations": {"strategy": "job"},
    "autoscaling": {"enabled": True},
}
Objects = list[dict[str, Any]]


def objects(fork: Path) -> Objects:
    """What the fork's chart makes of a release that is called as the fork is."""
    chart = helm_python.Chart.load(fork / "helm")
    rendered = chart.render(VALUES, name=fork.name, namespace="prod")
    texts = [text for path, text in rendered.items() if path.endswith(".yaml")]
    return [each for text in texts for each in yaml.safe_load_all(text) if each]


@pytest.fixture
def both(copy: Copy) -> tuple[Objects, Objects]:
    return objects(copy(name="orders", licence="LicenseRef-Proprietary")), objects(
        copy(**OTHER, parts=[])
    )


def of(kind: str, made: Objects) -> Objects:
    return [each for each in made if each["kind"] == kind]


def test_no_object_has_the_name_of_the_others(both: tuple[Objects, Objects]) -> None:
    one, other = ({(o["kind"], o["metadata"]["name"]) for o in made} for made in both)
    assert min(len(one), len(other)) > 10
    assert not one & other


def test_no_selector_takes_the_pods_of_the_other(both: tuple[Objects, Objects]) -> None:
    for mine, others in (both, both[::-1]):
        (pod,) = (
            each["spec"]["template"]["metadata"]["labels"]
            for each in of("Deployment", others)
            if each["spec"]["template"]["metadata"]["labels"]["app.kubernetes.io/component"]
            == "web"
        )
        selectors = [service["spec"]["selector"] for service in of("Service", mine)]
        selectors += [each["spec"]["selector"]["matchLabels"] for each in of("Deployment", mine)]
        assert len(selectors) > 3
        assert not [each for each in selectors if each.items() <= pod.items()]


def test_alerts_and_dashboards_are_of_the_own_pods(both: tuple[Objects, Objects]) -> None:
    names, uids = [], []
    for made in both:
        (rules,) = of("PrometheusRule", made)
        name = rules["metadata"]["name"]
        found = set(re.findall(r'pod=~"([^"]+)"', json.dumps(rules).replace('\\"', '"')))
        assert found == {f"{name}-[a-z0-9]+-[a-z0-9]+"}
        assert {
            rule["labels"]["service"]
            for group in rules["spec"]["groups"]
            for rule in group["rules"]
        } == {name}
        (dashboard,) = (
            each for each in of("ConfigMap", made) if "dashboard" in each["metadata"]["name"]
        )
        (text,) = dashboard["data"].values()
        uids.append(json.loads(text)["uid"])
        names.append(name)
    assert len(set(names)) == len(set(uids)) == 2
    for pattern, pod in ((names[0], names[1]), (names[1], names[0])):
        assert not re.fullmatch(f"{pattern}-[a-z0-9]+-[a-z0-9]+", f"{pod}-5c4d8-x7k2p")
