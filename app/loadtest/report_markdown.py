"""The report in short, for the step page of a pipeline."""

from app.loadtest.report_text import COLUMNS, rows
from app.loadtest.run import Run
from app.loadtest.verdict import Verdict


def page(run: Run, verdict: Verdict) -> str:
    """GitHub's Markdown."""
    partial = "" if run.complete else " This run was broken off: what follows is a part."
    lines = [f"## Load test: {verdict.code.name}", "", f"{verdict.reason}{partial}", ""]
    lines += ["| | case | found |", "| --- | --- | --- |"]
    lines += [
        f"| {'✅' if case.passed else '❌'} | {_cell(case.name)} | {_cell(case.text)} |"
        for case in verdict.cases
    ]
    lines += ["", f"| endpoint | {' | '.join(COLUMNS)} |", f"| --- {'| ---: ' * len(COLUMNS)}|"]
    lines += [f"| {' | '.join(_cell(each) for each in row)} |" for row in rows(run)]
    if run.concurrency and run.concurrency.levels:
        lines += ["", f"Sleepers of one second at once: {run.concurrency.curve}"]
    if run.comparison:
        lines += ["", "| endpoint | figure | before | now | change | |", f"|{' --- |' * 6}"]
        lines += [
            f"| {_cell(d.endpoint)} | {d.figure} | {d.before:,.1f} | {d.now:,.1f} "
            f"| {d.change:+.1%} | {d.word} |"
            for d in run.comparison.differences
        ]
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
