"""The clerk signs the electronic copy of a letter that came on paper."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from documents.access import incoming_for, may
from documents.views.incoming.paper import paper_context
from orgs import reauthentication
from signatures import actions
from signatures.actions.sessions import begin_copying
from signatures.errors import SigningError
from signatures.keys import agency_certificate, answers_later, needs_pin
from signatures.providers import Pin


@sensitive_post_parameters("pin")
@require_http_methods(["GET", "HEAD", "POST"])
def certify_copy(request, pk):
    """One press; with a token at the server, the page that asks for its PIN first; with a key elsewhere, the page
    that waits for its answer."""
    incoming = incoming_for(request.post, pk)
    open_now = may(request.post, "certify_copy", incoming) and incoming.scan_to_copy() is not None
    asks_pin = open_now and _needs_pin(incoming.organisation)
    if asks_pin and "pin" not in request.POST:
        return render(request, "signatures/certify_copy.html", paper_context(incoming, request.post))
    if request.method != "POST":  # back from the sign-in page that came between
        return redirect(incoming)
    if open_now and not asks_pin and (asking := reauthentication.ask(request)):
        return asking
    try:
        if _answers_later(incoming.organisation):
            return redirect("signing", begin_copying(incoming, by=request.post, at=timezone.now()).pk)
        pin = Pin(request.POST.get("pin", "")[:64])
        actions.certify_copy(incoming, by=request.post, at=timezone.now(), pin=pin)
        messages.success(request, "Đã ký số bản sao điện tử. Bản quét gốc vẫn được giữ.")
    except SigningError as error:
        messages.error(request, str(error))
        return redirect(request.path if asks_pin else incoming)
    return redirect(incoming)


def _answers_later(organisation) -> bool:
    return answers_later(agency_certificate(organisation))


def _needs_pin(organisation) -> bool:
    try:
        return needs_pin(agency_certificate(organisation))
    except SigningError:  # the act itself says so
        return False
