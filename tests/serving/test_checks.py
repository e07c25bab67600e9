"""All checks together: silent with what is shipped, and each in the table of docs/checks.md."""

import inspect
import re
from io import StringIO
from pathlib import Path

from django.core.management import call_command
from django.test import override_settings

from app.serving import checks

PAGE = Path(__file__).parents[2] / "docs" / "checks.md"
ID = re.compile(r"serving\.[EWI]\d{3}")


def test_the_shipped_settings_are_silent() -> None:
    output = StringIO()
    call_command("check", stdout=output, stderr=output)
    assert output.getvalue().startswith("System check identified no issues")


def test_manage_py_check_says_what_is_wrong() -> None:
    output = StringIO()
    with override_settings(DEBUG=True, WEB_CONCURRENCY=2, GRACE_SECONDS=3):
        call_command("check", stderr=output)
    assert set(ID.findall(output.getvalue())) == {"serving.W009", "serving.W011"}


def test_the_page_has_a_line_for_each() -> None:
    said = {each for module in checks.MODULES for each in ID.findall(inspect.getsource(module))}
    rows = [ID.findall(line)[0] for line in PAGE.read_text().splitlines() if line[:3] == "| `"]
    assert sorted(rows) == sorted(said)
    assert len(rows) == len(set(rows))
