"""Django's admin at `/admin/` and its static files, with `ADMIN=true` only.

Its views are synchronous: each request to one has a thread, and is counted as such.
"""

from typing import Any

from django.urls import URLPattern, URLResolver, path


def admin_site(on: bool) -> list[URLPattern | URLResolver]:
    """The routes; none of them, and nothing of the admin imported, unless `on`."""
    if not on:
        return []
    from django.contrib import admin  # noqa: PLC0415 - its apps are installed with ADMIN only
    from django.contrib.staticfiles.storage import staticfiles_storage  # noqa: PLC0415

    from app.api.static_storage import collected  # noqa: PLC0415

    assets: Any = collected(staticfiles_storage)
    return [path("admin/", admin.site.urls), path("static/<path:name>", assets.serve)]
