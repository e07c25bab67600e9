"""The users who have a token and write notes, against the real service with its database."""

from pathlib import Path

import psycopg
import pytest

from app.identity.mint import mint
from tests.loadtest.loads import load
from tests.loadtest.test_locustfile import BELIEVED
from tests.server.harness import gunicorn


@pytest.mark.parametrize("rate", ["0", "8"])
def test_notes_are_written_read_and_leave_nothing_behind(
    rate: str, postgres: str, tmp_path: Path
) -> None:
    token = tmp_path / "token"
    token.write_text(mint("loadtest", ["notes:read", "notes:write"]))
    with gunicorn({"DATABASE_URL": postgres}) as server:
        settings = {"TOKEN_FILE": str(token), "THRESHOLDS": "errors<1%", "RATE": rate}
        ended = load(tmp_path, TARGET=server.url, **settings, USERS="12", TIME="12s")
    assert ended.code in BELIEVED, ended.output
    assert not ended.failed
    assert set(ended.report["endpoints"]) == {
        "GET /api/async_sleep/",
        "GET /api/notes",
        "POST /api/notes",
        "GET /api/notes/{id}",
        "DELETE /api/notes/{id}",
    }
    with psycopg.connect(postgres) as connection:
        left = connection.execute(
            "SELECT count(*) FROM notes_note WHERE owner = 'loadtest'"
        ).fetchone()
    assert left is not None
    assert left[0] <= 12  # of users that were between two of their requests at the end


def test_a_note_that_is_not_written_is_an_error(postgres: str, tmp_path: Path) -> None:
    token = mint("loadtest", ["notes:read"])
    with gunicorn({"DATABASE_URL": postgres}) as server:
        settings = {"TOKEN": token, "THRESHOLDS": "POST /api/notes: errors<1%", "USERS": "12"}
        ended = load(tmp_path, TARGET=server.url, **settings)
    assert ended.failed == {"POST /api/notes: errors<1%"}, ended.output
    assert set(ended.report["total"]["failures"]) == {"CatchResponseError: 403, not 201"}
