"""The page of the results: benchmarks/README.md, with its chart."""

import statistics
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from benchmarks.chart import Bar, chart
from benchmarks.results import Result
from benchmarks.rounds import Case

FOLDER = Path(__file__).parent
HEAD = """# Benchmarks

The same request through this service and through what people would pick instead, side by side in
one run: `make bench` measures all of it anew and writes this page.
[docs/benchmarks.md](../docs/benchmarks.md) says how to read it, and what it does not say.

| case | what | median | half of the rounds | goal | |
| --- | --- | ---: | ---: | ---: | --- |
"""


def write(cases: Iterable[Case], results: Mapping[str, Result], folder: Path = FOLDER) -> None:
    """Write the page of all cases, and the chart of those that have a result."""
    shown = list(cases)
    parts = [HEAD]
    for case in shown:
        parts += [f"| {' | '.join(cells)} |\n" for cells in table(case, results.get(case.name))]
    parts += [_measures(case, results[case.name]) for case in shown if case.name in results]
    bars = [
        (case.title, sorted(_bars(results[case.name]), key=lambda bar: -bar.value))
        for case in shown
        if case.unit == "requests/s" and case.name in results
    ]
    if bars:
        parts.append("\n![Requests a second](ratios.svg)\n")
        (folder / "ratios.svg").write_text(chart(bars))
    (folder / "README.md").write_text("".join(parts))


def table(case: Case, result: Result | None) -> Iterator[tuple[str, ...]]:
    """The rows of a case: its name, what, median, spread, goal, verdict."""
    for row in case.rows:
        what = f"{row.of} ÷ {row.to}" if row.to else row.of
        goal = "" if row.goal is None else f"{row.goal} {row.unit}".replace(" ×", "").strip()
        if result is None:
            yield case.name, what, "", "", goal, case.needs or "not measured"
            continue
        judged = row.judge(result.measured)
        low, high = judged.spread
        unit = "" if row.unit == "×" else f" {row.unit}"
        median = f"{figure(judged.median)}{unit}".strip()
        yield case.name, what, median, f"{figure(low)}–{figure(high)}", goal, judged.verdict


def figure(value: float) -> str:
    """A number in three digits or more."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def _measures(case: Case, result: Result) -> str:
    unit = f" ({case.unit})" if case.unit else ""
    lines = [
        f"\n## {case.name}: {case.title}{unit}\n",
        f"{len(result.measured)} rounds, {result.day}, commit {result.commit}, {result.machine}.\n",
        "| | median | least | most |",
        "| --- | ---: | ---: | ---: |",
    ]
    for name, *values in _bars(result):
        lines.append(f"| {name} | {' | '.join(map(figure, values))} |")
    versions = ", ".join(f"{name} {version}" for name, version in result.versions.items())
    return "\n".join([*lines, f"\n{versions}.\n"])


def _bars(result: Result) -> Iterator[Bar]:
    for name in result.measured[0]:
        values = [each[name] for each in result.measured]
        yield Bar(name, statistics.median(values), min(values), max(values))
