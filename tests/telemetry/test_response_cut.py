"""What a server says of a cut is known already."""

import logging

import pytest

from app.telemetry.response_cut import ResponseCut, Unreported


@pytest.mark.parametrize(("error", "kept"), [(ResponseCut(), 0), (ValueError(), 1), (None, 1)])
def test_a_second_traceback_is_dropped(
    caplog: pytest.LogCaptureFixture, error: BaseException | None, kept: int
) -> None:
    only = Unreported()
    caplog.handler.addFilter(only)
    try:
        logging.getLogger("a server's").error("Exception in ASGI application", exc_info=error)
    finally:
        caplog.handler.removeFilter(only)
    assert len(caplog.records) == kept
