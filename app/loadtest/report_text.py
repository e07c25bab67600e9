"""The last lines in the terminal: a table, the cases, the verdict."""

from app.loadtest.report_json import figures
from app.loadtest.run import Run
from app.loadtest.units import in_ms, in_percent
from app.loadtest.verdict import Verdict

COLUMNS = ("requests", "errors", "req/s", "median", "p95", "p99", "max")


def rows(run: Run) -> list[tuple[str, ...]]:
    """Of each endpoint and the total, as text."""
    made = []
    for name in [*run.endpoints, None]:
        row = figures(run, name)
        counts = f"{row['requests']:,}", in_percent(row["error_ratio"]), f"{row['rps']:,.1f}"
        times = (in_ms(row[key]) for key in ("median", "p95", "p99", "max"))
        made.append((name or "total", *counts, *times))
    return made


def table(run: Run, verdict: Verdict) -> str:
    """Lines of plain text."""
    lines = [("", *COLUMNS), *rows(run)]
    widths = [max(len(line[index]) for line in lines) for index in range(len(COLUMNS) + 1)]
    text = ["", *(_aligned(line, widths) for line in lines), ""]
    if run.concurrency and run.concurrency.levels:
        text += [f"Sleepers of one second at once: {run.concurrency.curve}", ""]
    for failure, count in run.totals().failures.most_common(5):
        text.append(f"{count:,} × {failure}")
    text += [f"{'passed' if case.passed else 'FAILED'}  {case.text}" for case in verdict.cases]
    partial = "" if run.complete else " (of a run that was broken off)"
    text += ["", f"Report{partial}: {run.settings.report_dir / 'report.html'}"]
    text += [f"{verdict.code.name} ({int(verdict.code)}): {verdict.reason}"]
    return "\n".join(text)


def _aligned(line: tuple[str, ...], widths: list[int]) -> str:
    first, *others = line
    cells = (cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True))
    return "  ".join([first.ljust(widths[0]), *cells]).rstrip()
