"""Who builds a commit again gets the same image: every byte, owner, mode and time of it."""

import os
import subprocess

import pytest

from scripts.image_report import docker, inspected
from tests.environment import ROOT


@pytest.mark.timeout(1800)  # a build without a cache, on a busy machine
def test_a_second_build_has_the_same_layers(image: str) -> None:
    again = f"reproduced:{os.getpid()}"
    builder = f"{os.environ.get('DOCKER_BUILD', 'docker build')} --no-cache"
    command = ["make", "image", f"IMAGE={again}", f"DOCKER_BUILD={builder}"]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    try:
        first, second = inspected(image), inspected(again)
        assert first["RootFS"] == second["RootFS"]
        assert first["Config"] == second["Config"]
    finally:
        docker("image", "rm", "--no-prune", again)
