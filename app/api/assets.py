"""Files that are served from memory, under names that change with what is in them.

The docs page's and, where it is on, the admin's: read once, when the addresses are imported, and
kept by browsers for ever.
"""

from django.http import Http404, HttpRequest, HttpResponse

from app.api.methods import View, reads

KEPT = "public, max-age=31536000, immutable"


class Assets:
    """The files of one address; `serve` is its view."""

    def __init__(self) -> None:
        self._found: dict[str, tuple[bytes, str]] = {}

    def add(self, name: str, content: bytes, kind: str) -> None:
        """Serve `content` of the media type `kind` as `name`, which has a hash in it."""
        self._found[name] = content, kind

    @property
    def serve(self) -> View[str]:
        """The asynchronous view of a file's name; no thread, no disk."""

        @reads
        async def asset(_request: HttpRequest, name: str) -> HttpResponse:
            if name not in self._found:
                raise Http404
            content, kind = self._found[name]
            return HttpResponse(content, content_type=kind, headers={"Cache-Control": KEPT})

        return asset
