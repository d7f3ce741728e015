"""What one page asks several times is asked once: its calendar, its boxes, its counts."""

from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps

_known: ContextVar[dict | None] = ContextVar("known on this page", default=None)


def once_a_page(get_response):
    """Middleware. Only for pages that are looked at: what is sent changes what was asked before."""

    def middleware(request):
        if request.method not in ("GET", "HEAD"):
            return get_response(request)
        mark = _known.set({})
        try:
            return get_response(request)
        finally:
            _known.reset(mark)

    return middleware


def once(function: Callable) -> Callable:
    """The answer for the same arguments holds until the page is made; outside of a page it is asked each time."""

    @wraps(function)
    def asked(*arguments):
        known = _known.get()
        if known is None:
            return function(*arguments)
        key = (function, *arguments)
        if key not in known:
            known[key] = function(*arguments)
        return known[key]

    return asked
