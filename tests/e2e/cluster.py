"""kubectl and helm, as a person types them, on the cluster that they point to."""

import json
import shlex
import shutil
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
CHART = ROOT / "helm"


class Failed(Exception):
    """A command that did not end with 0, and all that it wrote."""

    def __init__(self, command: tuple[str, ...], output: str) -> None:
        super().__init__(f"{shlex.join(command)}\n{output}")
        self.output = output


def run(*command: str, stdin: str = "", env: Mapping[str, str] | None = None) -> str:
    """What a command prints. Failed, with that, when its status is not 0."""
    done = subprocess.run(
        command, input=stdin, env=env, cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise Failed(command, done.stdout + done.stderr)
    return done.stdout


def tried(*command: str) -> tuple[int, str]:
    """The exit status of a command that may fail, and all that it prints."""
    done = subprocess.run(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    return done.returncode, done.stdout


def kubectl(*arguments: str, stdin: str = "") -> str:
    """What kubectl prints."""
    return run("kubectl", *arguments, stdin=stdin)


def get(*arguments: str) -> Any:
    """What `kubectl get` finds, from its JSON."""
    return json.loads(kubectl("get", "--output=json", *arguments))


def helm(*arguments: str, stdin: str = "") -> str:
    """What helm prints."""
    return run("helm", *arguments, stdin=stdin)


def wait(what: str, condition: Callable[[], Any], seconds: float = 120) -> Any:
    """The condition's first value that is true. AssertionError, which says what, without one."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, f"after {seconds:g} s not so: {what}"
        time.sleep(0.25)
    return value


def missing(env: Mapping[str, str]) -> list[str]:
    """What the stories need and this environment lacks, each with what to do."""
    programs = ("kubectl", "helm", "docker", "prometheus")
    path = env.get("PATH", "")
    lacks = [f"{name} on the PATH" for name in programs if not shutil.which(name, path=path)]
    if "kubectl on the PATH" not in lacks:
        try:
            run("kubectl", "version", "--request-timeout=10s", env=env)
        except Failed as error:
            lacks.append(f"a cluster that kubectl points to: {error.output.splitlines()[-1]}")
    if not env.get("IMAGE_LOAD"):
        what = "the command that puts an archive of images into the cluster"
        lacks.append(f"IMAGE_LOAD, {what}, such as IMAGE_LOAD='kind load image-archive'")
    return lacks
