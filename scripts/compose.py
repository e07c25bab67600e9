"""`make compose`: PostgreSQL, Prometheus and Grafana with the chart's dashboard."""

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
DASHBOARD = ROOT / "var" / "compose" / "service.json"
# The release that compose/prometheus.yaml labels what it scrapes with.
RELEASE, NAMESPACE = "service", "local"


def dashboard(helm: str) -> str:
    """The dashboard's JSON, as the chart makes it. Raises CalledProcessError, with Helm's words."""
    command = [helm, "template", RELEASE, str(ROOT / "helm"), "--namespace", NAMESPACE]
    command += ["--set", f"dashboard.enabled=true,fullnameOverride={RELEASE}"]
    command += ["--show-only", "templates/dashboard.yaml"]
    made = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)  # noqa: S603 - our own
    (text,) = yaml.safe_load(made.stdout)["data"].values()
    return str(text)


def refused(compose: list[str]) -> str:
    """Why there is no compose, "" where there is one."""
    if not shutil.which(compose[0]):
        return f"no {compose[0]} on the PATH: https://docs.docker.com/engine/install/"
    asked = subprocess.run([*compose, "version"], capture_output=True, check=False)  # noqa: S603 - as given
    if asked.returncode:
        return f"{shlex.join(compose)} does not work: https://docs.docker.com/compose/install/"
    return ""


def main() -> None:
    """Become compose. COMPOSE is the command, HELM the program."""
    compose = shlex.split(os.environ["COMPOSE"])
    if why := refused(compose):
        sys.exit(why)
    DASHBOARD.parent.mkdir(parents=True, exist_ok=True)
    DASHBOARD.write_text(dashboard(os.environ["HELM"]))
    command = [*compose, "--file", str(ROOT / "compose.yaml"), "up", *sys.argv[1:]]
    os.execvp(command[0], command)  # noqa: S606 - as given


if __name__ == "__main__":
    main()
