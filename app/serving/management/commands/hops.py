"""`manage.py hops /path`: how often a request leaves the event loop, why, and what to change."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from app.serving.hops import application, hops_of
from app.serving.hops_html import page
from app.serving.hops_request import Request
from app.serving.hops_text import as_data, as_text


class Command(BaseCommand):
    help = "Run one request in this process and list each time that it leaves the event loop."
    # They warn of what this command measures.
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        add = parser.add_argument
        add("path", help="with its query string: /api/async_sleep/?n=1")
        add("-X", "--method", help="GET by default, POST with --data")
        add("-H", "--header", action="append", default=[], help="'Name: value'; may be repeated")
        add("-d", "--data", help="the body; @FILE reads it from a file, @- from stdin")
        add("--token", help="sent as 'Authorization: Bearer TOKEN'")
        add("--repeat", type=int, default=1, help="ask so often, one after the other; medians")
        add("--max", type=int, help="exit with status 1 at more hops, or at an error's answer")
        add("--status", type=int, help="the answer that --max expects in place of 1xx to 3xx")
        add("--stock", action="store_true", help="Django's own handler, not ASGI_APPLICATION")
        add("--json", action="store_true", help="print JSON, nothing else")
        add("--html", type=Path, metavar="FILE", help="draw the request into FILE")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["repeat"] < 1:
            raise CommandError("--repeat is 1 or more.")
        request = request_of(options)
        with logs_on_stderr():
            app = application(stock=options["stock"])
            try:
                found = hops_of(request, app, repeat=options["repeat"])
            except Exception as error:
                raise CommandError(f"The application raised {error!r}.") from error
        self.stdout.write(json.dumps(as_data(found)) if options["json"] else as_text(found))
        if options["html"]:
            write(options["html"], page(found))
        if options["max"] is None:
            return
        if found.hops > options["max"]:
            raise CommandError(f"{found.hops} hops are more than --max {options['max']}.")
        expected = options["status"]
        if found.status != expected if expected else not 100 <= found.status < 400:
            raise CommandError(f"It was answered {found.status}: --status expects another answer.")


def request_of(options: dict[str, Any]) -> Request:
    """The request that the options ask for; CommandError when one of them is wrong."""
    if not options["path"].startswith("/"):
        raise CommandError(f"The path begins with a slash: /{options['path']}")
    headers = []
    for header in options["header"]:
        name, colon, value = header.partition(":")
        if not colon:
            raise CommandError(f"A header is 'Name: value', not {header!r}.")
        headers.append((name.strip(), value.strip()))
    data = options["data"]
    try:
        body = b"" if data is None else body_of(data)
    except OSError as error:
        raise CommandError(f"--data {data}: {error.strerror}.") from error
    method = options["method"] or ("GET" if data is None else "POST")
    return Request(options["path"], method.upper(), headers, body, options["token"])


def body_of(data: str) -> bytes:
    """As curl's --data-binary."""
    if data == "@-":
        return sys.stdin.buffer.read()
    return Path(data[1:]).read_bytes() if data.startswith("@") else data.encode()


def write(file: Path, text: str) -> None:
    """CommandError when that cannot be."""
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{file} cannot be written to: {error.strerror}.") from error


@contextmanager
def logs_on_stderr() -> Iterator[None]:
    """Whatever writes to descriptor 1 meanwhile writes to 2: the result stands alone on stdout."""
    sys.stdout.flush()
    kept = os.dup(1)
    os.dup2(2, 1)
    try:
        yield
    finally:
        sys.stdout.flush()
        os.dup2(kept, 1)
        os.close(kept)
