"""deploy/rbac.yaml lets a deploy make what the chart makes, and nothing else."""

import yaml

from tests.environment import ROOT
from tests.helm.manifests import Values, render

FILES = sorted((ROOT / "helm" / "ci").glob("*.yaml"))
# Helm keeps its releases in Secrets; extra objects may be ConfigMaps.
HELMS_OWN = {("", "secrets"), ("", "configmaps")}
PLURALS = {"networkpolicy": "networkpolicies", "ingress": "ingresses"}
LOOK = {"get", "list", "watch"}


def rules() -> list[tuple[tuple[str, str], set[str]]]:
    """Each kind of objects, with what may be done to it."""
    role = next(yaml.safe_load_all((ROOT / "deploy" / "rbac.yaml").read_text()))
    return [
        ((group, resource), set(rule["verbs"]))
        for rule in role["rules"]
        for group in rule["apiGroups"]
        for resource in rule["resources"]
    ]


def merged(values: Values, change: Values) -> Values:
    """Values with a change, as Helm merges them."""
    both = {
        name: merged(values[name], change[name])
        for name in values.keys() & change.keys()
        if isinstance(values[name], dict) and isinstance(change[name], dict)
    }
    return {**values, **change, **both}


def made() -> set[tuple[str, str]]:
    """Each kind of objects that the chart makes of any of its sets of values."""
    production = yaml.safe_load((ROOT / "helm" / "ci" / "production.yaml").read_text())
    sets = [{}, *(merged(production, yaml.safe_load(file.read_text())) for file in FILES)]
    found = set()
    for manifest in [one for values in sets for one in render(values)]:
        group = manifest["apiVersion"].rpartition("/")[0]
        kind = manifest["kind"].lower()
        found.add((group, PLURALS.get(kind, f"{kind}s")))
    return found


def test_what_may_be_changed_is_what_the_chart_makes() -> None:
    changed = {what for what, verbs in rules() if verbs != LOOK}
    assert changed == made() | HELMS_OWN


def test_whatever_is_seen_beside_is_only_looked_at() -> None:
    seen = {what for what, verbs in rules() if verbs == LOOK}
    assert seen == {("apps", "replicasets"), ("", "pods"), ("", "pods/log"), ("", "events")}
    assert not any("*" in verbs | set(what) for what, verbs in rules())
