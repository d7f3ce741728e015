"""The page of who signs at the left of a paper, before its signer: the exact pages, and the press that signs them."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from documents.access import outgoing_for
from documents.journey import steps_open_to
from documents.views.outgoing.page import acts_of
from documents.views.outgoing.paper import paper_context
from documents.views.shared.tray import onward, order_of
from orgs import reauthentication
from signatures import actions
from signatures.actions.sessions import begin_secretary, open_session
from signatures.keys import answers_later, needs_pin, personal_certificate
from signatures.views.papers import act, harmed, known, pin_of

_SIGNED = "Đã ký số ở bên trái. Văn bản chuyển {signer} ký."


@sensitive_post_parameters("pin")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_secretary(request, pk):
    outgoing = outgoing_for(request.post, pk)
    certificate = known(lambda: personal_certificate(request.post.user))
    if request.method == "POST":
        return _sign(request, outgoing, certificate)
    context = paper_context(request, outgoing)
    if "sign_secretary" not in steps_open_to(request.post, outgoing):
        messages.info(
            request, f"Văn bản đang ở trạng thái “{outgoing.state_label}”, không chờ bạn ký ở bên trái."
        )
        return redirect(outgoing)
    current = context["current"]
    if current and (waiting := open_session(outgoing, by=request.post, sha256=current.blob_id)):
        return redirect("signing", waiting.pk)
    context |= {
        "acts": [one for one in acts_of(outgoing) if not one["void"]],
        "harmed": harmed(outgoing, context["sha256"]),
        "certificate": certificate,
    }
    return render(request, "signatures/sign_secretary.html", context)


def _sign(request, outgoing, certificate):
    """With the person's own key, wherever it is, as the signer does."""
    shown = {"sha256": request.POST.get("sha256", "")}
    if certificate and answers_later(certificate):
        return act(request, outgoing, begin_secretary, "", again=request.path, **shown)
    if (
        certificate
        and not needs_pin(certificate)
        and "sign_secretary" in steps_open_to(request.post, outgoing)
        and (asking := reauthentication.ask(request))
    ):
        return asking  # a PIN, a telephone or an agent asks by itself
    place = order_of(outgoing)
    done = _SIGNED.format(signer=outgoing.signer.user)
    return act(
        request, outgoing, actions.sign_secretary, done, again=request.path,
        then=lambda said: onward(request, outgoing, place, said), pin=pin_of(request), **shown,
    )  # fmt: skip
