"""What the trials share: a table at the end of what each has seen.

The trials are the functions of trial_*.py, which `make loadtest-trials` plays: what a load test
concludes, concluded again and again of services that are known.
"""

from collections.abc import Callable

import pytest

TABLE = pytest.StashKey[list[str]]()
Tell = Callable[[str], None]


def pytest_configure(config: pytest.Config) -> None:
    config.stash[TABLE] = []


@pytest.fixture
def tell(pytestconfig: pytest.Config, capsys: pytest.CaptureFixture[str]) -> Tell:
    """Says at once what was seen, and again in the table."""
    terminal = pytestconfig.pluginmanager.get_plugin("terminalreporter")
    assert isinstance(terminal, pytest.TerminalReporter)

    def tell(what: str) -> None:
        pytestconfig.stash[TABLE].append(what)
        with capsys.disabled():
            terminal.write_line(f"\n{what}")

    return tell


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    for what in config.stash[TABLE]:
        terminalreporter.write_line(what)
