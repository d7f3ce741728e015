"""Ký số chờ xác nhận: the page one waits at while the key answers elsewhere."""

import base64
import binascii

from csp.decorators import csp_update
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from documents.views.shared.rows import buttons, moment
from documents.views.shared.tray import next_card, order_of
from orgs.models import Post
from signatures import failures
from signatures.actions import finishing, sessions
from signatures.elsewhere import MINUTES
from signatures.errors import SigningError
from signatures.models import Certificate, SigningSession
from signatures.providers.rows import identity_of

SECONDS_BETWEEN_LOOKS = 3
_PUT_IN = "Chữ ký đã được ghép vào văn bản."


@never_cache
@require_safe
def signing(request, pk):
    """How far it is and, with the key at this computer, the page that asks for it."""
    session = session_for(request.post, pk)
    if (
        session.state == SigningSession.State.WAITING
        and session.certificate.holder == Certificate.Holder.AGENT
    ):
        # Only here may a page of ours speak to a program on the reader's own computer.
        allowed = csp_update({"connect-src": [settings.SIGNING_AGENT_URL]})
        return allowed(lambda request: _page(request, session, "signatures/signing_agent.html"))(request)
    return _page(request, session, "signatures/signing.html")


@require_http_methods(["GET", "HEAD", "POST"])
def signing_finish(request, pk):
    """The page brings what the agent signed."""
    session = session_for(request.post, pk)
    if request.method != "POST":
        return redirect("signing", pk)
    try:
        signatures = [
            base64.b64decode(one.encode(), validate=True) for one in request.POST.getlist("signature")
        ]
        finishing.finish(session, *signatures, at=timezone.now())
        messages.success(request, _PUT_IN)
    except binascii.Error:
        messages.error(request, "Chữ ký nhận về không đọc được. Hãy ký lại.")
    except (SigningError, ValidationError) as error:
        failures.note(error)
        messages.error(request, " ".join(getattr(error, "messages", None) or [str(error)]))
    return redirect("signing", pk)


@require_http_methods(["GET", "HEAD", "POST"])
def signing_cancel(request, pk):
    session = session_for(request.post, pk)
    if request.method != "POST":
        return redirect("signing", pk)
    sessions.cancel(session, by=request.post, at=timezone.now())
    remote = session.certificate.holder == Certificate.Holder.REMOTE
    messages.success(request, sessions.CANCELLED_REMOTE if remote else sessions.CANCELLED)
    return redirect(sessions.paper_of(session))


def _page(request, session: SigningSession, template: str):
    paper, open_now = sessions.paper_of(session), session.state in sessions.OPEN
    texts = session.texts()
    context = {
        "session": session, "paper": paper, "open": open_now, "seconds": SECONDS_BETWEEN_LOOKS,
        # What the telephone shows too: the beginning of the digest it was asked to sign.
        "code": sessions.codes_of(session)[0],
        "texts": [base64.b64encode(one).decode() for one in texts], "agent": settings.SIGNING_AGENT_URL,
        "fingerprint": identity_of(session.certificate).fingerprint, "description": sessions.describe(session),
        "next": _next(request, session, paper),
        "steps": [] if open_now or session.step in (*sessions.COPYING, *MINUTES) else buttons(request.post, paper, "outgoing"),
    }  # fmt: skip
    return render(request, template, context)


def _next(request, session: SigningSession, paper) -> dict | None:
    """The card of the tray that comes after a paper signed elsewhere."""
    if session.state != SigningSession.State.SIGNED or session.step != "sign":
        return None
    return next_card(request.post, moment(), order_of(paper))[0]


def session_for(post: Post | None, pk: int) -> SigningSession:
    """Only who asked may watch, bring the answer or cancel."""
    found = SigningSession.objects.select_related("certificate", "post", "user", "prepared")
    session = found.filter(pk=pk, post=post).first() if post else None
    if session is None:
        raise Http404
    return session
