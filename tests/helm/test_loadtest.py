"""The load test's CronJob: its runs are never Helm's, and nothing takes a verdict from them.

That they come to one is a story of tests/e2e.
"""

from dataclasses import fields
from typing import Any

import pytest

from app.loadtest.settings import Settings, read
from app.loadtest.units import duration
from tests.helm.manifests import FULLNAME, Manifest, Manifests, refusal, render
from tests.helm.strategies import SCHEMA

# What the chart knows better: the rest is for `loadtest.env`.
OWNED = {"TARGET", "METRICS", "TOKEN", "LOCUSTFILE", "BASELINE", "REPORT_DIR", "REPORT_IN_LOG"}
OWNED |= {"WORKERS", "WORKER_INDEX", "MASTER", "DISRUPTIONS"}
(WEB,) = render().one("Deployment", FULLNAME)["spec"]["template"]["spec"]["containers"]
SERVICE: str = WEB["image"]
LABEL = "metadata.labels['batch.kubernetes.io/{}']"


def made(**values: Any) -> Manifests:
    return render({"loadtest": values})


def job(manifests: Manifests) -> Manifest:
    """The spec of a run."""
    spec: Manifest = manifests.one("CronJob")["spec"]["jobTemplate"]["spec"]
    return spec


def pod(manifests: Manifests) -> Manifest:
    spec: Manifest = job(manifests)["template"]["spec"]
    return spec


def environment(manifests: Manifests) -> dict[str, Any]:
    """Values, and the paths of what the Job's controller writes."""
    (container,) = pod(manifests)["containers"]
    variables = container["env"]
    assert len({variable["name"] for variable in variables}) == len(variables)
    return {
        variable["name"]: variable.get("value") or variable["valueFrom"]["fieldRef"]["fieldPath"]
        for variable in variables
    }


def test_helm_waits_for_no_run_and_none_begins_by_itself() -> None:
    manifests = render()
    spec = manifests.one("CronJob", f"{FULLNAME}-loadtest")["spec"]
    assert spec["suspend"]
    assert [each["metadata"]["name"] for each in manifests.of("Job")] == [f"{FULLNAME}-test"]
    nightly = made(schedule="30 2 * * *").one("CronJob")["spec"]
    assert (nightly["suspend"], nightly["schedule"]) == (False, "30 2 * * *")
    assert (nightly["timeZone"], nightly["concurrencyPolicy"]) == ("Etc/UTC", "Forbid")
    assert not made(enabled=False, workers=2, locustfile="x").of("CronJob")
    assert len(made(enabled=False, workers=2, locustfile="x")) == len(render()) - 1


def test_the_load_test_takes_what_the_chart_tells_it() -> None:
    told = environment(render())
    settings = read(told, {})
    assert settings.target == f"http://{FULLNAME}:80"
    assert settings.metrics == f"http://{FULLNAME}-metrics:9464/metrics"
    assert settings.report_in_log
    assert settings.time <= 50, "it ends within a minute"


def test_the_chart_and_the_load_test_name_the_same_settings() -> None:
    named = {each.name.upper() for each in fields(Settings)}
    allowed = SCHEMA["$defs"]["loadtestSettings"]["properties"]
    assert set(allowed) == named - OWNED
    told = set(environment(made(workers=2, token={"existing": "t"}, locustfile="x", baseline="b")))
    assert {name.removesuffix("_FILE") for name in told} <= named | {"JOB_NAME"}
    for name in OWNED:
        assert f"additional properties '{name}' not allowed" in refusal(
            {"loadtest": {"env": {name: "x"}}}
        )


def test_numbers_and_texts_arrive_as_they_are_written() -> None:
    written = {
        "USERS": 100_000,
        "RATE": 0.5,
        "THRESHOLDS": "# all\np95<1s, errors<1%",
        "TIME": "9s",
    }
    told = environment(made(env=written))
    assert [told[name] for name in written] == ["100000", "0.5", *list(written.values())[2:]]


