"""The static files of installed apps, as `collectstatic` leaves them for `Assets`."""

import mimetypes
from typing import Any

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from django.core.exceptions import ImproperlyConfigured

from app.api.assets import Assets


class Storage(ManifestStaticFilesStorage):
    """Django's, with the hashed names in DEBUG too: only those are served."""

    def url(self, name: Any, force: bool = True) -> str:
        return super().url(name, force=True)


def collected(storage: Any) -> Assets:
    """What was collected, under its hashed names: 2 MB for the admin alone.

    Raises ImproperlyConfigured when nothing was.
    """
    assets = Assets()
    if not storage.hashed_files:
        raise ImproperlyConfigured(
            f"ADMIN is on, and there are no static files in {storage.location}: "
            "run manage.py collectstatic --noinput, as the build of an image does."
        )
    for name in storage.hashed_files.values():
        kind, _ = mimetypes.guess_type(name)
        with storage.open(name) as file:
            assets.add(name, file.read(), kind or "application/octet-stream")
    return assets
