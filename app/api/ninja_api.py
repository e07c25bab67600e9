"""The NinjaAPI without ninja's synchronous views, speaking problem+json throughout."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path, reverse
from ninja import NinjaAPI
from ninja.operation import Operation
from ninja.responses import NinjaJSONEncoder

from app.api.docs_page import docs_urls
from app.api.errors import speak_problems
from app.api.json_body import JsonParser
from app.api.methods import reads
from app.api.negotiation import negotiated
from app.api.openapi import completed
from app.api.synchronous import refuse_synchronous


class API(NinjaAPI):
    """Mount it with `path("api/", api.urls)`, after its routers are added."""

    def __init__(self, title: str, version: str) -> None:
        super().__init__(
            title=title,
            version=version,
            openapi_url=None,
            docs_url=None,
            urls_namespace="api",
            parser=JsonParser(),
        )
        speak_problems(self)
        self._documents: dict[str, bytes] = {}

    def create_temporal_response(self, request: HttpRequest) -> HttpResponse:
        """Of bytes: for a text, even none, Django looks for a charset, which takes 10 µs."""
        return HttpResponse(b"", content_type=self.get_content_type())

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """The function's name: ninja's own changes with its module, and clients with that."""
        return operation.view_func.__name__

    def document(self) -> bytes:
        """The OpenAPI document, rendered once for each path that the service is mounted below."""
        prefix = reverse("api:openapi").removesuffix("openapi.json")
        if prefix not in self._documents:
            schema = completed(self.get_openapi_schema(path_prefix=prefix))
            self._documents[prefix] = json.dumps(schema, cls=NinjaJSONEncoder).encode()
        return self._documents[prefix]

    def _get_urls(self) -> list[URLResolver | URLPattern]:
        """Each operation, negotiated, `openapi.json` and the docs page.

        ninja's own adds synchronous views: for these two, and for the root, which is a 404.
        """

        @reads
        async def openapi(_request: HttpRequest) -> HttpResponse:
            return HttpResponse(self.document(), content_type="application/json")

        urls: list[Any] = [path("openapi.json", openapi, name="openapi"), *docs_urls(self.title)]
        for bound in self._get_bound_routers():
            views = [view for view in bound.path_operations.values() for _ in view.operations]
            for url, view in zip(bound.urls_paths(bound.prefix), views, strict=True):
                for each in view.operations:
                    refuse_synchronous(each)
                methods = {method for each in view.operations for method in each.methods}
                url.callback = negotiated(url.callback, methods)
                urls.append(url)
        return urls
