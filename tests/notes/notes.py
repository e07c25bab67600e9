"""Notes for tests, and what they cost."""

from tests.callers import call
from tests.client import Answer


def hops(answer: Answer) -> list[str]:
    """The last names of what ran in the request's thread."""
    return [name.rpartition(".")[2] for name in answer.scope["hops"]]


def created(text: str = "Water the plants.", **more: object) -> Answer:
    """The answer to a POST."""
    answer = call("POST", "/api/notes", {"text": text, **more})
    assert answer.status == 201, answer.body
    return answer
