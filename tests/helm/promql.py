"""What an expression of PromQL reads."""

from collections.abc import Iterator

import promql_parser
from promql_parser import AggregateExpr, Expr, VectorSelector

PARTS = ("lhs", "rhs", "expr", "param", "args", "vector_selector")


def parts(expr: Expr) -> Iterator[Expr]:
    """The expression itself and all that it is made of."""
    yield expr
    for name in PARTS:
        below = getattr(expr, name, None)
        for part in below if isinstance(below, list) else [below]:
            if isinstance(part, Expr):
                yield from parts(part)


def selectors(text: str) -> list[VectorSelector]:
    """Each selector of an expression. Raises ValueError where it does not parse."""
    parsed = promql_parser.parse(text.replace("$__rate_interval", "1m"))
    return [part for part in parts(parsed) if isinstance(part, VectorSelector)]


def matched(selector: VectorSelector) -> set[str]:
    """The labels that it matches by."""
    return {str(matcher.name) for matcher in selector.matchers.matchers}


def grouped(text: str) -> set[str]:
    """The labels that the expression's aggregations keep."""
    parsed = promql_parser.parse(text.replace("$__rate_interval", "1m"))
    found: set[str] = set()
    for part in parts(parsed):
        if isinstance(part, AggregateExpr) and part.modifier is not None:
            found |= set(part.modifier.labels)
    return found
