"""`make kubeconfig`: writes the file that KUBECONFIG names, for a job that deploys.

With CLUSTER_SERVER and CLUSTER_CA (a certificate in PEM) it lets the job in as what GitHub says it
is, without a secret. Where the cluster does not trust GitHub, KUBECONFIG_CONTENT is the whole file.
"""

import base64
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
ALLOWED = "either CLUSTER_SERVER and CLUSTER_CA, or KUBECONFIG_CONTENT (docs/deploy.md)"


def content(env: Mapping[str, str]) -> str:
    """What to write. ValueError, with what is allowed, where the variables do not say."""
    whole, server = env.get("KUBECONFIG_CONTENT"), env.get("CLUSTER_SERVER")
    if bool(whole) == bool(server):
        raise ValueError(f"{'Both are' if whole else 'Nothing is'} given; allowed: {ALLOWED}")
    if whole:
        return whole
    if not server or not server.startswith("https://") or not env.get("CLUSTER_CA"):
        raise ValueError(f"CLUSTER_SERVER is https://…, beside CLUSTER_CA; allowed: {ALLOWED}")
    if not env.get("ACTIONS_ID_TOKEN_REQUEST_URL"):
        raise ValueError("GitHub gives this job no token: it needs permissions: id-token: write")
    return json.dumps(by_token(server, env["CLUSTER_CA"]), indent=2)


def by_token(server: str, authority: str) -> dict[str, Any]:
    """A kubeconfig whose user is what scripts/cluster_token.py brings."""
    plugin = {
        "apiVersion": "client.authentication.k8s.io/v1",
        "command": sys.executable,
        "args": [str(ROOT / "scripts" / "cluster_token.py")],
        "interactiveMode": "Never",
    }
    data = base64.b64encode(authority.encode()).decode()
    cluster = {"server": server, "certificate-authority-data": data}
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "cluster", "cluster": cluster}],
        "users": [{"name": "job", "user": {"exec": plugin}}],
        "contexts": [{"name": "deploy", "context": {"cluster": "cluster", "user": "job"}}],
        "current-context": "deploy",
    }


if __name__ == "__main__":
    if not (target := os.environ.get("KUBECONFIG")):
        sys.exit("KUBECONFIG is not given: the file to write")
    try:
        text = content(os.environ)
    except ValueError as error:
        sys.exit(str(error))
    # Another's file would keep the rights that it has.
    Path(target).unlink(missing_ok=True)
    with open(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
