"""The questions: few, and what is wrong with an answer is one sentence before anything is made."""

import json
import subprocess
from pathlib import Path

import pytest

ASK = """
import json, sys
from copier import run_copy

said = []
for answers in json.load(sys.stdin):
    try:
        run_copy(*sys.argv[1:], answers, defaults=True, quiet=True)
    except ValueError as error:
        said.append(str(error))
    else:
        said.append("taken")
print(json.dumps(said))
"""
WRONG: list[tuple[dict[str, object], str]] = [
    ({"name": "1x"}, "1x is no name for a service: at most 40 of a-z, 0-9 and hyphens, a letter"),
    ({"name": "my-ünïcode"}, "my-ünïcode is no name"),
    ({"name": "x" * 80}, f"{'x' * 80} is no name"),
    ({"name": "a service"}, "a service is no name"),
    ({"name": "x-"}, "x- is no name"),
    ({"name": "Orders"}, "Orders is no name"),
    ({"name": "../x"}, "../x is no name"),
    ({"name": "x\n"}, "is no name"),
    ({"name": ""}, "is no name"),
    ({"name": "test"}, "test is the name of something else here: a word of"),
    ({"name": "django"}, "django is the name of"),
    ({"name": "app"}, "app is the name of"),
    ({"name": "class"}, "class is the name of"),
    ({"description": 'a "b"'}, "A description is one line"),
    ({"description": "a\\b"}, "A description is one line"),
    ({"description": "a\nb"}, "A description is one line"),
    ({"description": "x" * 201}, "A description is one line"),
    ({"organisation": "a b"}, "a b is no organisation"),
    ({"registry": "ghcr.io/Acme"}, "ghcr.io/Acme is no registry"),
    ({"registry": "https://ghcr.io"}, "https://ghcr.io is no registry"),
    ({"licence": "GPL"}, "Invalid choice"),
    ({"parts": ["nothing"]}, "Invalid choice"),
]


def test_there_are_six_and_nothing_runs(made: Path) -> None:
    content = json.loads((made / "copier.yml").read_text())
    asked = [
        name
        for name, question in content.items()
        if not name.startswith("_") and question.get("when", True)
    ]
    assert asked == ["name", "description", "organisation", "registry", "licence", "parts"]
    for unsafe in ("_tasks", "_migrations", "_jinja_extensions"):
        assert unsafe not in content


@pytest.fixture(scope="module")
def answered(copier: str, made: Path, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What copier says to each of WRONG: in one process, which takes a second to start."""
    sets = [{"name": "orders", **answers} for answers, _ in WRONG]
    folder = tmp_path_factory.mktemp("wrong")
    done = subprocess.run(
        [Path(copier).parent / "python", "-c", ASK, made, folder / "fork"],
        input=json.dumps(sets),
        capture_output=True,
        text=True,
        check=True,
    )
    assert not list(folder.iterdir())
    said: list[str] = json.loads(done.stdout)
    return said


@pytest.mark.parametrize("number", range(len(WRONG)), ids=[repr(each)[:40] for each, _ in WRONG])
def test_a_wrong_answer_makes_nothing(answered: list[str], number: int) -> None:
    assert WRONG[number][1] in answered[number]
