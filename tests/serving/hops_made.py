"""Roads of requests that were never asked, with times that are known."""

from app.serving.hops_report import Report, report
from app.serving.hops_request import Answer, Request
from app.serving.hops_road import Back, Frame, Hop, Road

START = 100.0


def work() -> None: ...


def other_work() -> None: ...


def made_hop(called: float, began: float, ended: float, resumed: float) -> Hop:
    """A `run_in_executor` of `work`; times in milliseconds from the request's beginning."""
    at = [START + each / 1000 for each in (called, began, ended, resumed)]
    return Hop(work, [Frame(__name__, work.__code__, 9)], at[0], at[1], at[2], at[3], thread=7)


def made_road(*hops: Hop, ended: float = 10) -> Road:
    """The hops of a request that takes `ended` milliseconds."""
    return Road(list(hops), began=START, ended=START + ended / 1000)


def nested() -> Road:
    """Hop 1 holds its thread while the loop works for a second and takes hop 2 there."""
    road = made_road(made_hop(1, 2, 1010, 1011), made_hop(5, 6, 7, 8), ended=1012)
    road.backs.append(Back("a <b>", 7, START + 0.003, START + 1.009))
    return road


def made_report(*roads: Road, path: str = "/?a=<b>&c") -> Report:
    """What is told of these runs of one request."""
    return report(Request(path), [Answer(road, 200) for road in roads])
