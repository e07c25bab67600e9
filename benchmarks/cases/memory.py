"""What a worker takes after requests, and whether it grows with more of them."""

from uuid import UUID

from benchmarks import client, memory, stacks
from benchmarks.lab import Lab
from benchmarks.rounds import Case, Rounds
from benchmarks.rows import Goal, Row

PATH = f"/api/rows/{UUID(int=7)}"
SIDES = (stacks.ENDPOINTS, stacks.SQLALCHEMY)
REQUESTS = 10_000
MORE = 100_000
OURS = stacks.ENDPOINTS.name
TREE, GROWN = "its whole tree", f"growth over {MORE:,} requests"


def _rounds(lab: Lab) -> Rounds:
    while True:
        measured = {}
        for stack in SIDES:
            with lab.serving(stack) as server:
                client.count(server.port, PATH, REQUESTS)
                measured[stack.name] = memory.of_worker(server)
                if stack is stacks.ENDPOINTS:
                    measured[TREE] = memory.of_tree(server)
        yield measured


def _growth(lab: Lab) -> Rounds:
    while True:
        with lab.serving(stacks.ENDPOINTS) as server:
            client.count(server.port, PATH, REQUESTS)
            before = memory.of_worker(server)
            client.count(server.port, PATH, MORE)
            yield {GROWN: memory.of_worker(server) - before}


MEMORY = Case(
    "memory",
    f"Memory (PSS) of a worker after {REQUESTS:,} reads of a row",
    "MiB",
    _rounds,
    (Row(OURS, stacks.SQLALCHEMY.name, Goal(1.2, at_least=False)), Row(TREE, unit="MiB")),
)
GROWTH = Case(
    "growth",
    f"Growth of that worker over the next {MORE:,}",
    "MiB",
    _growth,
    (Row(GROWN, None, Goal(1, at_least=False), "MiB"),),
    rounds=1,
)
