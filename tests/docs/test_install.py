"""The pages' ways to install the chart, as far as they can be seen without a cluster."""

import re

import pytest

from tests.docs.console import Terminal, commands
from tests.programs import HELM, needed


@pytest.mark.parametrize(
    ("page", "heading"),
    [("README.md", "From a clone to a pod"), ("docs/install.md", "Install it")],
)
def test_the_chart_takes_the_values_and_runs_the_image(
    terminal: Terminal, page: str, heading: str
) -> None:
    needed(HELM)
    (install,) = (each for each in commands(page, heading) if each.startswith("helm install"))
    typed = "\n".join(commands("README.md", "From a clone to a pod"))
    (built,) = re.findall(r"^make image IMAGE=(\S+)$", typed, re.MULTILINE)
    rendered = terminal.type(install.replace("helm install", f"{HELM} template"))
    assert f'image: "{built}"' in rendered
