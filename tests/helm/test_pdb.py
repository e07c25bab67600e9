"""The PodDisruptionBudget: one pod at a time, and none where only one may run."""

import pytest

from tests.helm.manifests import FULLNAME, Values, refusal, render

KEDA = {"enabled": True, "prometheus": {"serverAddress": "http://prometheus:9090"}}


def test_one_pod_at_a_time() -> None:
    manifests = render()
    budget = manifests.one("PodDisruptionBudget", FULLNAME)["spec"]
    assert budget.pop("selector") == manifests.one("Deployment", FULLNAME)["spec"]["selector"]
    assert budget == {"maxUnavailable": 1, "unhealthyPodEvictionPolicy": "AlwaysAllow"}


@pytest.mark.parametrize("stay", [1, "50%"])
def test_so_many_stay_instead(stay: int | str) -> None:
    budget = render({"podDisruptionBudget": {"minAvailable": stay}}).one("PodDisruptionBudget")
    assert budget["spec"]["minAvailable"] == stay
    assert "maxUnavailable" not in budget["spec"]


@pytest.mark.parametrize(
    "values",
    [
        {"podDisruptionBudget": {"enabled": False}},
        {"replicaCount": 1},
        {"replicaCount": 0},
        {"replicaCount": 5, "autoscaling": {"enabled": True, "minReplicas": 1}},
        {"replicaCount": 5, "keda": KEDA | {"minReplicas": 1}},
    ],
)
def test_none_where_a_single_pod_may_run(values: Values) -> None:
    assert not render(values).of("PodDisruptionBudget")


@pytest.mark.parametrize("scaler", [{"autoscaling": {"enabled": True}}, {"keda": KEDA}])
def test_an_autoscaler_counts_not_the_replicas_before_it(scaler: Values) -> None:
    assert render({"replicaCount": 1, **scaler}).of("PodDisruptionBudget")


@pytest.mark.parametrize(
    ("budget", "path"),
    [
        ({"maxUnavailable": 0}, "podDisruptionBudget.maxUnavailable: 0 forbids every"),
        ({"maxUnavailable": "0%"}, "podDisruptionBudget.maxUnavailable: 0% forbids every"),
        ({"maxUnavailable": None}, "podDisruptionBudget.maxUnavailable: null forbids every"),
        ({"minAvailable": 3}, "podDisruptionBudget.minAvailable: 3 of 3 pods forbids every"),
        ({"minAvailable": "100%"}, "podDisruptionBudget.minAvailable: 100% of 3 pods"),
        # Kubernetes rounds up: 67 % of 3 are 3.
        ({"minAvailable": "67%"}, "podDisruptionBudget.minAvailable: 67% of 3 pods"),
    ],
)
def test_a_budget_that_forbids_every_eviction_is_refused(budget: Values, path: str) -> None:
    assert path in refusal({"replicaCount": 3, "podDisruptionBudget": budget})


def test_two_thirds_of_three_may_stay() -> None:
    render({"replicaCount": 3, "podDisruptionBudget": {"minAvailable": "66%"}})
