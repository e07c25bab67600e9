"""Which build this is."""

import platform

import django
from django.conf import settings
from django.http import HttpRequest

from app.api.json_response import JsonResponse
from app.api.methods import reads

# Both take their answer apart and put it together anew each time.
PYTHON, DJANGO = platform.python_version(), django.get_version()


@reads
async def version(_request: HttpRequest) -> JsonResponse:
    """Name, version, commit and time of the build, and what it runs on."""
    return JsonResponse(
        {
            "name": settings.SERVICE_NAME,
            "version": settings.SERVICE_VERSION,
            "commit": settings.COMMIT,
            "build_time": settings.BUILD_TIME,
            "python": PYTHON,
            "django": DJANGO,
        }
    )
