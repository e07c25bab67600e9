"""What a run must hold to: `p95<200ms, errors<0.1%, rps>500, GET /api/notes: p99<1s`.

Separated by commas or lines; `#` begins a comment. Without an endpoint a threshold is on the total.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from app.loadtest.exit_codes import ExitCode
from app.loadtest.samples import Totals
from app.loadtest.units import duration, in_ms, in_percent, percent

_FORM = re.compile(
    r"(?:(?P<endpoint>.+?)\s*:\s+)?(?P<metric>[A-Za-z][\w.]*)\s*(?P<sign>[<>=!]+)\s*(?P<limit>\S+)"
)
NAMES = "median, mean, max, p50 to p99.9, errors or rps"
EXAMPLES = "p95<200ms, errors<0.1%, rps>500"


@dataclass(frozen=True)
class Threshold:
    """`limit` is in milliseconds, a share of 1, or requests per second."""

    endpoint: str | None
    metric: str
    limit: float
    text: str

    @property
    def code(self) -> ExitCode:
        """What a run ends with that does not hold to it."""
        codes = {"errors": ExitCode.ERRORS, "rps": ExitCode.THROUGHPUT}
        return codes.get(self.metric, ExitCode.LATENCY)

    def measured(self, totals: Totals, seconds: float) -> float:
        """The figure that it is about, in the unit of `limit`."""
        if self.metric == "errors":
            return totals.error_ratio
        if self.metric == "rps":
            return totals.succeeded / seconds
        if self.metric in ("mean", "max"):
            return getattr(totals.latencies, self.metric)  # type: ignore[no-any-return] # floats
        return totals.latencies.quantile(quantile(self.metric))

    def holds(self, measured: float) -> bool:
        """Whether a figure is on the right side."""
        return measured > self.limit if self.metric == "rps" else measured < self.limit

    def shown(self, figure: float) -> str:
        """A figure with its unit."""
        if self.metric == "rps":
            return f"{figure:,.1f} req/s"
        return in_percent(figure) if self.metric == "errors" else in_ms(figure)


def quantile(metric: str) -> float:
    """0.95 of `p95`. ValueError where the name is none of a percentile between 0 and 100."""
    if metric == "median":
        return 0.5
    found = re.fullmatch(r"p(\d{1,2}(?:\.\d{1,3})?)", metric)
    if not found or float(found[1]) == 0:
        raise ValueError(metric)
    return float(found[1]) / 100


def parse(text: str) -> list[Threshold]:
    """All thresholds of a text. ValueError with one sentence a line for each that is wrong."""
    lines = (line.partition("#")[0] for line in text.splitlines())
    items = [item.strip() for line in lines for item in line.split(",") if item.strip()]
    found, wrong = [], []
    for item in items:
        try:
            found.append(_one(item))
        except ValueError as error:
            wrong.append(f"{item!r} is no threshold: {error}")
    if wrong:
        raise ValueError("\n".join(wrong))
    return found


def _one(item: str) -> Threshold:
    form = _FORM.fullmatch(item)
    if not form:
        raise ValueError(f"write them as {EXAMPLES}")
    metric, sign, limit = form["metric"], form["sign"], form["limit"]
    wanted = ">" if metric == "rps" else "<"
    read = _unit(metric)
    if sign != wanted:
        raise ValueError(f"{metric} takes {wanted}")
    return Threshold(form["endpoint"], metric, read(limit), item)


def _unit(metric: str) -> Callable[[str], float]:
    if metric == "errors":
        return percent
    if metric == "rps":
        return _rate
    if metric not in ("mean", "max"):
        try:
            quantile(metric)
        except ValueError:
            raise ValueError(f"{metric} is not known; there are {NAMES}") from None
    return _milliseconds


def _milliseconds(text: str) -> float:
    try:
        return duration(text) * 1000
    except ValueError:
        raise ValueError(f"{text!r} is no time such as 200ms or 1.5s") from None


def _rate(text: str) -> float:
    if not re.fullmatch(r"\d+(\.\d+)?", text):
        raise ValueError(f"{text!r} is no number of requests per second such as 500")
    return float(text)
