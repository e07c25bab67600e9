"""What the worker does beside serving; its serving and its end are in tests/server."""

import asyncio
import os
import threading

import pytest

from app.serving import worker as module
from app.serving.worker import DrainingUvicornWorker, end_despite_threads


def test_a_worker_that_was_told_to_end_while_it_loaded_does_not_serve() -> None:
    worker = DrainingUvicornWorker.__new__(DrainingUvicornWorker)
    worker.alive = False
    asyncio.run(worker._serve())  # it has no configuration to serve with


@pytest.mark.parametrize("left", [0, 1])
def test_only_threads_at_work_end_the_process_at_once(
    left: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended: list[int] = []
    monkeypatch.setattr(os, "_exit", ended.append)
    monkeypatch.setattr(module, "threads_left_behind", lambda: left)
    end_despite_threads()
    assert ended == [0] * left
    assert threading.main_thread().is_alive()
