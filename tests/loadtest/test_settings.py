import re
from pathlib import Path

import pytest

from app.loadtest.settings import Mistakes, Settings, parser, read
from tests.server.harness import ROOT


def wrong(**variables: str) -> list[str]:
    with pytest.raises(Mistakes) as caught:
        read(variables, {})
    mistakes: list[str] = caught.value.args[0]
    return mistakes


def test_nothing_has_to_be_set() -> None:
    settings = read({}, {})
    assert (settings.target, settings.users, settings.time) == ("http://localhost:8000", 50, 60)
    assert settings.report_dir == Path("var/loadtest")
    assert not settings.is_worker


def test_arguments_win_over_variables() -> None:
    given = vars(parser().parse_args(["--users", "7", "--report-dir", "there"]))
    given.pop("check")
    settings = read({"USERS": "5", "TIME": "9s", "WARMUP": "1s"}, given)
    assert (settings.users, settings.time, settings.report_dir) == (7, 9, Path("there"))


def test_all_mistakes_are_told_at_once() -> None:
    mistakes = wrong(
        TARGET="localhost:8000",
        USERS="0",
        TIME="60",
        SHAPE="wave",
        THRESHOLDS="p95<200\nerrors<200%",
    )
    assert [mistake.partition(":")[0] for mistake in mistakes] == [
        "TARGET",
        "USERS",
        "TIME",
        "SHAPE",
        "THRESHOLDS",
        "THRESHOLDS",
    ]
    assert "USERS: found '0'; allowed: a whole number of at least 1" in mistakes


def test_what_does_not_go_together() -> None:
    assert wrong(TIME="10s", WARMUP="9500ms") == [
        "WARMUP: it leaves less than a second of TIME to measure"
    ]
    assert wrong(RATE="5", SHAPE="ramp")[0].startswith("SHAPE: requests of a fixed RATE")
    assert wrong(WORKERS="2", WORKER_INDEX="3") == [
        "WORKER_INDEX: there are 0, the master, to WORKERS"
    ]
    assert wrong(WORKERS="5", USERS="4") == ["WORKERS: each needs one of USERS"]


def test_a_value_may_stand_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "thresholds"
    file.write_text("p95<200ms\n# more\nrps>5\n")
    settings = read({"THRESHOLDS_FILE": str(file)}, {})
    assert [threshold.text for threshold in settings.thresholds] == ["p95<200ms", "rps>5"]
    assert wrong(USERS="1", USERS_FILE=str(file)) == [
        "USERS: both USERS and USERS_FILE are set; give one of them"
    ]
    assert "no text that can be read" in wrong(USERS_FILE=str(tmp_path))[0]
    file.write_bytes(b"\xff")
    assert "no text that can be read" in wrong(USERS_FILE=str(file))[0]


def test_a_token_is_in_no_argument_and_in_nothing_that_is_told() -> None:
    settings = read({"TOKEN": "secret"}, {})
    assert settings.token == "secret"
    assert "secret" not in str(settings.as_variables())
    assert "token" not in parser().format_help().lower().replace("_", " ").split("options")[0]
    with pytest.raises(SystemExit):
        parser().parse_args(["--token", "x"])


def test_a_secret_that_is_wrong_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    kind = Settings.__dataclass_fields__["token"].metadata["kind"]
    object.__setattr__(kind, "parse", int)
    try:
        assert wrong(TOKEN="hunter2") == ["TOKEN: found 7 characters, not shown; allowed: any text"]
    finally:
        object.__setattr__(kind, "parse", str)


def test_what_is_handed_over_is_read_again() -> None:
    settings = read({"RATE": "12.5", "THRESHOLDS": "p95<1s, rps>2", "REPORT_IN_LOG": "true"}, {})
    assert read(settings.as_variables(), {}) == settings


def test_help_names_every_setting() -> None:
    text = parser().format_help()
    names = [name.replace("_", "-") for name in Settings.__dataclass_fields__ if name != "token"]
    assert all(f"--{name}" in text for name in names)


def test_an_index_above_nought_is_a_worker() -> None:
    assert read({"WORKERS": "2", "WORKER_INDEX": "1"}, {}).is_worker
    assert not read({"WORKERS": "2", "WORKER_INDEX": "0"}, {}).is_worker


def test_the_table_of_the_docs_is_this_one() -> None:
    text = (ROOT / "docs" / "loadtest.md").read_text()
    rows = re.findall(r"^\| `([A-Z_]+)` \| (?:`([^`]*)`)? ?\|", text, re.MULTILINE)
    fields = Settings.__dataclass_fields__
    assert dict(rows) == {name.upper(): f.metadata["default"] for name, f in fields.items()}