def test_one_pod_where_there_are_no_workers() -> None:
    manifests = render()
    assert (job(manifests)["completions"], job(manifests)["parallelism"]) == (1, 1)
    assert "WORKERS" not in environment(manifests)
    assert not manifests.of("Service", f"{FULLNAME}-loadtest")
    assert not manifests.of("NetworkPolicy", f"{FULLNAME}-loadtest")


def test_workers_are_pods_of_one_job_and_find_the_master_of_theirs() -> None:
    manifests = made(workers=3)
    assert (job(manifests)["completions"], job(manifests)["parallelism"]) == (4, 4)
    told = environment(manifests)
    assert told["WORKERS"] == "3"
    assert told["WORKER_INDEX"] == LABEL.format("job-completion-index")
    assert next(iter(told)) == "JOB_NAME", "others refer to it"
    assert told["JOB_NAME"] == LABEL.format("job-name")
    service = manifests.one("Service", f"{FULLNAME}-loadtest")["spec"]
    assert told["MASTER"] == f"$(JOB_NAME)-0.{pod(manifests)['subdomain']}"
    assert pod(manifests)["subdomain"] == f"{FULLNAME}-loadtest"
    assert (service["clusterIP"], service["publishNotReadyAddresses"]) == ("None", True)
    labels = job(manifests)["template"]["metadata"]["labels"]
    assert service["selector"].items() <= labels.items()


@pytest.mark.parametrize("workers", [0, 3])
def test_what_a_worker_does_takes_no_verdict_away(workers: int) -> None:
    spec = job(made(workers=workers))
    assert spec["completionMode"] == "Indexed"
    assert spec["backoffLimitPerIndex"] == 0
    assert "backoffLimit" not in spec
    assert spec["successPolicy"] == {"rules": [{"succeededIndexes": "0"}]}
    assert spec["podReplacementPolicy"] == "Failed"
    assert "podFailurePolicy" not in spec
    assert spec["template"]["spec"]["restartPolicy"] == "Never"


def test_a_retry_is_for_disruptions_only_and_the_next_pod_knows_its_number() -> None:
    manifests = made(onDisruption="retry")
    (rule,) = job(manifests)["podFailurePolicy"]["rules"]
    assert rule["action"] == "Ignore"
    assert rule["onPodConditions"] == [{"type": "DisruptionTarget", "status": "True"}]
    ignored = "metadata.annotations['batch.kubernetes.io/job-index-ignored-failure-count']"
    assert environment(manifests)["DISRUPTIONS"] == ignored
    assert "DISRUPTIONS" not in environment(render())


