"""Turns the office's refusals into sentences on the page one came from; notes who looked at which paper."""

from urllib.parse import urlsplit

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme

from documents.journey import NotAllowedNow
from documents.readings import looked
from documents.views.shared.overtaken import overtaken


def readings(get_response):
    def middleware(request):
        response = get_response(request)
        looked(request, response)
        return response

    return middleware


def refusals(get_response):
    return _Refusals(get_response)


class _Refusals:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        """`NotAllowedNow` is an answer, not a fault: say it and show the paper as it stands now, with what was typed."""
        if not isinstance(exception, NotAllowedNow):
            return None
        if exception.paper is not None and _typed(request, exception.form):
            return overtaken(request, exception)
        messages.warning(request, str(exception))
        return redirect(_back(request, exception.paper))


def _typed(request, form) -> bool:
    """There is something to keep: an empty form sent twice is only a second press."""
    return form is not None and any(request.POST.get(name) for name in form.fields)


def _back(request, paper) -> str:
    """The paper itself; else the page one came from, unless that is the page that has just refused."""
    if paper is not None:
        return paper.get_absolute_url()
    back = request.headers.get("Referer", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure())
    return back if safe and urlsplit(back).path != request.path else "/"
