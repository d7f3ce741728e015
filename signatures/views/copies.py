"""The clerk signs an electronic copy: the scan of a letter that came on paper, or an extract of any paper."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from documents.access import copy_for, incoming_for, may
from documents.models import CertifiedCopy
from documents.views.incoming.paper import paper_context
from orgs import reauthentication
from signatures import actions
from signatures.actions.sessions import begin_copying
from signatures.errors import SigningError
from signatures.keys import agency_certificate, answers_later, needs_pin
from signatures.providers import Pin

OF_SCANS = (CertifiedCopy.Kind.TRUE, CertifiedCopy.Kind.OF_COPY)


@sensitive_post_parameters("pin")
@require_http_methods(["GET", "HEAD", "POST"])
def certify_copy(request, pk):
    """One press; with a token at the server, the page that asks for its PIN first; with a key elsewhere, the page
    that waits for its answer."""
    incoming = incoming_for(request.post, pk)
    kind = request.POST.get("kind", CertifiedCopy.Kind.TRUE)
    kind = kind if kind in OF_SCANS else CertifiedCopy.Kind.TRUE
    open_now = may(request.post, "certify_copy", incoming) and incoming.scan_to_copy() is not None
    if open_now and "pin" not in request.POST and _needs_pin(incoming.organisation):
        context = paper_context(incoming, request.post) | {
            "kind": kind,
            "word": CertifiedCopy.Kind(kind).label,
        }
        return render(request, "signatures/certify_copy.html", context)
    return _sign(request, incoming, incoming.get_absolute_url(), open_now, kind=kind)


@sensitive_post_parameters("pin")
@require_http_methods(["GET", "HEAD", "POST"])
def copy_sign(request, pk):
    """As `certify_copy`, of an extract that waits."""
    extract = copy_for(request.post, pk)
    paper = extract.paper
    waits = extract.kind == CertifiedCopy.Kind.EXTRACT and not extract.on_paper and not extract.number_value
    open_now = may(request.post, "certify_copy", paper) and waits
    if open_now and "pin" not in request.POST and _needs_pin(paper.organisation):
        return render(request, "signatures/copy_sign.html", {"paper": paper, "copy": extract})
    if not waits:
        return redirect("copies", paper.pk)
    request.reads = paper.pk
    return _sign(request, paper, "copies", open_now, extract=extract)


def _sign(request, paper, back: str, open_now: bool, **about):
    """The signature, by whichever key, and the page to go on with."""
    after = [back, paper.pk] if back == "copies" else [back]
    asks_pin = open_now and _needs_pin(paper.organisation)
    if request.method != "POST":  # back from the sign-in page that came between
        return redirect(*after)
    if open_now and not asks_pin and (asking := reauthentication.ask(request)):
        return asking
    try:
        if _answers_later(paper.organisation):
            return redirect("signing", begin_copying(paper, by=request.post, at=timezone.now(), **about).pk)
        pin = Pin(request.POST.get("pin", "")[:64])
        actions.certify_copy(paper, by=request.post, at=timezone.now(), pin=pin, **about)
        messages.success(request, "Đã ký số bản sao điện tử. Bản quét gốc vẫn được giữ.")
    except (SigningError, ValidationError) as error:
        messages.error(request, " ".join(getattr(error, "messages", None) or [str(error)]))
        if asks_pin:
            return redirect(request.path)
    return redirect(*after)


def _answers_later(organisation) -> bool:
    return answers_later(agency_certificate(organisation))


def _needs_pin(organisation) -> bool:
    try:
        return needs_pin(agency_certificate(organisation))
    except SigningError:  # the act itself says so
        return False
