"""The report as one page that needs nothing else: no script, no font, no other file."""

from html import escape

from app.serving.hops_lanes import lanes
from app.serving.hops_report import Report, ms

STYLE = """
:root { color-scheme: light dark; --ground: #fff; --ink: #1c2430; --faint: #667085;
  --rule: #d9dee7; --loop: #2f6fde; --wait: #c9daf8; --hop: #d9480f; --held: #f6c9a8; }
@media (prefers-color-scheme: dark) { :root { --ground: #12161d; --ink: #e6eaf1; --faint: #98a2b3;
  --rule: #2d3542; --loop: #6ea0ff; --wait: #24406f; --hop: #ff8a4c; --held: #6b3a1b; } }
body { margin: 2rem auto; max-width: 72rem; padding: 0 1rem; background: var(--ground);
  color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
h1 { margin: 0; } h1 code { font-size: 1.3rem; } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
.verdict { font-size: 1.1rem; }
.drawing { overflow-x: auto; border: 1px solid var(--rule); border-radius: 8px; }
svg { display: block; width: 100%; min-width: 700px; font: 13px system-ui, sans-serif; }
text { fill: var(--ink); } .time, .number { fill: var(--faint); font-size: 12px; }
.end { text-anchor: end; } .mid { text-anchor: middle; }
.rail { stroke: var(--rule); } .lead, .out { stroke: var(--faint); stroke-width: .7; }
.break { stroke: var(--faint); stroke-dasharray: 3 3; }
.loop { fill: var(--loop); } .wait { fill: var(--wait); } .hop { fill: var(--hop); }
.held { fill: var(--held); }
.legend span { margin-right: 1.5rem; white-space: nowrap; } .legend i { display: inline-block;
  width: .9em; height: .9em; border-radius: 2px; margin-right: .4em; vertical-align: -.1em; }
.scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .4rem .6rem;
  border-bottom: 1px solid var(--rule); }
.n { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
code { font-family: ui-monospace, monospace; font-size: 13px; overflow-wrap: anywhere; }
small { color: var(--faint); }
"""
LEGEND = (
    ("loop", "on the event loop"),
    ("wait", "waits for a thread"),
    ("hop", "code in a thread"),
    ("held", "a thread held while the loop works"),
)


def page(found: Report) -> str:
    """HTML, in UTF-8."""
    title = escape(f"{found.request.method} {found.request.path}")
    runs = len(found.counts)
    times = f"{found.status} in {ms(found.seconds)}" + (f", median of {runs}" if runs > 1 else "")
    legend = "".join(
        f'<span><i style="background: var(--{kind})"></i>{words}</span>' for kind, words in LEGEND
    )
    parts = [
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>Hops of {title}</title>\n<style>{STYLE}</style>\n</head>\n<body>",
        f"<h1><code>{title}</code></h1>\n<p>{times}</p>",
        f'<p class="verdict">{escape(found.verdict)}</p>',
        f'<div class="drawing">\n{lanes(found)}\n</div>\n<p class="legend">{legend}</p>',
        _steps(found) if found.steps else "",
        _changes(found) if found.changes else "",
        "</body>\n</html>\n",
    ]
    return "\n".join(parts)


def _steps(found: Report) -> str:
    head = '<th class="n">#</th><th>Why and what</th><th>Where</th>'
    head += '<th class="n">Waited</th><th class="n">In thread</th>'
    rows = [
        f'<tr><td class="n">{step.number}</td>'
        f"<td>{escape(step.cause.why)}<br><code>{escape(step.cause.what)}</code></td>"
        f"<td><code>{escape(step.cause.where)}</code></td>"
        f'<td class="n">{ms(step.waited)}</td><td class="n">{ms(step.ran)}</td></tr>'
        for step in found.steps
    ]
    table = f"<table>\n<tr>{head}</tr>\n" + "\n".join(rows) + "\n</table>"
    return f'<h2>The hops</h2>\n<div class="scroll">{table}</div>'


def _changes(found: Report) -> str:
    rows = [
        f"<li><code>{escape(fix.where or 'the ASGI application')}</code> "
        f"<small>hop {', '.join(map(str, numbers))}</small><br>{escape(fix.what)}</li>"
        for fix, numbers in found.changes.items()
    ]
    return "<h2>What to change</h2>\n<ul>\n" + "\n".join(rows) + "\n</ul>"
