"""The HorizontalPodAutoscaler: what it scales by, and who says how many pods run."""

import pytest

from tests.helm.manifests import FULLNAME, Values, refusal, render, texts


def metrics(values: Values) -> list[tuple[str, object]]:
    """Names and targets of what is scaled by."""
    scaler = render({"autoscaling": {"enabled": True, **values}}).one("HorizontalPodAutoscaler")
    blocks = [block for metric in scaler["spec"]["metrics"] for block in metric.values()]
    return [
        (block.get("name") or block["metric"]["name"], [*block["target"].values()][1])
        for block in blocks
        if isinstance(block, dict)
    ]


def test_off_until_it_is_asked_for() -> None:
    manifests = render()
    assert not manifests.of("HorizontalPodAutoscaler")
    assert manifests.one("Deployment", FULLNAME)["spec"]["replicas"] == 2


def test_it_scales_the_deployment_and_calms_down_before_it_takes_pods_away() -> None:
    manifests = render({"autoscaling": {"enabled": True, "minReplicas": 3, "maxReplicas": 7}})
    scaler = manifests.one("HorizontalPodAutoscaler", FULLNAME)["spec"]
    assert scaler["scaleTargetRef"] == {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "name": manifests.one("Deployment", FULLNAME)["metadata"]["name"],
    }
    assert (scaler["minReplicas"], scaler["maxReplicas"]) == (3, 7)
    assert scaler["behavior"]["scaleDown"]["stabilizationWindowSeconds"] == 300


def test_without_a_cluster_nobody_knows_what_lives_so_nothing_is_said() -> None:
    manifests = render({"autoscaling": {"enabled": True}})
    assert "replicas" not in manifests.one("Deployment", FULLNAME)["spec"]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, [("cpu", 80)]),
        ({"cpu": 60, "memory": 90}, [("cpu", 60), ("memory", 90)]),
        (
            {"cpu": None, "requests": {"perSecond": 50}},
            [("django_http_requests_before_middlewares", "50")],
        ),
        (
            {"requests": {"perSecond": "2500m", "metric": "rps"}},
            [("cpu", 80), ("rps", "2500m")],
        ),
        ({"cpu": None, "requests": {"perSecond": 5, "metric": "rps:"}}, [("rps:", "5")]),
    ],
)
def test_what_it_scales_by(values: Values, expected: list[tuple[str, object]]) -> None:
    assert metrics(values) == expected


def test_the_container_is_measured_not_its_sidecars() -> None:
    manifests = render({"autoscaling": {"enabled": True}})
    (metric,) = manifests.one("HorizontalPodAutoscaler")["spec"]["metrics"]
    pod = manifests.one("Deployment", FULLNAME)["spec"]["template"]["spec"]
    assert metric["containerResource"]["container"] == pod["containers"][0]["name"]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"minReplicas": 11}, "autoscaling.minReplicas: 11 is more than maxReplicas, 10"),
        ({"cpu": None}, "autoscaling: nothing to scale by"),
    ],
)
def test_what_cannot_scale_is_refused(values: Values, message: str) -> None:
    assert message in refusal({"autoscaling": {"enabled": True, **values}})


def test_a_percentage_of_nothing_is_refused() -> None:
    wrong = refusal(
        {
            "autoscaling": {"enabled": True, "memory": 80},
            "resources": {"requests": {"cpu": None, "memory": None}},
        }
    )
    assert "autoscaling.cpu: it is in percent of resources.requests.cpu" in wrong
    assert "autoscaling.memory: it is in percent of resources.requests.memory" in wrong


@pytest.mark.parametrize("percent", [200, 201])
def test_what_the_limit_keeps_from_being_reached_is_refused(percent: int) -> None:
    resources = {"requests": {"memory": "192Mi"}, "limits": {"memory": "384Mi", "cpu": "0.3"}}
    scaling = {"enabled": True, "cpu": 299, "memory": percent}
    assert (
        f"autoscaling.memory: {percent} % of what is requested, 192Mi, is never passed, "
        "for the limit is 384Mi; give less"
    ) in refusal({"autoscaling": scaling, "resources": resources})


def test_what_the_limit_leaves_room_for_is_taken() -> None:
    resources = {"requests": {"memory": "192Mi"}, "limits": {"memory": "384Mi", "cpu": "0.3"}}
    scaling = {"enabled": True, "cpu": 299, "memory": 199}
    assert render({"autoscaling": scaling, "resources": resources})


def test_notes_tell_the_conflict_that_comes_of_switching_it_off() -> None:
    conflict = 'conflict with "kube-controller-manager" with subresource "scale"'
    assert conflict in texts({"autoscaling": {"enabled": True}})["templates/NOTES.txt"]
    assert conflict not in texts()["templates/NOTES.txt"]
