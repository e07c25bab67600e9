"""One dictConfig serves gunicorn and Django, whichever configured logging before it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from config.logging import logging_config

ROOT = Path(__file__).resolve().parents[2]

# As in a worker: gunicorn configures, the worker class borrows handlers, Django configures.
WORKER = """
import logging, logging.config, sys
from gunicorn.config import Config
from gunicorn.glogging import Logger
from config.logging import logging_config

cfg = Config()
cfg.set("logconfig_dict", logging_config("INFO", sys.argv[1], 100))
cfg.set("loglevel", "info")
log = Logger(cfg)
log.info("from the master")
borrower = logging.getLogger("uvicorn.error")
borrower.handlers, borrower.propagate = log.error_log.handlers, False
logging.getLogger("uvicorn.access").handlers = log.access_log.handlers
from django.conf import settings
from django.utils.log import configure_logging
settings.configure()
configure_logging("logging.config.dictConfig", logging_config("INFO", sys.argv[1], 100))
log.setup(cfg)  # SIGHUP
log.info("again")
try:
    1 / 0
except ZeroDivisionError as error:
    logging.getLogger("uvicorn.error").error("Exception in ASGI application\\n", exc_info=error)
logging.getLogger("uvicorn").info("parent", extra={"color_message": "red"})
logging.getLogger("django.request").warning("Not Found: %s", "/x", extra={"request": object()})
logging.getLogger("django.server").info("served")
logging.getLogger("made.before").info("app")
logging.getLogger("made.before").debug("below the level")
for name in ("uvicorn.access", "gunicorn.access"):
    assert not logging.getLogger(name).hasHandlers()
    logging.getLogger(name).info("never")
for name in ("opentelemetry.trace.span", "opentelemetry.util.re"):
    logging.getLogger(name).warning("Invalid key/value pair (%s, %s) found.", "a", "secret")
"""

# As under `uvicorn config.asgi:application`: uvicorn configures first.
UVICORN = """
import logging, logging.config
from uvicorn.config import Config
from config.logging import logging_config

Config("app:app")
logging.config.dictConfig(logging_config("DEBUG", "json", 100))
logging.getLogger("uvicorn.error").info("error")
logging.getLogger("uvicorn.access").info("never")
logging.getLogger("django").debug("debug")
"""


def run(code: str, *args: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code, *args],
        cwd=ROOT,
        env=os.environ | {"NO_COLOR": "1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def lines(output: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.splitlines()]


def test_every_logger_of_a_worker_writes_json_once() -> None:
    found = lines(run(WORKER, "json"))
    assert [(line["logger"], line["message"]) for line in found] == [
        ("gunicorn.error", "from the master"),
        ("gunicorn.error", "again"),
        ("uvicorn.error", "Exception in ASGI application"),
        ("uvicorn", "parent"),
        ("django.server", "served"),
        ("made.before", "app"),
    ]
    assert "ZeroDivisionError" in found[2]["exception"]
    assert set(found[3]) == {"timestamp", "level", "logger", "message"}
    assert "request" not in found[4]


def test_console_format() -> None:
    output = run(WORKER, "console")
    assert " INFO     gunicorn.error from the master\n" in output
    assert "\n    ZeroDivisionError: division by zero\n" in output


def test_after_uvicorns_own_configuration() -> None:
    found = [(line["logger"], line["message"]) for line in lines(run(UVICORN))]
    assert ("uvicorn.error", "error") in found
    assert ("django", "debug") in found
    assert "never" not in str(found)


def test_what_it_is_given_is_used() -> None:
    config = logging_config(level="WARNING", format="console", queue_size=7)
    assert config["root"]["level"] == config["loggers"]["gunicorn.error"]["level"] == "WARNING"
    assert config["handlers"]["stdout"]["formatter"] == "console"
    assert config["handlers"]["stdout"]["queue_size"] == 7
