"""Charts over time as inline SVG: no script, no font, no other file."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 900, 220
LEFT, RIGHT, TOP, BOTTOM = 70, WIDTH - 24, 10, HEIGHT - 24
MARKS = (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True)
class Line:
    """`points` are seconds and values; None is a gap. `kind` is its class in the style."""

    name: str
    kind: str
    points: Sequence[tuple[float, float | None]]


@dataclass(frozen=True)
class Chart:
    """`limits` are thresholds, drawn across; seconds before `warmup` are shaded."""

    title: str
    unit: str
    lines: Sequence[Line]
    limits: Sequence[float] = ()
    warmup: float = 0.0

    @property
    def _seconds(self) -> float:
        return max((at for line in self.lines for at, _ in line.points), default=0.0) or 1.0

    @property
    def _most(self) -> float:
        values = [value for line in self.lines for _, value in line.points if value is not None]
        return _round_above(max([*values, *self.limits, 0.01]))

    def _x(self, second: float) -> float:
        return round(LEFT + min(second / self._seconds, 1) * (RIGHT - LEFT), 1)

    def _y(self, value: float) -> float:
        return round(BOTTOM - value / self._most * (BOTTOM - TOP), 1)

    def svg(self) -> str:
        """A figure of HTML, with the names of its lines."""
        names = "".join(_name(line.kind, line.name) for line in self.lines)
        names += _name("limit", "threshold") if self.limits else ""
        parts = [
            f"<figure><figcaption>{escape(self.title)}, {escape(self.unit)} {names}</figcaption>",
            f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(self.title)}">',
            f'<rect class="warmup" x="{LEFT}" y="{TOP}" height="{BOTTOM - TOP}" '
            f'width="{self._x(self.warmup) - LEFT:.1f}"/>',
            *(self._mark(share) for share in MARKS),
            *(self._line(line) for line in self.lines),
            *(_across("limit", self._y(limit)) for limit in self.limits),
            "</svg></figure>",
        ]
        return "\n".join(parts)

    def _mark(self, share: float) -> str:
        value, second = share * self._most, share * self._seconds
        return (
            f'{_across("grid", self._y(value))}<text class="end" x="{LEFT - 8}" '
            f'y="{self._y(value) + 4}">{value:,g}</text>'
            f'<text class="mid" x="{self._x(second)}" y="{HEIGHT - 6}">{second:.4g} s</text>'
        )

    def _line(self, line: Line) -> str:
        """Pieces of a path; a gap begins a new one, and a point between two gaps is a dot."""
        path, pen = [], "M"
        for second, value in line.points:
            if value is None:
                pen = "M"
                continue
            path.append(f"{pen}{self._x(second)} {self._y(value)}" + ("h.1" if pen == "M" else ""))
            pen = "L"
        return f'<path class="{line.kind}" d="{" ".join(path)}"/>'


def _round_above(value: float) -> float:
    """A number above it whose quarters are read easily."""
    scale = 10.0 ** math.floor(math.log10(value))
    return next(scale * step for step in (1.2, 1.6, 2, 3, 4, 6, 8, 10, 12) if scale * step > value)


def _across(kind: str, y: float) -> str:
    return f'<line class="{kind}" x1="{LEFT}" x2="{RIGHT}" y1="{y}" y2="{y}"/>'


def _name(kind: str, name: str) -> str:
    return f'<span class="{kind}"><i></i>{escape(name)}</span>'
