"""A second of waiting on no thread: what the load test counts sleepers by (docs/synchronous.md)."""

import asyncio

from django.http import HttpRequest

from app.api.json_response import JsonResponse
from app.api.methods import reads


@reads
async def async_sleep(_request: HttpRequest) -> JsonResponse:
    """Sleep for one second."""
    await asyncio.sleep(1)
    return JsonResponse({"mode": "async", "time": 1})
