"""The signer's and the clerk's last steps: approve and sign; number, seal and issue."""

from csp.decorators import csp_replace
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from documents import blobs, versions
from documents.access import outgoing_for
from documents.actions.outgoing import approval as papers
from documents.actions.outgoing.secretary import beside_words
from documents.journey import NotAllowedNow, steps_open_to
from documents.uploads import safe_name
from documents.views.outgoing.compare import changes_since
from documents.views.outgoing.page import acts_of
from documents.views.outgoing.paper import paper_context
from documents.views.shared.files import LOCKED
from documents.views.shared.tray import onward, order_of
from orgs import reauthentication
from signatures import actions, failures, public
from signatures.actions.sessions import begin_signing, open_session
from signatures.errors import SigningError
from signatures.keys import agency_certificate, answers_later, needs_pin, personal_certificate
from signatures.models import Certificate, SigningSession
from signatures.providers import Pin
from signatures.signing_right import asked

ASKED_FIRST = "Đã duyệt. Người ký bên trái được báo để ký trước; người ấy ký xong thì đến bạn ký số."
_SIGNED = "Đã duyệt và ký số. Văn thư sẽ cấp số và đóng dấu."


@sensitive_post_parameters("pin")
@require_http_methods(["GET", "POST"])
def approve(request, pk):
    """Shows exactly the pages whose hash will be signed; the press approves and signs them."""
    outgoing = outgoing_for(request.post, pk)
    first = outgoing.state == "format_checked" and outgoing.secretary_post_id is not None
    if request.method == "POST" and first:
        sha256 = request.POST.get("sha256", "")
        return reauthentication.ask(request) or act(
            request, outgoing, papers.approve, ASKED_FIRST, sha256=sha256
        )
    if request.method == "POST":
        return _sign(request, outgoing, sha256=request.POST.get("sha256", ""))
    if not {"approve", "sign"} & set(steps_open_to(request.post, outgoing)):
        messages.info(request, f"Văn bản đang ở trạng thái “{outgoing.state_label}”, không chờ ký.")
        return redirect(outgoing)
    context = paper_context(request, outgoing)
    current = context["current"]
    if current and (waiting := open_session(outgoing, by=request.post, sha256=current.blob_id)):
        return redirect("signing", waiting.pk)
    context |= {
        "acts": [act for act in acts_of(outgoing) if not act["void"]],
        "recipients": outgoing.recipients.count(),
        "changes": changes_since(outgoing, request.post, context["current"]),
        "harmed": harmed(outgoing, context["sha256"]),
        "first": first,
        "beside": beside_words(outgoing),
        **asked(outgoing, timezone.now()),
        "certificate": known(lambda: personal_certificate(request.post.user)),
    }
    return render(request, "signatures/approve.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def sign(request, pk):
    """Signs an approved paper whose signing failed before."""
    outgoing = outgoing_for(request.post, pk)
    if request.method != "POST":  # back from the sign-in page that came between
        return redirect(outgoing)
    certificate = known(lambda: personal_certificate(request.post.user))
    if certificate and needs_pin(certificate) and "sign" in steps_open_to(request.post, outgoing):
        return redirect("outgoing_approve", outgoing.pk)  # the PIN is asked for there
    return _sign(request, outgoing)


@sensitive_post_parameters("pin")
@require_http_methods(["GET", "HEAD", "POST"])
def number(request, pk):
    """Cấp số, đóng dấu, phát hành: one press, resumed where an earlier one stopped."""
    outgoing = outgoing_for(request.post, pk)
    steps = set(steps_open_to(request.post, outgoing))
    asks_pin = bool({"number", "seal"} & steps) and _seal_needs_pin(outgoing)
    if request.method != "POST" and asks_pin:
        return render(request, "signatures/seal.html", paper_context(request, outgoing))
    if request.method != "POST":
        return redirect(outgoing)
    if asks_pin and "pin" not in request.POST:
        return redirect(request.path)
    if not {"number", "seal", "issue"} & steps:
        return act(request, outgoing, papers.number, "")
    if not asks_pin and {"number", "seal"} & steps and (asking := reauthentication.ask(request)):
        return asking
    done = "Đã cấp số {code}, đóng dấu và phát hành."
    again = request.path if asks_pin else None
    return act(request, outgoing, actions.number_seal_issue, done, again=again, pin=pin_of(request))


@require_safe
@csp_replace(LOCKED)
def print_copy(request, pk):
    """Bản in có mã kiểm tra: the issued paper for the printer, with a code strangers can check it by."""
    outgoing = outgoing_for(request.post, pk)
    if outgoing.state not in public.STATES:
        raise NotAllowedNow("Bản in có mã kiểm tra chỉ có sau khi văn bản đã phát hành.", outgoing)
    try:
        made = public.print_of(outgoing, timezone.now())
    except (FileNotFoundError, blobs.Damaged) as error:
        raise NotAllowedNow(
            "Tệp đã phát hành không còn nguyên vẹn; hãy báo quản trị hệ thống.", outgoing
        ) from error
    name = f"ban-in-{safe_name(outgoing.code)}.pdf"
    response = FileResponse(
        made.open("rb"), content_type="application/pdf", as_attachment=True, filename=name
    )
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def harmed(outgoing, sha256: str) -> str:
    """Why what lies here is not what was submitted and checked; empty when it is."""
    try:
        version = versions.as_seen(outgoing, sha256)
        version.unharmed()
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


def _sign(request, outgoing, **shown):
    """With the person's own key, wherever it is: at once, or after a confirmation elsewhere."""
    certificate = known(lambda: personal_certificate(request.post.user))
    if certificate and answers_later(certificate):
        return act(request, outgoing, begin_signing, "", **shown)
    if certificate and not needs_pin(certificate) and (asking := reauthentication.ask(request)):
        return asking  # a PIN, a telephone or an agent asks by itself
    again = (
        reverse("outgoing_approve", args=[outgoing.pk]) if certificate and needs_pin(certificate) else None
    )
    place = order_of(outgoing)
    return act(
        request, outgoing, actions.sign, _SIGNED, again=again, then=lambda done: onward(request, outgoing, place, done),
        pin=pin_of(request), **shown,
    )  # fmt: skip


def act(request, outgoing, action, done, *, again=None, then=None, **given):
    """An act that may fail at a key or a file: the paper stays where it was and the page says why. `again` is
    where to try once more; `then`: what comes after it, with the sentence of success. What waits for a confirmation elsewhere goes on at its own page."""
    try:
        waiting = action(outgoing, by=request.post, at=timezone.now(), **given)
    except (SigningError, ValidationError) as error:
        failures.note(error)
        messages.error(request, " ".join(getattr(error, "messages", None) or [str(error)]))
        return redirect(again or outgoing)
    if isinstance(waiting, SigningSession):
        return redirect("signing", waiting.pk)
    if then is not None:
        return then(done)
    messages.success(request, done.format(code=outgoing.code))
    return redirect(outgoing)


def pin_of(request) -> Pin:
    return Pin(request.POST.get("pin", "")[:64])


def _seal_needs_pin(outgoing) -> bool:
    certificate = known(lambda: agency_certificate(outgoing.organisation))
    return certificate is not None and needs_pin(certificate)


def known(find) -> Certificate | None:
    """Nothing when there is none: the act itself says so."""
    try:
        return find()
    except SigningError:
        return None
