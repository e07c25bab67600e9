"""Signs what a release publishes, and verifies it as whoever installs it should, with cosign.

By the identity of the workflow that runs (https://docs.sigstore.dev/cosign/signing/overview/),
which SIGNED_BY matches. Or by a key pair: COSIGN_KEY and COSIGN_PUBLIC_KEY are its files, and no
log of signatures is asked, so that it works where there is no internet.
"""

import os
import subprocess
from pathlib import Path

from scripts.command import output

ISSUER = "https://token.actions.githubusercontent.com"


def signer() -> list[str]:
    """What cosign is told of who signs."""
    if key := os.environ.get("COSIGN_KEY"):
        return ["--key", key, "--tlog-upload=false", "--use-signing-config=false"]
    return []


def signed_by() -> list[str]:
    """What cosign is told of who has to have signed."""
    if key := os.environ.get("COSIGN_PUBLIC_KEY"):
        return ["--key", key, "--insecure-ignore-tlog=true"]
    identity = os.environ["SIGNED_BY"]
    return ["--certificate-identity-regexp", identity, "--certificate-oidc-issuer", ISSUER]


def sign(reference: str) -> None:
    """Sign what a registry has under a digest."""
    output("cosign", "sign", "--yes", *signer(), reference)


def attest(reference: str, kind: str, predicate: Path) -> None:
    """Attach a signed statement of one of cosign's kinds, such as cyclonedx."""
    what = ("--type", kind, "--predicate", str(predicate))
    output("cosign", "attest", "--yes", *signer(), *what, reference)


def refused(reference: str) -> str:
    """Why what is there must not run, "" when it is signed by whom it should be."""
    if "@sha256:" not in reference:
        return f"{reference} names no digest, and a tag can move: give NAME@sha256:…"
    command = ["cosign", "verify", "--output", "text", *signed_by(), reference]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    except FileNotFoundError:
        return "cosign is not on the PATH, and nothing runs unverified: docs/deploy.md"
    if done.returncode == 0:
        return ""
    who = os.environ.get("COSIGN_PUBLIC_KEY") or os.environ["SIGNED_BY"]
    why = done.stderr.strip().splitlines()[-1]
    return f"{reference} is not what was released: no signature by {who} ({why})"
