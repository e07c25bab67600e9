"""Programs that some tests need and no lock has; without them they are skipped, and say so."""

import os
import shutil

import pytest

from tests.environment import ROOT

# What `make` names, or what it would.
HELM = os.environ.get("HELM", str(ROOT / ".venvs" / "kubectl-37" / "bin" / "helm"))
SOURCES = {
    HELM: "make lint brings it",
    "docker-registry": "Debian: apt-get install docker-registry",
    "prometheus": "make tools",
    "wrk": "Debian: apt-get install wrk",
    "cosign": "https://docs.sigstore.dev/cosign/system_config/installation/",
}


def needed(*programs: str) -> None:
    """Skip the test where one is missing, with where it comes from."""
    for program in programs:
        if not shutil.which(program):
            pytest.skip(f"no {program} on the PATH ({SOURCES[program]})")
