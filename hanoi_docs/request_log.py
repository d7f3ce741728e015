"""The first of all middleware: a request has a number, a line in the log, and a place in the page times."""

import logging
import sys
import time

from django.conf import settings
from django.core.signals import got_request_exception
from django.db import connection
from django.dispatch import receiver
from django.utils.functional import SimpleLazyObject

from hanoi_docs.logs import Counter, fault_of, new_id, request_id, well_formed
from hanoi_docs.watch import page_times
from orgs.identity.throttle import address_of

log = logging.getLogger(__name__)
HEADER = "X-Request-ID"


def request_log(get_response):
    def middleware(request):
        began, counter = time.perf_counter(), Counter()
        given = request.headers.get(HEADER, "")
        request.id = given if well_formed(given) else new_id()
        mark = request_id.set(request.id)
        try:
            with connection.execute_wrapper(counter):
                response = get_response(request)
            response[HEADER] = request.id
            _note(request, response, time.perf_counter() - began, counter.count)
        finally:
            request_id.reset(mark)
        return response

    return middleware


@receiver(got_request_exception)
def _keep_fault(sender, request=None, **_):
    if request is not None:
        request.fault = fault_of(sys.exc_info()[1])


def _note(request, response, seconds: float, queries: int) -> None:
    match = getattr(request, "resolver_match", None)
    if match is None and request.path_info.startswith(settings.STATIC_URL):
        return  # pictures and style sheets
    view = match.view_name if match else ""
    page_times.note(view, response.status_code, seconds)
    fields = {
        "view": view,
        "method": request.method,
        "status": response.status_code,
        "ms": round(seconds * 1000, 1),
        "queries": queries,
        "user": _user(request),
        "post": getattr(getattr(request, "post", None), "pk", None),
        "address": address_of(request),
        # Which paper or person it was about; words in an address are never written.
        "ids": {name: value for name, value in (match.kwargs if match else {}).items() if type(value) is int},
    }
    if fault := getattr(request, "fault", None):
        fields["fault"] = fault
    level = logging.ERROR if response.status_code >= 500 and fault else logging.INFO
    log.log(level, "request", extra={"fields": fields})


def _user(request) -> int | None:
    """Who was signed in, as far as it is known: to ask now could fail as the request did."""
    user = getattr(request, "user", None)
    if isinstance(user, SimpleLazyObject):
        user = getattr(request, "_cached_user", None)
    return user.pk if user else None
