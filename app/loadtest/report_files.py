"""The files of a report."""

import json
from pathlib import Path

from app.loadtest import report_html, report_json, report_junit, report_markdown
from app.loadtest.exit_codes import ExitCode, Problem
from app.loadtest.run import Run
from app.loadtest.verdict import Verdict


def writable(folder: Path) -> None:
    """Make the folder, and see that a file can be written there. Raises Problem."""
    probe = folder / ".probe"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.touch()
        probe.unlink()
    except OSError as error:
        why = f"REPORT_DIR {folder} cannot be written: {error.strerror}."
        raise Problem(ExitCode.REPORT_DIR, why) from None


def write(run: Run, verdict: Verdict) -> list[Path]:
    """Write them all; their paths."""
    data = report_json.as_data(run, verdict)
    texts = {
        "report.html": report_html.page(run, verdict),
        "report.json": json.dumps(data, separators=(",", ":")),
        "junit.xml": report_junit.xml(run, verdict),
        "summary.md": report_markdown.page(run, verdict),
    }
    written = []
    for name, text in texts.items():
        path = run.settings.report_dir / name
        path.write_text(text, encoding="utf-8")
        written.append(path)
    return written
