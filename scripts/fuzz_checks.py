"""What `make fuzz` knows of this API beside its document: schemathesis.toml loads it."""

import re
from typing import Any

import schemathesis
from schemathesis import Case, CheckContext, HookContext, Response

# The values that are right are known to the service alone; no schema can tell them.
KNOWN_TO_THE_SERVICE = {"cursor", "Idempotency-Key"}
GIVEN_CURSOR = re.compile(r"[0-9a-f]{32}\.[\w-]{43}")


@schemathesis.hook
def before_call(_ctx: HookContext, case: Case[Any], _kwargs: object) -> None:
    """Leave out every other cursor that was made up: else hardly a list is more than refused."""
    cursor = case.query.get("cursor")
    if (
        is_valid(case)
        and isinstance(cursor, str)
        and len(cursor) % 2 == 0
        and not GIVEN_CURSOR.fullmatch(cursor)
    ):
        del case.query["cursor"]


@schemathesis.check
def refused_for_no_other_reason(_ctx: CheckContext, response: Response, case: Case[Any]) -> None:
    """What the document allows may be refused for the sake of these fields, and these only."""
    if not is_valid(case):
        return
    if response.status_code == 422:
        named = {error["field"] for error in response.json()["errors"]}
        if GIVEN_CURSOR.fullmatch(str(case.query.get("cursor"))):
            named.add("a cursor that was given")
        others = named - KNOWN_TO_THE_SERVICE
        assert not others, f"refused for {others}"  # noqa: S101 - how a check fails
    if response.status_code == 412:
        assert "If-Match" in case.headers, "412 without If-Match"  # noqa: S101 - how a check fails


def is_valid(case: Case[Any]) -> bool:
    """Whether the document allows all that is sent."""
    return case.meta is None or case.meta.generation.mode.is_positive
