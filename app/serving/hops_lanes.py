"""The request as lanes over time, in SVG: the event loop, and each thread that ran code for it."""

from collections.abc import Iterable, Iterator
from html import escape
from itertools import pairwise

from app.serving.hops_report import Report, ms
from app.serving.hops_road import Hop, Road

LEFT, RIGHT, WIDTH = 110, 1080, 1100
TOP, LANE, BAR = 30, 84, 26
LABEL = 18  # the number of a hop takes so many units of width
BREAK_SHARE = 0.2


class Axis:
    """Where a moment stands. A silence of more than three quarters is drawn as a break."""

    def __init__(self, moments: Iterable[float]) -> None:
        self.moments = sorted(moments)
        self.began, self.ended = self.moments[0], self.moments[-1]
        length = self.ended - self.began
        self.gap = max(pairwise(self.moments), key=lambda pair: pair[1] - pair[0])
        silence = self.gap[1] - self.gap[0]
        self.broken = silence > length * 3 / 4 and len(self.moments) > 2
        self._drawn = (length - silence) * BREAK_SHARE / (1 - BREAK_SHARE)
        self._saved = silence - self._drawn if self.broken else 0.0
        self._scale = (RIGHT - LEFT) / max(length - self._saved, 1e-9)

    def x(self, moment: float) -> float:
        """In the drawing's units."""
        offset = moment - self.began
        if self.broken and moment > self.gap[0]:
            into = min((moment - self.gap[0]) / (self.gap[1] - self.gap[0]), 1.0)
            offset -= into * self._saved
        return LEFT + offset * self._scale


def lanes(found: Report) -> str:
    """The drawing."""
    drawing = Drawing(found)
    drawing.rails()
    drawing.loop()
    for number, hop in enumerate(found.road.hops, 1):
        if hop.began is not None:
            drawing.hop(number, hop)
    drawing.scale()
    return drawing.svg()


class Drawing:
    """What has been drawn so far: what is drawn later lies above."""

    def __init__(self, found: Report) -> None:
        self.found = found
        self.road = found.road
        self.axis = Axis(moments(found.road))
        threads = dict.fromkeys(hop.thread for hop in self.road.hops if hop.began is not None)
        self.tops = {thread: TOP + LANE * (row + 1) for row, thread in enumerate(threads)}
        self.height = TOP + LANE * (len(threads) + 1) + 24
        self.parts: list[str] = []
        self.free = 0.0  # where the next number of a hop has room

    def rails(self) -> None:
        """The names of the lanes."""
        names = ["event loop", *(f"thread {row + 1}" for row in range(len(self.tops)))]
        for row, name in enumerate(names):
            middle = TOP + LANE * row + LANE / 2
            self.parts.append(f'<text x="8" y="{middle + 5:.0f}">{name}</text>')
            self.line("rail", (LEFT, middle), (RIGHT, middle))

    def loop(self) -> None:
        """When the request is on the loop, and when it waits; one lies within the other."""
        road = self.road
        spans = [(road.began, road.ended, "loop", "on the event loop")]
        spans += [(b.began, b.ended, "loop", f"runs {b.name}") for b in road.backs]
        spans += [(h.called, h.resumed or road.ended, "wait", "waits") for h in road.hops]
        for began, ended, kind, text in sorted(spans):
            self.bar(kind, (began, ended), TOP, text)

    def hop(self, number: int, hop: Hop) -> None:
        """One hop, there and back; within it the thread may be held for the loop."""
        cause = self.found.steps[number - 1].cause
        began, ended = hop.began or hop.called, hop.ended or self.road.ended
        time = f"{(ended - began) * 1000:.2f} ms"
        top, x = self.tops[hop.thread], self.axis.x
        loop, above, below = TOP + (LANE + BAR) / 2, top + (LANE - BAR) / 2, top + (LANE + BAR) / 2
        self.line("out", (x(hop.called), loop), (x(began), above))
        self.line("out", (x(ended), above), (x(hop.resumed or ended), loop))
        text = "\n".join([f"{number}: {cause.why}", cause.what, cause.where, time])
        self.bar("hop", (began, ended), top, text)
        for back in self.road.backs:
            if back.thread == hop.thread and began <= back.began <= ended:
                text = f"the thread is held while the loop runs {back.name}"
                self.bar("held", (back.began, back.ended), top, text)
        label = max(x(began), self.free)
        self.free = label + LABEL
        self.line("lead", (x(began), below), (label + 4, below + 10))
        words = f'<text class="number" x="{label:.1f}" y="{below + 21:.0f}">{number}</text>'
        self.parts.append(words)

    def scale(self) -> None:
        """The time at both ends, and the break."""
        axis, y = self.axis, self.height - 8
        length = ms(axis.ended - axis.began)
        self.parts.append(f'<text class="time" x="{LEFT}" y="{y}">0 ms</text>')
        self.parts.append(f'<text class="time end" x="{RIGHT}" y="{y}">{length}</text>')
        if axis.broken:
            middle = (axis.x(axis.gap[0]) + axis.x(axis.gap[1])) / 2
            for x in (middle - 3, middle + 3):
                self.line("break", (x - 4, y - 16), (x + 4, TOP))
            words = f"{ms(axis.gap[1] - axis.gap[0])}, shortened"
            self.parts.append(f'<text class="time mid" x="{middle:.1f}" y="18">{words}</text>')

    def bar(self, kind: str, span: tuple[float, float], top: float, text: str) -> None:
        """A stretch of time on the lane at `top`; never too narrow to be seen."""
        x = self.axis.x(span[0])
        width = max(self.axis.x(span[1]) - x, 2)
        at = f'x="{x:.1f}" y="{top + (LANE - BAR) / 2:.1f}" width="{width:.1f}" height="{BAR}"'
        self.parts.append(f'<rect class="{kind}" {at}><title>{escape(text)}</title></rect>')

    def line(self, kind: str, a: tuple[float, float], b: tuple[float, float]) -> None:
        """From one point to the other."""
        at = f'x1="{a[0]:.1f}" y1="{a[1]:.1f}" x2="{b[0]:.1f}" y2="{b[1]:.1f}"'
        self.parts.append(f'<line class="{kind}" {at}/>')

    def svg(self) -> str:
        """All of it."""
        head = f'<svg viewBox="0 0 {WIDTH} {self.height}" role="img" aria-label="Lanes">'
        return "\n".join([head, *self.parts, "</svg>"])


def moments(road: Road) -> Iterator[float]:
    """When something began or ended."""
    yield from (road.began, road.ended)
    for hop in road.hops:
        yield from (t for t in (hop.called, hop.began, hop.ended, hop.resumed) if t is not None)
    for back in road.backs:
        yield from (back.began, back.ended)
