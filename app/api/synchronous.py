"""What ninja would run in a thread is refused where the service starts."""

from django.core.exceptions import ImproperlyConfigured
from ninja.operation import Operation
from ninja.utils import is_async_callable


def refuse_synchronous(operation: Operation) -> None:
    """ImproperlyConfigured for an operation, or an `auth` of one, without `async def`.

    A synchronous `auth` is one hop for each request, though the operation be asynchronous.
    """
    for part in (operation.view_func, *operation.auth_callbacks):
        if not (is_async_callable(part) or getattr(part, "is_async", False)):
            name = getattr(part, "__qualname__", type(part).__qualname__)
            raise ImproperlyConfigured(
                f"{name} is synchronous, a thread's hop for each request of "
                f"{operation.view_func.__qualname__}: write it with async def."
            )
