"""The signer's and the clerk's last steps: approve and sign; number, seal and issue."""

from csp.decorators import csp_replace
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from documents import blobs, versions
from documents.access import outgoing_for
from documents.actions import outgoing as papers
from documents.journey import NotAllowedNow, steps_open_to
from documents.uploads import safe_name
from documents.views.compare import changes_since
from documents.views.files import LOCKED
from documents.views.outgoing import paper_context
from documents.views.outgoing_sheet import acts_of
from signatures import actions, public
from signatures.errors import SigningError


@require_http_methods(["GET", "POST"])
def approve(request, pk):
    """Shows exactly the pages whose hash will be signed; the press approves and signs them."""
    outgoing = outgoing_for(request.post, pk)
    if request.method == "POST":
        return _approve_and_sign(request, outgoing)
    if not {"approve", "sign"} & set(steps_open_to(request.post, outgoing)):
        messages.info(request, f"Văn bản đang ở trạng thái “{outgoing.state_label}”, không chờ ký.")
        return redirect(outgoing)
    context = paper_context(request, outgoing) | {
        "acts": [act for act in acts_of(outgoing) if not act["void"]],
        "recipients": outgoing.recipients.count(),
        "changes": changes_since(outgoing, request.post, outgoing.current_file()),
        "harmed": _harmed(outgoing),
    }
    return render(request, "signatures/approve.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def sign(request, pk):
    """Signs an approved paper whose signing failed before."""
    outgoing = outgoing_for(request.post, pk)
    if request.method != "POST":  # back from the sign-in page that came between
        return redirect(outgoing)
    return _act(request, outgoing, actions.sign, "Đã ký số. Văn thư sẽ cấp số và đóng dấu.")


@require_http_methods(["GET", "HEAD", "POST"])
def number(request, pk):
    """Cấp số, đóng dấu, phát hành: one press, resumed where an earlier one stopped."""
    outgoing = outgoing_for(request.post, pk)
    if request.method != "POST":
        return redirect(outgoing)
    if not {"number", "seal", "issue"} & set(steps_open_to(request.post, outgoing)):
        return _act(request, outgoing, papers.number, "")
    done = "Đã cấp số {code}, đóng dấu và phát hành."
    return _act(request, outgoing, actions.number_seal_issue, done)


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


def _harmed(outgoing) -> str:
    """Why what lies here is not what was submitted and checked; empty when it is."""
    try:
        versions.unharmed(outgoing)
        versions.as_seen(outgoing, versions.content_of(outgoing))
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


def _approve_and_sign(request, outgoing):
    shown = {"sha256": request.POST.get("sha256", "")}
    return _act(request, outgoing, actions.sign, "Đã duyệt và ký số. Văn thư sẽ cấp số và đóng dấu.", **shown)


def _act(request, outgoing, action, done, **given):
    """An act that may fail at a key or a file: the paper stays where it was and the page says why."""
    try:
        action(outgoing, by=request.post, at=timezone.now(), **given)
        messages.success(request, done.format(code=outgoing.code))
    except (SigningError, ValidationError) as error:
        messages.error(request, " ".join(getattr(error, "messages", None) or [str(error)]))
    return redirect(outgoing)
