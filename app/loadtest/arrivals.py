"""Requests that arrive at a fixed rate, whatever the service does: the open model.

Users that wait for their answers send less to a service that stalls, and so measure its stall once
instead of once for each request that would have come (coordinated omission). Here each request has
its moment; one that no user was free for is sent late, and its latency counts from its moment.
"""


class Arrivals:
    """`rate` requests a second from `start` on, in seconds of any clock."""

    def __init__(self, rate: float, start: float) -> None:
        self.rate = rate
        self.start = start
        self.taken = 0

    def next(self) -> float:
        """The moment of the next request, which may have passed."""
        moment = self.start + self.taken / self.rate
        self.taken += 1
        return moment

    def due(self, now: float) -> int:
        """How many should have been sent by now."""
        return max(0, int((now - self.start) * self.rate) + 1)

    def missed(self, now: float) -> int:
        """How many of them nobody has sent."""
        return max(0, self.due(now) - self.taken)
