"""Durations, sizes and shares as people write them, and as they read them."""

import re

SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
_PART = r"(\d+(?:\.\d+)?)(ms|s|m|h)"


def duration(text: str) -> float:
    """Seconds of `90s`, `1m30s`, `1.5h`, `250ms`. ValueError for anything else."""
    if not re.fullmatch(f"(?:{_PART})+", text):
        raise ValueError(f"{text!r} is no duration")
    return sum(float(number) * SECONDS[unit] for number, unit in re.findall(_PART, text))


def percent(text: str) -> float:
    """The share, 0 to 1, of `0.1%`. ValueError for anything else."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)%", text)
    if not found or float(found[1]) > 100:
        raise ValueError(f"{text!r} is no percentage from 0% to 100%")
    return float(found[1]) / 100


def in_ms(milliseconds: float) -> str:
    """`0.84 ms`, `12.3 ms`, `1,234 ms`: three digits that mean something."""
    places = 2 if milliseconds < 10 else 1 if milliseconds < 100 else 0
    return f"{milliseconds:,.{places}f} ms"


def in_percent(share: float) -> str:
    """`0.1 %` of 0.001."""
    return f"{share * 100:.3g} %"


def in_seconds(seconds: float) -> str:
    """`90 s`."""
    return f"{seconds:g} s"
