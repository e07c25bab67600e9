"""The name: in few places here, and nowhere in a fork but in its origin."""

import json
import re
import tomllib
from pathlib import Path

import pytest
import yaml

from scripts.fork import names
from scripts.fork.tag import git
from tests.environment import ROOT
from tests.scripts.fork.conftest import Copy
from tests.scripts.fork.copies import ORIGIN, OTHER, files

# Where the template's name stands, and on how many lines. One more is one more to keep: let it be
# derived, as the image is from the chart, and the tests' names from pyproject.toml.
PLACES = {
    "LICENSE": 1,
    "README.md": 2,
    "deploy/rbac.yaml": 1,  # whose jobs may deploy
    "docs/deploy.md": 3,  # how a signature is verified
    "docs/openapi.json": 1,  # make openapi, from pyproject.toml
    "helm/Chart.yaml": 1,
    "helm/README.md": 2,  # make docs, from values.yaml
    "helm/values.schema.json": 2,  # make docs
    "helm/values.yaml": 2,
    "pyproject.toml": 3,
    "uv.lock": 1,
}
# These are the template's own, and no fork has them.
OWN = (
    ".ci",
    "benchmarks",
    "copier.yml",
    "docs/fork.md",
    "scripts/fork",
    "template",
    "tests/docs/test_fork.py",
    "tests/scripts/fork",
)


def test_the_name_stands_in_few_places() -> None:
    told = git(ROOT, "grep", "--ignore-case", "--count", names.read(ROOT).name)
    found = {
        path: int(count) for path, _, count in (each.rpartition(":") for each in told.split("\n"))
    }
    assert {path: count for path, count in found.items() if not path.startswith(OWN)} == PLACES


def test_a_fork_has_no_trace_of_it_but_its_origin(copy: Copy) -> None:
    fork = copy(**OTHER, parts=[])
    for path in sorted(files(fork) - {ORIGIN}):
        text = path + (fork / path).read_text()
        for trace in (names.read(ROOT).name, r"\.\./shared", r"/work\b", r"\bKIT\b", "«", "»"):
            assert not re.search(trace, text, re.IGNORECASE), (path, trace)


def test_the_origin_says_from_whom_under_which_licence_and_what_was_answered(copy: Copy) -> None:
    text = (copy(**OTHER, parts=[]) / ORIGIN).read_text()
    own = names.read(ROOT)
    for line in (ROOT / "LICENSE").read_text().splitlines():
        assert f"#   {line}".rstrip() in text.splitlines()
    answers = {"_src_path": own.address, "_commit": f"v{own.version}", **OTHER, "parts": []}
    assert yaml.safe_load(text) == answers


def test_every_name_is_the_forks(copy: Copy) -> None:
    fork = copy(**OTHER, parts=[])
    project = tomllib.loads((fork / "pyproject.toml").read_text())["project"]
    chart = yaml.safe_load((fork / "helm" / "Chart.yaml").read_text())
    values = yaml.safe_load((fork / "helm" / "values.yaml").read_text())
    address = "https://github.com/Acme-Corp/big-orders"
    assert project["name"] == chart["name"] == "big-orders"
    assert project["version"] == chart["version"] == chart["appVersion"] == "0.1.0"
    assert project["description"] == chart["description"] == OTHER["description"]
    assert OTHER["description"] in (fork / "README.md").read_text()
    assert (project["license"], project["urls"]["Repository"]) == ("Apache-2.0", address)
    assert chart["annotations"]["artifacthub.io/license"] == "Apache-2.0"
    assert "Apache License" in (fork / "LICENSE").read_text()
    assert values["image"]["repository"] == f"{OTHER['registry']}/big-orders"
    assert values["prometheusRule"]["runbookUrl"].startswith(f"{address}/")
    document = json.loads((fork / "docs" / "openapi.json").read_text())
    assert (document["info"]["title"], document["paths"]) == ("big-orders", {})
    assert (fork / "README.md").read_text().startswith("# Big orders\n")


def test_without_a_licence_all_rights_are_reserved(copy: Copy) -> None:
    fork = copy(name="orders", licence="LicenseRef-Proprietary")
    text = (fork / "LICENSE").read_text()
    assert text.startswith("Copyright (c) 2026 Orders contributors. All rights reserved.\n")


def test_a_chart_without_the_name_is_no_template(tmp_path: Path) -> None:
    for path in ("pyproject.toml", "helm/values.yaml"):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        text = (ROOT / path).read_text()
        (tmp_path / path).write_text(re.sub(r"(?m)^(  repository: ).*", r"\1other/x", text))
    with pytest.raises(ValueError, match=r"image\.repository does not end in"):
        names.read(tmp_path)
