from collections.abc import Callable
from pathlib import Path

import pytest

from config import kinds
from config.env import Environment, Setting, written


def test_a_setting_comes_from_the_environment() -> None:
    env = Environment({"PORT": "9000"})
    assert env("PORT", kinds.port, 8000) == 9000
    assert env.required("PORT", kinds.port, "80") == 9000
    env.stop_if_wrong()


def test_a_setting_has_a_default() -> None:
    env = Environment({"PORT": ""})
    assert env("PORT", kinds.port, 8000) == 8000
    assert env("HOST", kinds.host, "::1") == "::1"
    env.stop_if_wrong()


def test_a_list_that_is_set_to_nothing_is_empty() -> None:
    env = Environment({"PROXIES": ""})
    assert env("PROXIES", kinds.several(kinds.network), ["::1"]) == []


def test_a_setting_comes_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("from a file\n")
    env = Environment({"SECRET_FILE": str(file), "OTHER": "x", "OTHER_FILE": ""})
    assert env("SECRET", kinds.secret, "") == "from a file"
    assert env.required("SECRET", kinds.secret, "") == "from a file"
    assert env("OTHER", kinds.text, "") == "x"
    env.stop_if_wrong()


def test_what_is_declared_is_kept_for_the_documentation() -> None:
    env = Environment({})
    env("DEBUG", kinds.boolean, False)
    env("PLACE", kinds.text, "/here", depends="where you stand")
    env.required("KEY", kinds.secret, "50-characters")
    assert env.declared == [
        Setting("DEBUG", kinds.boolean, "false"),
        Setting("PLACE", kinds.text, "/here", depends="where you stand"),
        Setting("KEY", kinds.secret, None, example="50-characters"),
    ]


def missing(folder: Path) -> str:
    return str(folder / "missing")


def empty(folder: Path) -> str:
    (folder / "empty").write_text(" \n")
    return str(folder / "empty")


def binary(folder: Path) -> str:
    (folder / "binary").write_bytes(b"\xff\xfe")
    return str(folder / "binary")


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        (missing, "KEY_FILE: '{}': No such file or directory; allowed: a file that can be read"),
        (str, "KEY_FILE: '{}': Is a directory; allowed: a file that can be read"),
        (empty, "KEY_FILE: '{}' is empty; allowed: a file that holds the value"),
        (binary, "KEY_FILE: '{}' is no text; allowed: a file of UTF-8 text"),
    ],
)
def test_a_file_that_gives_no_value_is_a_problem(
    tmp_path: Path, path: Callable[[Path], str], problem: str
) -> None:
    file = path(tmp_path)
    env = Environment({"KEY_FILE": file})
    assert env.required("KEY", kinds.secret, "example") == "example"
    assert env.problems == [problem.format(file)]


def test_a_value_and_a_file_are_one_too_many(tmp_path: Path) -> None:
    env = Environment({"KEY": "secret", "KEY_FILE": empty(tmp_path)})
    env("KEY", kinds.secret, "")
    assert env.problems == ["KEY: both KEY and KEY_FILE are set; allowed: one of the two"]


def test_all_problems_are_told_at_once_and_secrets_hidden(
    capsys: pytest.CaptureFixture[str],
) -> None:
    env = Environment({"PORT": "x", "PROXIES": "*", "DATABASE_URL": "mysql://u:secret@h/n"})
    assert env("PORT", kinds.port, 8000) == 8000
    env("PROXIES", kinds.several(kinds.network), [])
    env.required("DATABASE_URL", kinds.database, "postgres://host/name")
    env.required("KEY", kinds.secret, "50-characters")
    with pytest.raises(SystemExit) as ended:
        env.stop_if_wrong()
    assert ended.value.code == 78
    head, *lines = capsys.readouterr().err.splitlines()
    assert head == "Not started: 4 settings are wrong (docs/settings.md explains each)."
    assert lines == [
        "  PORT: found 'x'; allowed: a whole number from 1 to 65535",
        "  PROXIES: found '*' (* believes the left-most X-Forwarded-For, which anyone can forge:"
        " name your proxies); allowed: an IP address or a network in CIDR notation; several with"
        " commas between them",
        "  DATABASE_URL: found 20 characters, not shown; allowed:"
        " postgres://user:password@host:5432/name",
        "  KEY: not set; allowed: any text, such as 50-characters",
    ]


def test_one_problem_is_told_in_the_singular(capsys: pytest.CaptureFixture[str]) -> None:
    env = Environment({"PORT": "0"})
    env("PORT", kinds.port, 8000)
    with pytest.raises(SystemExit):
        env.stop_if_wrong()
    assert "1 setting is wrong" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("value", "text"), [(True, "true"), (["a", "b"], "a,b"), (10.0, "10"), (0.5, "0.5"), (8, "8")]
)
def test_values_are_written_as_they_are_read(value: object, text: str) -> None:
    assert written(value) == text
