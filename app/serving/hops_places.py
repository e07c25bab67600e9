"""Where a hop can be mended: file and line, as an editor opens them."""

import inspect
import re
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import CodeType, TracebackType
from typing import Any

from django.conf import settings

from app.serving.hops_road import Frame

HERE = Path(__file__).parent
LIBRARIES = tuple(
    Path(sysconfig.get_path(name)).resolve() for name in ("stdlib", "platstdlib", "purelib")
)
# What lies outside of these is a server or a test, and no place to mend a request.
HANDLERS = ("django.core.handlers.asgi", "app.serving.handler")


def place(file: str, line: int) -> str:
    """`file:line`, relative to the working directory or to the libraries' folder."""
    path = Path(file)
    for folder in (Path(sysconfig.get_path("purelib")), Path.cwd()):
        if path.is_relative_to(folder):
            path = path.relative_to(folder)
            break
    return f"{path}:{line}"


def is_project(file: str) -> bool:
    """Whether a person of the project can change `file`: no library, and not this package."""
    path = Path(file)
    libraries = any(path.is_relative_to(folder) for folder in (*LIBRARIES, HERE))
    return path.is_absolute() and not libraries and "site-packages" not in path.parts


def of_caller(stack: Iterable[Frame]) -> str:
    """The innermost line of the project's in a request, "" when there is none."""
    for frame in stack:
        if frame.module in HANDLERS:
            break
        if is_project(frame.code.co_filename):
            return place(frame.code.co_filename, frame.line)
    return ""


def of_error(traceback: TracebackType | None) -> str:
    """The project's line that an exception came from; the line that raised when there is none."""
    where = last = ""
    while traceback is not None:
        code = traceback.tb_frame.f_code
        last = place(code.co_filename, traceback.tb_lineno)
        where = last if is_project(code.co_filename) else where
        traceback = traceback.tb_next
    return where or last


def of_definition(named: Any) -> str:
    """Where a function or a class is written; "" for what is not written in Python."""
    named = inspect.unwrap(getattr(named, "view_class", named))
    named = getattr(named, "__func__", named)
    code = getattr(named, "__code__", None)
    if isinstance(code, CodeType):
        return place(code.co_filename, code.co_firstlineno)
    kind = named if isinstance(named, type) else type(named)
    try:
        return place(inspect.getfile(kind), inspect.getsourcelines(kind)[1])
    except (OSError, TypeError):
        return ""


def of_setting(path: str) -> str:
    """The line that names the dotted `path`: in the settings, or in what they import."""
    quoted = re.compile(f"[\"']{re.escape(path)}[\"']")
    for file in _project_files():
        for number, line in enumerate(file.read_text(errors="replace").splitlines(), 1):
            if quoted.search(line):
                return place(str(file), number)
    return ""


def _project_files() -> Iterator[Path]:
    """The settings first, then their neighbours (base, production, …), then all others."""
    name = str(settings.SETTINGS_MODULE)
    package = name.rpartition(".")[0] + "."
    modules = sorted(
        sys.modules.items(), key=lambda item: (item[0] != name, not item[0].startswith(package))
    )
    for _, module in modules:
        file = getattr(module, "__file__", None)
        if file and file.endswith(".py") and is_project(file):
            yield Path(file)
