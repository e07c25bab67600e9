"""The environment of a person's machine: what is set stays, what is missing is made up."""

import os
from pathlib import Path

import pytest

from scripts.development import database, environment


@pytest.fixture(autouse=True)
def _shell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "environ", {"PATH": "/bin", "PORT": "9000", "EMPTY": ""})
    monkeypatch.setattr("environ.Env.ENVIRON", os.environ)


def test_what_is_missing_is_made_up(tmp_path: Path) -> None:
    first, second = environment({}, tmp_path), environment({}, tmp_path)
    assert first["SECRET_KEY"] != second["SECRET_KEY"]
    assert len(first["SECRET_KEY"]) >= 50
    assert "localhost" in first["ALLOWED_HOSTS"]
    assert "EMPTY" not in first


def test_a_secret_from_a_file_is_left_alone(tmp_path: Path) -> None:
    os.environ["SECRET_KEY_FILE"] = "/run/secrets/key"
    assert "SECRET_KEY" not in environment({}, tmp_path)


def test_the_shell_wins_over_the_command_and_the_command_over_the_file(tmp_path: Path) -> None:
    lines = "PORT=1\nREHEARSAL=false\nLOG_LEVEL=DEBUG\nSECRET_KEY=\n"
    (tmp_path / ".env").write_text(lines)
    env = environment({"REHEARSAL": "true", "PORT": "2"}, tmp_path)
    assert (env["PORT"], env["REHEARSAL"], env["LOG_LEVEL"]) == ("9000", "true", "DEBUG")
    assert env["SECRET_KEY"]


def test_the_secret_for_tokens_is_kept_for_the_command_that_makes_them(tmp_path: Path) -> None:
    first, second = environment({}, tmp_path), environment({}, tmp_path)
    assert first["AUTH_SECRET"] == second["AUTH_SECRET"]
    assert len(first["AUTH_SECRET"]) >= 50
    kept = tmp_path / "var" / "auth-secret"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert list(kept.parent.iterdir()) == [kept]


def test_the_first_of_two_that_start_at_once_makes_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    first = environment({}, tmp_path)["AUTH_SECRET"]
    monkeypatch.setattr(Path, "exists", lambda _path: False)
    assert environment({}, tmp_path)["AUTH_SECRET"] == first


@pytest.mark.parametrize("name", ["AUTH_JWKS", "AUTH_SECRET", "AUTH_SECRET_FILE", "ALLOWED_HOSTS"])
def test_there_is_none_where_it_would_be_refused(name: str, tmp_path: Path) -> None:
    env = environment({name: "x"}, tmp_path)
    assert env.get("AUTH_SECRET", "") == ("x" if name == "AUTH_SECRET" else "")


@pytest.mark.parametrize("name", ["DATABASE_URL", "DATABASE_URL_FILE"])
def test_a_database_that_is_named_is_taken(name: str) -> None:
    with database({name: "elsewhere"}) as env:
        assert env == {name: "elsewhere"}
