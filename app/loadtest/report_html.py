"""The report as one page that needs nothing else: no script, no font, no other file."""

from collections.abc import Iterable, Sequence
from html import escape

from app.loadtest.report_charts import charts
from app.loadtest.report_text import COLUMNS, rows
from app.loadtest.run import Run
from app.loadtest.verdict import Verdict

STYLE = """
:root { color-scheme: light dark; --ground: #fff; --ink: #1c2430; --faint: #667085;
  --rule: #d9dee7; --a: #2f6fde; --b: #b8860b; --c: #c92a2a; --good: #2b8a3e; --shade: #f1f3f7; }
@media (prefers-color-scheme: dark) { :root { --ground: #12161d; --ink: #e6eaf1; --faint: #98a2b3;
  --rule: #2d3542; --a: #6ea0ff; --b: #e0b040; --c: #ff7b72; --good: #69db7c; --shade: #1c222c; } }
body { margin: 2rem auto; max-width: 64rem; padding: 0 1rem; background: var(--ground);
  color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
h1 { margin: 0; } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
.verdict { font-size: 1.1rem; border-left: 5px solid var(--c); padding: .2rem 0 .2rem 1rem; }
.verdict.passed { border-color: var(--good); }
.scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem;
  border-bottom: 1px solid var(--rule); overflow-wrap: anywhere; }
.n th:not(:first-child), .n td:not(:first-child) { text-align: right; white-space: nowrap;
  font-variant-numeric: tabular-nums; }
.ok { color: var(--good); } .no { color: var(--c); font-weight: 600; }
small { color: var(--faint); }
figure { margin: 1rem 0; border: 1px solid var(--rule); border-radius: 8px; padding: .6rem; }
figcaption { font-weight: 600; } figcaption span { font-weight: 400; margin-left: 1.2rem; }
figcaption i { display: inline-block; width: 1.1em; border-top: 3px solid; margin-right: .4em;
  vertical-align: .25em; }
svg { display: block; width: 100%; font: 12px system-ui, sans-serif; }
text { fill: var(--faint); } .end { text-anchor: end; } .mid { text-anchor: middle; }
path { fill: none; stroke-width: 1.6; stroke-linecap: round; stroke-linejoin: round; }
.grid { stroke: var(--rule); } .warmup { fill: var(--shade); }
.a { stroke: var(--a); } .b { stroke: var(--b); } .c { stroke: var(--c); }
i { border-color: var(--ink); } .a i { border-color: var(--a); } .b i { border-color: var(--b); }
.c i { border-color: var(--c); } .limit { stroke: var(--c); stroke-dasharray: 6 4; }
.limit i { border-top-style: dashed; border-color: var(--c); }
"""


def page(run: Run, verdict: Verdict) -> str:
    """HTML, in UTF-8."""
    target = escape(run.settings.target)
    kind = "passed" if verdict.code == 0 else "failed"
    reason = escape(f"{verdict.code.name} ({int(verdict.code)}): {verdict.reason}")
    parts = [
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>Load test of {target}</title>\n<style>{STYLE}</style>\n</head>\n<body>",
        f"<h1>Load test of {target}</h1>\n<p><small>{escape(run.started)}</small></p>",
        f'<p class="verdict {kind}">{reason}</p>',
        "" if run.complete else "<p>The run was broken off: what follows is a part of it.</p>",
        _cases(verdict),
        "<h2>Figures, without the warm-up</h2>",
        _table(("", *COLUMNS), rows(run), "n"),
        _failures(run),
        _concurrency(run),
        _comparison(run),
        "<h2>Over time</h2>",
        *(chart.svg() for chart in charts(run)),
        "<h2>Surroundings</h2>",
        _table(("", ""), _surroundings(run)),
        "</body>\n</html>\n",
    ]
    return "\n".join(part for part in parts if part)


def _table(head: Sequence[str], body: Iterable[Sequence[str]], kind: str = "") -> str:
    """Cells are text."""
    rows_ = [f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in body]
    top = f"<tr>{''.join(f'<th>{escape(cell)}</th>' for cell in head)}</tr>" if any(head) else ""
    return f'<div class="scroll"><table class="{kind}">{top}{"".join(rows_)}</table></div>'


def _cases(verdict: Verdict) -> str:
    words = {True: '<td class="ok">passed</td>', False: '<td class="no">failed</td>'}
    made = [
        f"<tr>{words[case.passed]}<td>{escape(case.name)}</td><td>{escape(case.text)}</td></tr>"
        for case in verdict.cases
    ]
    return f"<h2>What was asked</h2>\n<table>{''.join(made)}</table>"


def _failures(run: Run) -> str:
    failures = run.totals().failures.most_common()
    if not failures:
        return ""
    return "<h2>Errors</h2>\n" + _table(("", ""), ((f"{n:,}", text) for text, n in failures))


def _concurrency(run: Run) -> str:
    if not run.concurrency or not run.concurrency.levels:
        return ""
    body = [
        (f"{level.asked:,}", f"{len(level.answers):,}", f"{level.makespan:.2f} s")
        for level in run.concurrency.levels
    ]
    head = ("at once", "answered", "until the last answer")
    return "<h2>Sleepers of one second</h2>\n" + _table(head, body, "n")


def _comparison(run: Run) -> str:
    if not run.comparison:
        return ""
    body = [
        (d.endpoint, d.figure, f"{d.before:,.1f}", f"{d.now:,.1f}", f"{d.change:+.1%}", d.word)
        for d in run.comparison.differences
    ]
    head = ("endpoint", "figure", "before", "now", "change", "")
    return "<h2>Beside the baseline</h2>\n" + _table(head, body, "n")


def _surroundings(run: Run) -> list[tuple[str, str]]:
    told = {**run.environment, **run.settings.as_variables()}
    made = []
    for name, value in told.items():
        pairs = value.items() if isinstance(value, dict) else [("", value)]
        made += [
            (f"{name} {key}".strip(), "–" if each is None else str(each)) for key, each in pairs
        ]
    for name, generator in run.generators.items():
        text = f"{generator.share:.0%} of a core, lag {generator.lag:.1f} ms (p95)"
        made.append((f"generator {name}", text))
    return made
