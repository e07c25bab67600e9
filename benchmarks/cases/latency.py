"""How long the slowest hundredth waits, at a rate that both sides can take."""

from benchmarks import client, stacks
from benchmarks.lab import Lab
from benchmarks.rounds import Case, Rounds
from benchmarks.rows import Goal, Row
from benchmarks.wrk import throughput

SECONDS = 8
# A virtual machine stands still for a tenth of a second now and then: two rounds of eight had one,
# and that is all it takes for a quartile to say nothing.
ROUNDS = 9
SIDES = (stacks.SERVICE, stacks.FASTAPI)


def sensible_rate(lab: Lab) -> float:
    """Half of what FastAPI, observed, can take, in requests/s."""
    with lab.serving(stacks.FASTAPI) as server:
        throughput(server.url + "/version", 1)
        return throughput(server.url + "/version", 4) / 2


def _rounds(lab: Lab) -> Rounds:
    rate = sensible_rate(lab)
    sides = list(SIDES)
    while True:
        measured = {}
        for stack in sides:
            with lab.serving(stack) as server:
                lab.tell(f"{stack.name}, {rate:.0f} requests/s")
                throughput(server.url + "/version", 1)
                measured[stack.name] = client.p99(server.port, "/version", rate, SECONDS)
        yield measured
        sides.reverse()


LATENCY = Case(
    "latency",
    "99th percentile at half of what FastAPI, observed, can take",
    "ms",
    _rounds,
    (Row(stacks.SERVICE.name, stacks.FASTAPI.name, Goal(0.7, at_least=False)),),
    rounds=ROUNDS,
)
