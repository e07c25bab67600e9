"""Who migrates: each pod, a Job beside them, a hook before them, or nobody."""

from typing import Any

import pytest

from tests.helm.manifests import FULLNAME, Manifest, Manifests, Values, render

EXTERNAL: Values = {
    "database": {"embedded": False},
    "secret": {"existing": "mine"},
    "networkPolicy": {"egress": {"database": {"to": "any"}}},
}


def migrated(strategy: str, **values: Any) -> Manifests:
    return render({**EXTERNAL, **values, "migrations": {"strategy": strategy}})


def jobs_of(manifests: Manifests) -> list[Manifest]:
    return [job for job in manifests.of("Job") if "-migrate-" in job["metadata"]["name"]]


def init_containers(manifests: Manifests) -> list[str]:
    spec = manifests.one("Deployment", FULLNAME)["spec"]["template"]["spec"]
    return [container["name"] for container in spec.get("initContainers", [])]


@pytest.mark.parametrize(
    ("strategy", "jobs", "containers"),
    [("initContainer", 0, ["migrate"]), ("job", 1, []), ("hook", 1, []), ("none", 0, [])],
)
def test_one_of_them_migrates(strategy: str, jobs: int, containers: list[str]) -> None:
    manifests = migrated(strategy)
    assert len(jobs_of(manifests)) == jobs
    assert init_containers(manifests) == containers


def test_the_pods_of_jobs_go_to_the_nodes_of_the_others() -> None:
    nodes = {
        "nodeSelector": {"disk": "fast"},
        "tolerations": [{"key": "a", "operator": "Exists"}],
        "priorityClassName": "high",
        "runtimeClassName": "gvisor",
    }
    manifests = migrated("job", **nodes)
    jobs = [job["spec"] for job in manifests.of("Job")]
    assert len(jobs) == 2  # one migrates, one is the chart's test
    jobs += [each["spec"]["jobTemplate"]["spec"] for each in manifests.of("CronJob")]
    for job in jobs:
        pod = job["template"]["spec"]
        assert {name: pod[name] for name in nodes} == nodes


@pytest.mark.parametrize("strategy", ["initContainer", "job", "hook"])
def test_the_reason_of_a_failure_is_where_the_person_looks(strategy: str) -> None:
    manifests = migrated(strategy)
    if strategy == "initContainer":
        spec = manifests.one("Deployment", FULLNAME)["spec"]["template"]["spec"]
        (container,) = spec["initContainers"]
    else:
        (job,) = jobs_of(manifests)
        (container,) = job["spec"]["template"]["spec"]["containers"]
        assert job["spec"]["backoffLimit"] == 0
        annotations = job["metadata"].get("annotations", {})
        assert (annotations.get("helm.sh/hook-output-log-policy") == "hook-failed") == (
            strategy == "hook"
        )
    assert container["terminationMessagePolicy"] == "FallbackToLogsOnError"
    assert container["command"][-1] == "migrate_safely"


def test_another_image_is_another_job_and_the_same_is_the_same() -> None:
    names = [
        jobs_of(migrated("job", image={"tag": tag}))[0]["metadata"]["name"]
        for tag in ("1", "1", "2")
    ]
    assert names[0] == names[1] != names[2]
