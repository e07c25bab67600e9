"""What can be said of the Dockerfile without an engine."""

import re

from tests.environment import ROOT

DOCKERFILE = (ROOT / "Dockerfile").read_text()


def test_the_base_is_named_by_a_digest_that_is_no_placeholder() -> None:
    bases = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    assert bases[0] == "${PYTHON_IMAGE:?}"
    assert set(bases[1:]) == {"base", "uv", "labelled"}
    pinned = r"^ARG PYTHON_IMAGE=python:3\.13-slim-[a-z]+@sha256:([0-9a-f]{64})$"
    found = re.search(pinned, DOCKERFILE, re.MULTILINE)
    assert found
    # Of 64 random digits all 16 are there but for a few; 0000…, 1234… and deadbeef… are none such.
    pairs = re.findall("..", found[1])
    assert len(set(found[1])) > 12
    assert len(set(pairs)) > 24


def test_what_docker_build_makes_is_what_runs() -> None:
    assert re.findall(r"^FROM .* AS (\S+)$", DOCKERFILE, re.MULTILINE)[-1] == "runtime"


def test_nothing_is_let_in_that_the_dockerfile_does_not_take() -> None:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    rules = [line for line in lines if not line.startswith("#")]
    copied = " ".join(re.findall(r"^COPY ([^-].*) \S+$", DOCKERFILE, re.MULTILINE)).split()
    mounted = re.findall(r"type=bind,source=([^,]+)", DOCKERFILE)
    assert rules[0] == "*"
    let_in = {rule[1:] for rule in rules if rule.startswith("!")}
    assert let_in == {*copied, *mounted} - {"app/__init__.py", "app/loadtest"}
