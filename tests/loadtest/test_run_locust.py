from pathlib import Path

import pytest

from app.loadtest.exit_codes import ExitCode
from app.loadtest.run_locust import reason
from tests.loadtest.loads import load


def test_the_line_of_the_users_file_is_named() -> None:
    with pytest.raises(ZeroDivisionError) as caught:
        exec(compile("\n\n1 / 0", "/there/users.py", "exec"))  # noqa: S102 - what Locust does
    found = reason(caught.value, "/there/users.py")
    assert found == "/there/users.py:3: ZeroDivisionError: division by zero."
    assert reason(caught.value, "/a.py") == "/a.py holds no user class that Locust can run."


def test_a_worker_without_a_master_says_so(tmp_path: Path) -> None:
    where = {"WORKERS": "1", "WORKER_INDEX": "1", "MASTER": "127.0.0.1", "JOIN": "1s"}
    ended = load(tmp_path, **where)
    assert ended.code == ExitCode.WORKER_MISSING, ended.output
    assert "No master answered at 127.0.0.1 within 1 s." in ended.output
