"""The commands of the README and of docs/, typed as they stand there, against the cluster."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.checkout import committed, copied
from tests.docs.console import Terminal, commands
from tests.e2e.cluster import get, kubectl
from tests.e2e.conftest import Tell
from tests.e2e.stage import Stage, namespace
from tests.environment import ROOT
from tests.release import program

# What kind does for its own cluster.
KIND = 'docker save --output "{folder}/image.tar" "$3" && $IMAGE_LOAD "{folder}/image.tar"'


@pytest.fixture
def newcomer(stage: Stage, tmp_path: Path) -> Iterator[Terminal]:
    """In an empty folder, with a namespace, where git finds the project at its public address."""
    clone = committed(copied(tmp_path / "public"), "Begin")
    source = commands("README.md", "From a clone to a pod")[0].split()[2]
    program(tmp_path / "programs", "kind", KIND.format(folder=tmp_path))
    config = tmp_path / "kubeconfig"
    config.write_text(kubectl("config", "view", "--raw", "--minify", "--flatten"))
    with namespace("newcomer") as name:
        env = {
            "KUBECONFIG": str(config),
            "PATH": f"{tmp_path / 'programs'}:{os.environ['PATH']}",
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": f"url.{clone}.insteadOf",
            "GIT_CONFIG_VALUE_0": source,
            "IMAGE_LOAD": os.environ["IMAGE_LOAD"],
        }
        terminal = Terminal(tmp_path, env, {"NAMESPACE=prod": f"NAMESPACE={name}"})
        terminal.type(f"kubectl config set-context --current --namespace {name}")
        yield terminal


def test_from_a_clone_to_a_pod_and_away(newcomer: Terminal, tell: Tell) -> None:
    said = newcomer.type(*commands("README.md", "From a clone to a pod"))
    assert "STATUS: deployed" in said
    newcomer.folder /= "service"
    newcomer.type(*commands("docs/install.md", "Bring it into the cluster"))
    _, test, look = commands("docs/install.md", "Install it")
    assert "Succeeded" in newcomer.type(test)
    assert "Running" in newcomer.type(look)
    upgraded = newcomer.type(*commands("docs/install.md", "Upgrade it"))
    assert "REVISION: 2" in upgraded
    assert "service:dev-2" in newcomer.type("kubectl get pods --output yaml")
    for why in commands("docs/install.md", "When a pod does not become ready"):
        assert newcomer.type(why)
    newcomer.type(*commands("docs/install.md", "Uninstall it"))
    left = newcomer.type("kubectl get secrets --selector app.kubernetes.io/instance=demo")
    assert "No resources found" in left
    tell("five commands, a test, and nothing left")


def test_deploy_as_the_page_says(newcomer: Terminal, stage: Stage, tell: Tell) -> None:
    newcomer.folder = ROOT
    service = {"image": {"tag": stage.image.rpartition(":")[2]}, "replicaCount": 1}
    values = {"prod.yaml": service, "tag.yaml": {"env": {"LOG_LEVEL": "DEBUG"}}}
    folder = Path(newcomer.env["KUBECONFIG"]).parent
    for name, content in values.items():
        (folder / name).write_text(json.dumps(content))
        newcomer.other[name] = str(folder / name)
    checkout, with_tag, _released = commands("docs/deploy.md", "Deploy")
    newcomer.type(checkout)
    newcomer.type(with_tag)
    where = newcomer.other["NAMESPACE=prod"].partition("=")[2]
    found = get(
        "--namespace",
        where,
        "deployments,configmaps",
        "--selector=app.kubernetes.io/instance=orders",
    )
    assert "DEBUG" in json.dumps(found)
    tell("twice, the second with a file more")
