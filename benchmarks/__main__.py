"""`make bench`: all cases, or those that are named; `make bench-quick` and `make bench-soak`."""

import argparse
import sys
from collections.abc import Sequence

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from benchmarks import report, results
from benchmarks.cases import CASES, FULL
from benchmarks.cases.quick import QUICK
from benchmarks.lab import laboratory
from benchmarks.refused import Refused
from benchmarks.rounds import Case, play
from benchmarks.rows import MISSED

console = Console()


def measure(cases: Sequence[Case]) -> tuple[dict[str, results.Result], list[str]]:
    """Play the cases that this machine can, and keep each as soon as it is done.

    Beside them stands which case was refused, and why. Raises Refused where none can be played.
    """
    found: dict[str, results.Result] = {}
    refused: list[str] = []
    columns = (
        TextColumn("{task.description:12}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[now]}"),
    )
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("database", total=None, now="")
        with laboratory(lambda now: progress.update(task, now=now)) as lab:
            for case in cases:
                if case.needs:
                    continue
                progress.reset(task, total=case.rounds, description=case.name)
                if not console.is_terminal:  # a log has no bar
                    console.print(f"{case.name}: {case.title}")

                def advance(left: int) -> None:
                    progress.advance(task)
                    done = progress.tasks[task].completed
                    progress.update(task, total=done + left)

                try:
                    found[case.name] = results.result(play(case, lab, advance))
                except* Refused as refusals:  # a client's many requests may each be refused
                    refused.append(f"{case.name}: {refusals.exceptions[0]}")
                if case.name in CASES and case.name in found:
                    kept = results.load() | found
                    results.save(kept)
                    report.write(CASES.values(), kept)
    return found, refused


def tell(cases: Sequence[Case], found: dict[str, results.Result]) -> int:
    """Print the rows; 1 when one misses its goal."""
    table = Table("case", "what", "median", "half of the rounds", "goal", "")
    missed = False
    for case in cases:
        result = found.get(case.name)
        for cells in report.table(case, result):
            table.add_row(*cells)
        missed |= result is not None and any(
            row.judge(result.measured).verdict == MISSED for row in case.rows
        )
    console.print(table)
    return int(missed)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what is named; 0, 1 when a goal was missed, 2 when a measurement was refused."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("case", nargs="*", metavar="CASE", help=f"{', '.join(CASES)} or quick")
    names = parser.parse_args(arguments).case
    if unknown := set(names) - {*CASES, "quick"}:
        parser.error(f"no such case: {', '.join(sorted(unknown))}; there are {', '.join(CASES)}")
    cases = QUICK if names == ["quick"] else [CASES[name] for name in names] or FULL
    try:
        found, refused = measure(cases)
    except Refused as refusal:
        console.print(f"Not measured: {refusal}", style="red", highlight=False)
        return 2
    status = tell(cases, found)
    for why in refused:
        console.print(f"Not measured: {why}", style="red", highlight=False)
    return 2 if refused else status


if __name__ == "__main__":
    sys.exit(main())
