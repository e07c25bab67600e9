"""Entity tags (RFC 9110 section 8.8.3): what was read is what is written over."""

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.http import parse_etags

from app.api.refused import Refused


def etag_of(version: int) -> str:
    """The strong tag of a row's version."""
    return f'"{version}"'


def if_match(request: HttpRequest) -> list[str] | None:
    """The tags of `If-Match`, None without one."""
    given = request.headers.get("If-Match")
    return None if given is None else parse_etags(given)


def matches(version: int, tags: list[str] | None) -> bool:
    """Whether a change is for this version; weak tags match none."""
    return tags is None or tags == ["*"] or etag_of(version) in tags


def lost_update() -> Refused:
    """412: somebody else's change would be lost."""
    return Refused(412, "It has changed since it was read: read it again.")


def not_modified(request: HttpRequest, version: int) -> HttpResponse | None:
    """304 when `If-None-Match` names this version, weakly or not."""
    tags = parse_etags(request.headers.get("If-None-Match", ""))
    if tags != ["*"] and etag_of(version) not in [tag.removeprefix("W/") for tag in tags]:
        return None
    return HttpResponseNotModified(headers={"ETag": etag_of(version)})
