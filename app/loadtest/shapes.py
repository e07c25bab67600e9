"""How the users come and go: their number at each second, as a share of USERS and TIME.

What is chosen by SHAPE; RATE is for a load that does not wait for answers (arrivals).
"""

import math
from collections.abc import Callable

STEPS = 5


def _constant(_at: float) -> float:
    return 1.0


def _ramp(at: float) -> float:
    return at


def _steps(at: float) -> float:
    return (math.floor(at * STEPS) + 1) / STEPS


def _spike(at: float) -> float:
    return 1.0 if 0.4 <= at < 0.6 else 0.1


def _soak(at: float) -> float:
    return min(1.0, at / 0.1, (1 - at) / 0.05)


# The share of users at a share of the time, 0 to 1 each.
SHAPES: dict[str, Callable[[float], float]] = {
    "constant": _constant,
    "ramp": _ramp,
    "steps": _steps,
    "spike": _spike,
    "soak": _soak,
}


def users_at(shape: str, second: float, seconds: float, users: int) -> int:
    """How many users there are at a second of so many; never none, for then nothing is measured."""
    share = SHAPES[shape](min(max(second / seconds, 0.0), 1.0))
    return max(1, round(share * users))
