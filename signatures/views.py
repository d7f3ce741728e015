"""The signer's and the clerk's last steps: approve and sign; number, seal and issue."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from documents.access import outgoing_for
from documents.actions import outgoing as papers
from documents.journey import steps_open_to
from documents.views.outgoing import paper_context
from documents.views.outgoing_sheet import acts_of
from signatures import actions
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
