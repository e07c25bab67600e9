"""Which build this is."""

import platform

import django
from django.conf import settings
from django.http import HttpRequest, JsonResponse

from app.api.methods import reads


@reads
async def version(_request: HttpRequest) -> JsonResponse:
    """Name, version, commit and time of the build, and what it runs on."""
    return JsonResponse(
        {
            "name": settings.SERVICE_NAME,
            "version": settings.SERVICE_VERSION,
            "commit": settings.COMMIT,
            "build_time": settings.BUILD_TIME,
            "python": platform.python_version(),
            "django": django.get_version(),
        }
    )
