"""A request that is refused from wherever the reason is seen."""

from collections.abc import Mapping
from typing import Any


class Refused(Exception):
    """Answered as the problem that `app.api.problems.problem` makes of the same arguments."""

    def __init__(
        self, status: int, detail: str, *, headers: Mapping[str, str] | None = None, **extra: Any
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = headers
        self.extra = extra


def fault(where: str, field: str, detail: str) -> dict[str, str]:
    """One of a problem's `errors`: the field, where it stands (body, query, header) and what."""
    # A lone surrogate in a name is no text that could be answered.
    named = field.encode(errors="replace").decode()
    return {"in": where, "field": named, "detail": detail}


def refused_field(status: int, where: str, field: str, detail: str) -> Refused:
    """A refusal for the sake of one field."""
    return Refused(status, f"{field or where}: {detail}", errors=[fault(where, field, detail)])
