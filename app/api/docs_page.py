"""The API in a browser: Swagger UI, all of it served from here, without internet."""

import hashlib
from functools import cache
from html import escape
from importlib.resources import files

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse

from app.api.assets import Assets
from app.api.methods import reads

SWAGGER = files("ninja") / "static" / "ninja"
SOURCES = {
    "swagger-ui.css": (SWAGGER / "swagger-ui.css", "text/css"),
    "swagger-ui.js": (SWAGGER / "swagger-ui-bundle.js", "text/javascript"),
    "favicon.svg": (SWAGGER / "favicon.svg", "image/svg+xml"),
    "docs.js": (files("app.api") / "docs.js", "text/javascript"),
}
# No other origin, and nothing inline. Swagger UI has its pictures as data.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="{icon}">
<link rel="stylesheet" href="{style}">
</head>
<body>
<div id="docs" data-document="{document}"></div>
<script src="{swagger}"></script>
<script src="{script}"></script>
</body>
</html>
"""


def hashed(name: str, content: bytes) -> str:
    """A name that changes with the content."""
    stem, _, ending = name.rpartition(".")
    return f"{stem}.{hashlib.sha256(content).hexdigest()[:12]}.{ending}"


def docs_urls(title: str) -> list[URLPattern]:
    """The page `docs` and what it loads: 1.7 MB, read here, once, while no request waits."""
    assets, names = Assets(), {}
    for name, (source, kind) in SOURCES.items():
        content = source.read_bytes()
        names[name] = hashed(name, content)
        assets.add(names[name], content, kind)

    def address(name: str) -> str:
        return escape(reverse("api:docs_asset", args=[names[name]]))

    @cache
    def rendered(_prefix: str) -> str:
        return PAGE.format(
            title=escape(title),
            document=escape(reverse("api:openapi")),
            icon=address("favicon.svg"),
            style=address("swagger-ui.css"),
            swagger=address("swagger-ui.js"),
            script=address("docs.js"),
        )

    @reads
    async def docs(_request: HttpRequest) -> HttpResponse:
        page = rendered(reverse("api:docs"))
        return HttpResponse(page, headers={"Content-Security-Policy": POLICY})

    return [
        path("docs", docs, name="docs"),
        path("docs/<str:name>", assets.serve, name="docs_asset"),
    ]
