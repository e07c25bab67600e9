"""Names: those of the release, short enough, and never those of another."""

import re

import pytest

from tests.helm.manifests import FULLNAME, NAME, Manifests, refusal, render

LONG = "a-team-that-likes-long-names-for-all-of-its-releases"


def selectors(manifests: Manifests) -> list[dict[str, str]]:
    return [service["spec"]["selector"] for service in manifests.of("Service")]


@pytest.mark.parametrize(
    ("name", "values", "expected"),
    [
        ("demo", {}, FULLNAME),
        (NAME, {}, NAME),
        (f"my-{NAME}-2", {}, f"my-{NAME}-2"),
        ("demo", {"nameOverride": "notes"}, "demo-notes"),
        ("demo", {"fullnameOverride": "notes"}, "notes"),
    ],
)
def test_the_name_is_of_release_and_chart(name: str, values: dict[str, str], expected: str) -> None:
    assert render(values, name=name).one("Deployment", expected)


@pytest.mark.parametrize("releases", [(LONG, f"{LONG[:-1]}t"), ("my.notes", "my-notes")])
def test_a_name_that_does_not_fit_is_changed_and_stays_unique(releases: tuple[str, ...]) -> None:
    names = {
        manifest["metadata"]["name"]
        for release in releases
        for manifest in render({"migrations": {"strategy": "job"}}, name=release)
        if manifest["kind"] in {"Deployment", "Job"}
    }
    assert len(names) == 8
    assert all(re.fullmatch(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?", name) for name in names)
    assert all(len(name) <= 63 for name in names)


def test_two_releases_share_a_namespace() -> None:
    first, second = render(name="one"), render(name="two")
    names = [{(m["kind"], m["metadata"]["name"]) for m in each} for each in (first, second)]
    assert not names[0] & names[1]
    for selector in selectors(first):
        assert selector not in selectors(second)
        assert selector["app.kubernetes.io/instance"] == "one"


def test_no_selector_takes_the_pods_of_a_job_or_test() -> None:
    manifests = render({"migrations": {"strategy": "job"}})
    specs = [job["spec"] for job in manifests.of("Job")]
    specs.append(manifests.one("CronJob")["spec"]["jobTemplate"]["spec"])
    others = [spec["template"]["metadata"]["labels"] for spec in specs]
    assert len(others) > 1
    for selector in selectors(manifests):
        assert not any(selector.items() <= labels.items() for labels in others)


def test_everything_is_of_this_namespace_and_says_whose_it_is() -> None:
    for manifest in render(namespace="prod"):
        assert manifest["metadata"]["namespace"] == "prod", manifest
        assert manifest["metadata"]["labels"].items() >= {
            ("app.kubernetes.io/name", NAME),
            ("app.kubernetes.io/instance", "demo"),
            ("app.kubernetes.io/managed-by", "Helm"),
        }


def test_names_that_yaml_takes_for_something_else_stay_names() -> None:
    names = {"nameOverride": "on", "serviceAccount": {"name": "yes"}, "runtimeClassName": "1e3"}
    on = {"enabled": True}
    values = names | {"metrics": {"podMonitor": on}, "prometheusRule": on, "dashboard": on}
    monitored = {"metrics": {"serviceMonitor": on}}
    for manifest in (
        *render(values, name="null", namespace="123"),
        *render(monitored, name="null", namespace="123"),
    ):
        assert manifest.get("spec", {}).get("namespaceSelector", {}) in (
            {},
            {"matchNames": ["123"]},
        )
        assert manifest["metadata"]["namespace"] == "123"
        assert manifest["metadata"]["labels"]["app.kubernetes.io/instance"] == "null"
    assert "fullnameOverride: on is a word" in refusal({"fullnameOverride": "on"})