@pytest.mark.parametrize("time", ["45s", "1h30m", "1.5m", "500ms", "2h1ms"])
def test_the_deadlines_stand_in_their_order(time: str) -> None:
    manifests = made(env={"TIME": time, "JOIN": "1m30s"})
    own, deadline = duration(time), pod(manifests)["activeDeadlineSeconds"]
    assert deadline == -(-(own + 90 + 300) // 1), "the process ends by itself long before"
    assert job(manifests)["activeDeadlineSeconds"] >= 4 * deadline + 3600
    assert job(manifests)["ttlSecondsAfterFinished"] > 24 * 3600


def test_a_locustfile_is_mounted_as_it_is_written() -> None:
    text = '"""Mine: {{ .Values }}."""\n\nNAME = "é"\t# $(HOME)\n'
    manifests = made(locustfile=text)
    config = manifests.one("ConfigMap", f"{FULLNAME}-loadtest")
    assert config["data"] == {"locustfile.py": text}
    assert environment(manifests)["LOCUSTFILE"] == "/etc/loadtest/locustfile.py"
    assert not render().of("ConfigMap")


def test_what_is_not_there_is_told_and_not_waited_for() -> None:
    manifests = made(baseline="before", token={"existing": "mine", "key": "t"}, locustfile="x")
    (files,) = [volume for volume in pod(manifests)["volumes"] if volume["name"] == "files"]
    own, baseline, token = files["projected"]["sources"]
    assert own == {"configMap": {"name": f"{FULLNAME}-loadtest"}}
    items = [{"key": "report.json", "path": "baseline.json"}]
    assert baseline == {"configMap": {"name": "before", "optional": True, "items": items}}
    items = [{"key": "t", "path": "token"}]
    assert token == {"secret": {"name": "mine", "optional": True, "items": items}}
    told = environment(manifests)
    assert told["BASELINE"] == "/etc/loadtest/baseline.json"
    assert told["TOKEN_FILE"] == "/etc/loadtest/token"
    assert "files" not in str(pod(render())["volumes"])


def test_reports_may_outlive_the_run() -> None:
    volume = {"persistentVolumeClaim": {"claimName": "reports"}}
    for given, expected in (({}, {"emptyDir": {"sizeLimit": "256Mi"}}), (volume, volume)):
        spec = pod(made(report={"volume": given}))
        assert spec["volumes"] == [{"name": "report", **expected}]
        (container,) = spec["containers"]
        mounts = [{"name": "report", "mountPath": "/report", "subPathExpr": "$(JOB_NAME)"}]
        assert container["volumeMounts"] == mounts


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, f"{SERVICE}-loadtest"),
        ({"image": {"repository": "a/b", "tag": "2"}}, "a/b:2-loadtest"),
        ({"image": {"digest": f"sha256:{'a' * 64}"}}, f"{SERVICE}-loadtest"),
        (
            {"image": {"tag": "2"}, "loadtest": {"image": {"repository": "c/d", "tag": "3"}}},
            "c/d:3",
        ),
        (
            {"loadtest": {"image": {"digest": f"sha256:{'b' * 64}"}}},
            f"{SERVICE.partition(':')[0]}@sha256:{'b' * 64}",
        ),
    ],
)
def test_its_image_is_the_service_s_with_a_tag_of_its_own(
    values: dict[str, Any], expected: str
) -> None:
    (container,) = pod(render(values))["containers"]
    assert container["image"] == expected


def test_it_keeps_away_from_what_it_tests_and_may_do_nothing_else() -> None:
    spec = pod(render())
    (away,) = spec["affinity"]["podAntiAffinity"]["preferredDuringSchedulingIgnoredDuringExecution"]
    web = render().one("Deployment", FULLNAME)["spec"]["selector"]["matchLabels"]
    assert away["podAffinityTerm"]["labelSelector"]["matchLabels"] == web
    assert spec["automountServiceAccountToken"] is False
    (container,) = spec["containers"]
    assert container["securityContext"]["readOnlyRootFilesystem"]
    assert container["resources"]["limits"]["cpu"] == "2", "it uses one, and is never throttled"


def test_names_fit_where_kubernetes_makes_longer_ones_of_them() -> None:
    for name in ("a" * 42, "b" * 53):
        manifests = render({"loadtest": {"workers": 99, "env": {"USERS": 99}}}, name=name)
        cron = manifests.one("CronJob")["metadata"]["name"]
        assert len(cron) <= 52
        assert len(f"{cron}-12345678-99") <= 63
    assert "at '/loadtest/workers': maximum" in refusal({"loadtest": {"workers": 100}})


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"onDisruption": "retry", "workers": 1}, "loadtest.onDisruption: retry starts one pod"),
        ({"env": {"TIME": "169h"}}, "loadtest.env.TIME: 169h is more than a week"),
        ({"workers": 9, "env": {"USERS": 8}}, "loadtest.workers: 9 of them need as many users"),
        (
            {"image": {"tag": "1", "digest": f"sha256:{'a' * 64}"}},
            "loadtest.image: tag and digest are both given",
        ),
        ({"resources": {"limits": {"cpu": "100m"}}}, "loadtest.resources.limits.cpu: 100m is"),
    ],
)
def test_what_does_not_go_together_is_refused(values: dict[str, Any], message: str) -> None:
    assert f"\n  {message}" in refusal({"loadtest": values})
