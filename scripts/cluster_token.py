"""A kubectl credential plugin: GitHub's own token of a job, fetched anew whenever it is asked for.

Such a token lives for minutes only, and a cluster that trusts GitHub takes it (docs/deploy.md).
https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins
"""

import base64
import datetime
import json
import os
import sys
from typing import Any
from urllib.request import Request, urlopen


def token(env: dict[str, str]) -> str:
    """What GitHub says of this job, for the cluster alone: its audience is CLUSTER_SERVER.

    https://docs.github.com/en/actions/reference/security/oidc
    """
    url = f"{env['ACTIONS_ID_TOKEN_REQUEST_URL']}&audience={env['CLUSTER_SERVER']}"
    headers = {"Authorization": f"Bearer {env['ACTIONS_ID_TOKEN_REQUEST_TOKEN']}"}
    with urlopen(Request(url, headers=headers), timeout=10) as answer:  # noqa: S310 - GitHub's own
        return str(json.load(answer)["value"])


def expiry(value: str) -> str:
    """When a token ends, as Kubernetes writes times."""
    body = value.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    ends = datetime.datetime.fromtimestamp(claims["exp"], datetime.UTC)
    return ends.strftime("%Y-%m-%dT%H:%M:%SZ")


def credential(value: str) -> dict[str, Any]:
    """What kubectl wants to read."""
    return {
        "apiVersion": "client.authentication.k8s.io/v1",
        "kind": "ExecCredential",
        "status": {"token": value, "expirationTimestamp": expiry(value)},
    }


if __name__ == "__main__":
    try:
        print(json.dumps(credential(token(dict(os.environ)))))
    except OSError as error:
        sys.exit(f"GitHub gives no token for this job: {error}")
