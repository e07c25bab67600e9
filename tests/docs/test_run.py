"""docs/run.md, from the first command to the last."""

import json

import pytest

from tests.docs.console import Terminal, commands, console

PAGE = "docs/run.md"


@pytest.mark.timeout(600)
def test_the_readme_without_a_cluster(terminal: Terminal) -> None:
    run, *others = commands("README.md", "On your own machine")
    with terminal.serving(run):
        assert '{"mode": "async", "time": 1}' in terminal.type(*others)


@pytest.mark.timeout(600)
def test_run_it(terminal: Terminal) -> None:
    run, *others = commands("docs/run.md", "")
    with terminal.serving(run) as log:
        assert json.loads(terminal.type(*others).splitlines()[-1]) == {"mode": "async", "time": 1}
        (token,) = terminal.type(*commands("docs/run.md", "Who calls")).split()
        assert token.count(".") == 2
        off, on = commands("docs/run.md", "Watch it")
        ready = "curl -s 'localhost:8000/readyz?verbose'"
        assert "Readiness is off" in terminal.type(off)
        assert "[-]" in terminal.type(ready)
        assert "Readiness is on" in terminal.type(on)
        assert "[-]" not in terminal.type(ready)
    assert '"/api/async_sleep/"' in log.read_text()


@pytest.mark.timeout(600)
def test_on_other_ports_and_with_another_database(terminal: Terminal, empty_database: str) -> None:
    ports, database = commands("docs/run.md", "On other ports, with another database")
    with terminal.serving(ports) as log:
        assert "asgi_build_info" in terminal.type("curl -s localhost:9465/metrics")
    assert log.read_text().count("Booting worker") == 2
    (terminal.folder / "var").rename(terminal.folder / "before")
    terminal.other["postgres://me:secret@localhost/mine"] = f"'{empty_database}'"
    with terminal.serving(database):
        assert not (terminal.folder / "var" / "postgres").exists()


@pytest.mark.timeout(600)
def test_develop(terminal: Terminal) -> None:
    serve, *others = commands("docs/run.md", "Develop")
    with terminal.serving(serve) as log:
        said = terminal.type(*others)
        assert '"block/<seconds>"' in said
        assert "[X] 0001_initial" in said
    # Readable lines, and no JSON.
    assert "GET /rehearsal/" in log.read_text()
    assert not [line for line in log.read_text().splitlines() if line.startswith("{")]


def test_wrong_settings_are_told_as_the_page_shows(terminal: Terminal) -> None:
    (wrong,) = commands("docs/run.md", "Configure")
    shown = console(PAGE, "Configure").partition("\n")[2]
    assert shown in terminal.type(wrong, status=2)
