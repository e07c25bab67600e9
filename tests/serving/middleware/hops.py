"""Who leaves the loop: each call of `run_in_executor`, through which every hop passes."""

import asyncio
from typing import Any

from django.test import override_settings

from app.serving.handler import AsyncHandler
from tests.serving.middleware.both import Browser, Step
from tests.serving.stacks import EXTRA_ON_LOOP, ON_LOOP


def walk(calls: list[Any], *steps: Step) -> list[list[str]]:
    """The hops of each step, by name."""

    async def all_steps() -> list[list[str]]:
        browser = Browser(AsyncHandler())
        hops = []
        for step in steps:
            calls.clear()
            answer = await browser.take(step)
            assert answer.status
            hops.append(answer.scope["hops"])
            assert len(calls) == len(hops[-1])
        return hops

    with override_settings(MIDDLEWARE=[*EXTRA_ON_LOOP, *ON_LOOP]):
        return asyncio.run(all_steps())


def by_middleware(names: list[str]) -> list[str]:
    """Without the end of a request that had a thread or parsed a form: the handler's own hop."""
    return [name for name in names if not name.endswith((".close", ".return_connection"))]
