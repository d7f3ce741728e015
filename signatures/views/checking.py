"""The clerk asks again about a signature; the operator says whose word counts."""

import base64
import binascii

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from documents.access import incoming_for, may
from orgs.actions import Refused
from orgs.reauthentication import fresh, fresh_to_send
from orgs.views.proposals import PROPOSED
from signatures import actions, trust
from signatures.models import TrustedAuthority
from signatures.powers import propose_trust
from ui.text import nfc

SAID = {
    "valid": (messages.success, "Đã kiểm tra lại: chữ ký số hợp lệ."),
    "invalid": (messages.error, "Đã kiểm tra lại: chữ ký số không hợp lệ."),
    "unsigned": (messages.warning, "Đã kiểm tra lại: tệp không có chữ ký số."),
    "unknown": (messages.warning, "Vẫn chưa kiểm tra được chữ ký số. Lý do ghi bên dưới."),
}
MIN_REASON = 10


@require_http_methods(["GET", "HEAD", "POST"])
def recheck(request, pk: int):
    """Asks once more about a paper whose signature could not be checked."""
    paper = incoming_for(request.post, pk)
    if request.method != "POST":  # back from the sign-in page that came between
        return redirect(paper)
    if not may(request.post, "register_incoming", paper):
        raise PermissionDenied("Chỉ văn thư kiểm tra lại chữ ký của văn bản đến.")
    if paper.signature_verdict == "unknown":
        say, sentence = SAID[actions.recheck(paper, by=request.post, at=timezone.now())]
        say(request, sentence)
    if paper.state == "awaiting_reception":
        return redirect("incoming_register", paper.pk)
    return redirect(f"{paper.get_absolute_url()}?tab=signature")


@require_http_methods(["GET", "HEAD"])
def authorities(request):
    """All that were ever trusted; those in force first. A handful of rows in a lifetime."""
    _operators_only(request)
    rows = TrustedAuthority.objects.select_related("added_by", "ended_by")
    context = {
        "in_force": list(rows.filter(ended_at=None)),
        "ended": list(rows.exclude(ended_at=None).order_by("-ended_at")[:200]),
    }
    return render(request, "signatures/authorities.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@fresh
def authority_add(request):
    """First the file, then a look at what it says with the reason; the second press proposes it to another operator."""
    _operators_only(request)
    if request.method != "POST":
        return render(request, "signatures/authority_add.html", {})
    data, reason = _sent(request), nfc(request.POST.get("reason", ""))
    try:
        found = trust.read(data, at=timezone.now())
        if "certificate" not in request.POST:
            return render(request, "signatures/authority_add.html", _preview(found, data))
        if len(reason) < MIN_REASON:
            context = _preview(found, data) | {
                "error": "Hãy ghi căn cứ, ít nhất mười ký tự.",
                "reason": reason,
            }
            return render(request, "signatures/authority_add.html", context)
        made = propose_trust(data, reason=reason, by=request.post, at=timezone.now())
    except (trust.NotAnAuthority, Refused) as error:
        return render(request, "signatures/authority_add.html", {"error": str(error)})
    messages.success(request, PROPOSED)
    return redirect(made)


@require_http_methods(["GET", "HEAD", "POST"])
@fresh_to_send
def authority_end(request, pk: int):
    _operators_only(request)
    row = get_object_or_404(TrustedAuthority, pk=pk)
    reason = nfc(request.POST.get("reason", ""))
    if request.method != "POST" or len(reason) < MIN_REASON:
        error = "Hãy ghi lý do, ít nhất mười ký tự." if request.method == "POST" else ""
        context = {"row": row, "error": error, "reason": reason}
        return render(request, "signatures/authority_end.html", context)
    if trust.end(row, reason=reason, by=request.post, at=timezone.now()):
        messages.success(request, f"Đã thôi tin cậy {row.name}.")
    else:
        messages.info(request, "Cơ quan này đã thôi được tin cậy từ trước.")
    return redirect("trusted_authorities")


def _operators_only(request) -> None:
    """What one may not see does not exist."""
    if not may(request.post, "operate"):
        raise Http404


def _sent(request) -> bytes:
    """The file just chosen, or the certificate that was shown a moment ago."""
    file = request.FILES.get("file")
    if file is not None:
        return file.read(trust.MOST_BYTES) if file.size <= trust.MOST_BYTES else b""
    try:
        shown = request.POST.get("certificate", "")[: 2 * trust.MOST_BYTES]
        return base64.b64decode(shown.encode(), validate=True)
    except binascii.Error:
        return b""


def _preview(found: trust.Candidate, data: bytes) -> dict:
    known = TrustedAuthority.objects.filter(fingerprint=found.fingerprint, ended_at=None).exists()
    kind = TrustedAuthority.Kind(found.kind).label
    return {"found": found, "kind": kind, "known": known, "certificate": base64.b64encode(data).decode()}
