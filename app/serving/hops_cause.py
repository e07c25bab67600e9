"""Why a hop was taken, by whom, and what would save it."""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.core import signals
from django.core.handlers.exception import response_for_exception
from django.dispatch.dispatcher import NONE_ID
from django.http.response import HttpResponseBase
from django.urls import get_resolver, get_urlconf
from django.utils.deprecation import MiddlewareMixin
from django.utils.log import log_response

from app.serving import hops_fix
from app.serving.exceptions import SYNCHRONOUS_LINKS, status_of
from app.serving.hops_call import Call
from app.serving.hops_fix import HANDLER, Fix
from app.serving.hops_places import of_caller, of_definition, of_error
from app.serving.hops_road import Hop
from app.serving.signals import IDLE_WITHOUT_A_THREAD, return_connection
from app.serving.streaming import read_piece

SIGNALS = {id(signal): name for name, signal in vars(signals).items() if name.startswith("request")}


@dataclass(frozen=True)
class Cause:
    """`why` in a few words, `what` ran, `where` that can be mended, and the `fixes`."""

    why: str
    what: str
    where: str
    fixes: tuple[Fix, ...] = ()


def cause_of(hop: Hop) -> Cause:
    """The first rule that knows this hop."""
    call = Call(hop)
    found = (rule(call) for rule in RULES)
    return next(cause for cause in found if cause)


def _receiver(call: Call) -> Cause | None:
    receivers = call.variable("sync_receivers")
    if receivers is None:
        return None
    own = [each for each in receivers if (id(each), NONE_ID) not in IDLE_WITHOUT_A_THREAD]
    signal = SIGNALS.get(id(call.variable("self") or call.variable("signal")), "signal")
    fixes = [Fix(of_definition(each), "Write the receiver as `async def`.") for each in own]
    if call.target.__module__.startswith("django.") and signal in SIGNALS.values():
        fixes.append(HANDLER)
    names = ", ".join(f"{each.__module__}.{each.__qualname__}" for each in own or receivers)
    where = of_definition((own or receivers)[0])
    return Cause(f"synchronous receiver of {signal}", names, where, tuple(fixes))


def _chain(call: Call) -> Cause | None:
    if getattr(call.target, "__code__", None) not in SYNCHRONOUS_LINKS:
        return None
    names, fixes = hops_fix.of_synchronous_middleware()
    where = next((fix.where for fix in fixes if names[-1] in fix.what), "")
    return Cause("synchronous middleware", ", ".join(names), where, fixes)


def _hook(call: Call) -> Cause | None:
    method = getattr(call.target, "__name__", "")
    if call.function == "__acall__" and isinstance(call.owner, MiddlewareMixin):
        why = "MiddlewareMixin"
    elif method in ("process_view", "process_template_response") and call.owner is not None:
        why = "synchronous hook of a middleware"
    else:
        return None
    kind = type(call.owner)
    fix = hops_fix.of_middleware(f"{kind.__module__}.{kind.__qualname__}", kind)
    return Cause(why, call.name, fix.where, (fix,))


def _error(call: Call) -> Cause | None:
    if call.target is log_response:
        return Cause("log of an error response", call.name, of_definition(call.target), (HANDLER,))
    if call.target is not response_for_exception:
        return None
    exc = call.arguments[1]
    where = of_error(exc.__traceback__)
    if call.in_stock_handler:
        fix = HANDLER
    elif settings.DEBUG:
        fix = Fix("", "DEBUG makes its page in a thread; without it there may be no hop.")
    else:
        handler = get_resolver(get_urlconf()).resolve_error_handler(status_of(exc))
        what = "If the error handler does no I/O, say so: `handler.on_loop = True`."
        fix = Fix(of_definition(handler), what)
    return Cause(f"response to {type(exc).__name__}", call.name, where, (fix,))


def _end(call: Call) -> Cause | None:
    if call.target is return_connection:
        why = "end of the request: returns the connection"
        return Cause(why, call.name, of_definition(return_connection))
    if not (isinstance(call.owner, HttpResponseBase) and call.target.__name__ == "close"):
        return None
    where = of_definition(type(call.owner))
    if call.in_stock_handler:
        why = "end of the request: closes the response, returns the connection"
        return Cause(why, call.name, where, (HANDLER,))
    return Cause("end of the response: closes what it holds", call.name, where)


def _response(call: Call) -> Cause | None:
    if isinstance(call.owner, HttpResponseBase) and call.target.__name__ == "render":
        match = getattr(getattr(call.owner, "_request", None), "resolver_match", None)
        where = of_definition(match.func if match else type(call.owner))
        what = "If the template does no I/O: HttpResponse(render_to_string(…)) in the async view."
        return Cause("template", call.name, where, (Fix(where, what),))
    if call.target is read_piece or call.caller == "django.http.response":
        where = of_caller(call.stack)
        what = "Stream from an asynchronous iterator."
        return Cause("synchronous iterator", call.name, where, (Fix("", what),))
    return None


def _view(call: Call) -> Cause | None:
    of_ninja = call.ninja_operation
    if call.function not in ("_get_response_async", "_excepting") and of_ninja is None:
        return None
    if getattr(call.target, "__name__", "") == "process_exception_by_middleware":
        fix = HANDLER
        if call.owner._exception_middleware:
            fix = Fix("", "Catch it around get_response, in a middleware that is asynchronous.")
        where = of_error(call.arguments[0].__traceback__)
        return Cause("process_exception", call.name, where, (fix,))
    fix = hops_fix.of_view(of_ninja or call.target)
    return Cause("synchronous view", call.name, fix.where, (fix,))


def _plain(call: Call) -> Cause:
    where = of_caller(call.stack) or of_definition(call.target)
    if call.caller.startswith("django.db."):
        what = "One hop for each awaited ORM call: join what belongs together (prefetch, atomic)."
        return Cause("ORM call", call.name, where, (Fix(where, what),))
    if call.through_asgiref:
        why = "sync_to_async"
    else:
        why = "asyncio.to_thread" if call.caller == "asyncio.threads" else "run_in_executor"
    return Cause(why, call.name, where, (Fix(where, "Await an asynchronous call in its place."),))


Rule = Callable[[Call], Cause | None]
RULES: tuple[Rule, ...] = (_receiver, _chain, _hook, _error, _end, _response, _view, _plain)
