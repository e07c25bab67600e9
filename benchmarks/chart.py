"""A bar chart as SVG: no script, no font, no other file; readable on light and dark pages."""

from collections.abc import Iterable, Sequence
from html import escape
from typing import NamedTuple

WIDTH, LEFT, RIGHT, HEIGHT = 900, 290, 90, 22
STYLE = (
    "text{font:13px sans-serif;fill:#57606a}.title{font-weight:bold}.bar{fill:#8c959f}"
    ".own{fill:#1f883d}line{stroke:#57606a}"
    "@media(prefers-color-scheme:dark){text{fill:#9198a1}line{stroke:#9198a1}}"
)
OWN = ("this service", "its handler")


class Bar(NamedTuple):
    """A value with the least and the most that were measured."""

    name: str
    value: float
    least: float
    most: float


def chart(groups: Iterable[tuple[str, Sequence[Bar]]]) -> str:
    """Groups of bars below each other, each group with its title and a scale of its own."""
    parts: list[str] = []
    y = 0
    for title, bars in groups:
        y += 30
        parts.append(f'<text class="title" x="8" y="{y}">{escape(title)}</text>')
        scale = (WIDTH - LEFT - RIGHT) / max(bar.most for bar in bars)
        for bar in bars:
            y += HEIGHT
            parts += _bar(bar, y, scale)
        y += 8
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y + 8}" role="img">'
    label = "<title>Requests a second: medians, with the least and the most</title>"
    return "\n".join([head, label, f"<style>{STYLE}</style>", *parts, "</svg>", ""])


def _bar(bar: Bar, y: int, scale: float) -> list[str]:
    kind = "own" if bar.name.startswith(OWN) else "bar"
    least, most = LEFT + bar.least * scale, LEFT + bar.most * scale
    return [
        f'<text x="{LEFT - 8}" y="{y}" text-anchor="end">{escape(bar.name)}</text>',
        f'<rect class="{kind}" x="{LEFT}" y="{y - 13}" height="17" '
        f'width="{bar.value * scale:.1f}"/>',
        f'<line x1="{least:.1f}" x2="{most:.1f}" y1="{y - 4}" y2="{y - 4}"/>',
        f'<text x="{most + 8:.1f}" y="{y}">{bar.value:,.0f}</text>',
    ]
