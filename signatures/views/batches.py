"""Ký hàng loạt: the pages of all papers that wait, one press, and what became of each."""

import base64
import binascii
import threading
from collections import defaultdict
from contextlib import suppress

from csp.decorators import csp_update
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connections
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from documents.journey import NotAllowedNow
from documents.models import File
from documents.versions import hash_of
from documents.views.outgoing.page import page_pictures
from documents.views.shared.acting import no_post
from orgs import reauthentication
from orgs.models import Post
from signatures import failures
from signatures.actions import batches, finishing, sessions
from signatures.errors import SigningError
from signatures.keys import answers_later, personal_certificate
from signatures.models import Batch, BatchItem, Certificate, SigningSession
from signatures.providers import Pin
from signatures.providers.rows import identity_of
from signatures.tasks import sign_batch
from ui.ids import parse_ids

SECONDS_BETWEEN_LOOKS = 2


@sensitive_post_parameters("pin")
@require_http_methods(["GET", "POST"])
def sign_many(request):
    """Everything that waits for this person, page by page; the press signs what is ticked."""
    if request.post is None:
        return no_post(request)
    try:
        certificate = personal_certificate(request.post.user) if request.post.in_person else None
    except SigningError as error:
        messages.error(request, str(error))
        certificate = None
    if request.method == "POST" and certificate:
        if not (_asks_pin(certificate) or answers_later(certificate)) and (
            asking := reauthentication.ask(request)
        ):
            return asking
        try:
            return _begin(request, certificate)
        except (SigningError, ValidationError) as error:
            messages.error(request, " ".join(getattr(error, "messages", None) or [str(error)]))
    papers = list(batches.waiting_for(request.post)[: batches.MOST]) if request.post.in_person else []
    context = {"rows": _rows(papers), "most": batches.MOST, "certificate": certificate}
    # Those ticked in the list, or on this page before it came again.
    ticked = parse_ids(request.GET.getlist("paper") + request.POST.getlist("paper"))
    context |= {"asks_pin": _asks_pin(certificate), "ticked": ticked}
    return render(request, "signatures/sign_many.html", context)


@require_safe
def batch(request, pk):
    """How far it is; the page asks again by itself until every paper is either signed or untouched."""
    found = batch_for(request.post, pk)
    items = list(found.items.select_related("document"))
    done = [item for item in items if item.state in (BatchItem.State.SIGNED, BatchItem.State.FAILED)]
    running = len(done) < len(items)
    context = _asked_of_agent(found) if running else {}
    context |= {
        "batch": found, "items": items, "done": len(done), "running": running,
        "signed": (signed := sum(item.state == BatchItem.State.SIGNED for item in items)),
        "told": f"{signed} đã ký, {len(done) - signed} không ký, {len(items) - len(done)} đang chờ",
        "seconds": SECONDS_BETWEEN_LOOKS,
    }  # fmt: skip
    page = render(request, "signatures/batch.html", context)
    if "agent" in context:
        # Only here may a page of ours speak to a program on the reader's own computer.
        page = csp_update({"connect-src": [settings.SIGNING_AGENT_URL]})(lambda request: page)(request)
    return page


@require_http_methods(["GET", "HEAD", "POST"])
def batch_finish(request, pk):
    """The page brings what the agent signed, in the order it was asked."""
    found = batch_for(request.post, pk)
    if request.method == "POST":
        opened, brought = _waiting_sessions(found), request.POST.getlist("signature")
        for session, text in zip(opened, brought, strict=False):
            try:
                finishing.finish(session, base64.b64decode(text.encode(), validate=True), at=timezone.now())
            except binascii.Error:
                messages.error(request, "Chữ ký nhận về không đọc được. Hãy ký lại.")
            except (SigningError, ValidationError, NotAllowedNow, PermissionDenied) as error:
                failures.note(error)
                messages.error(request, " ".join(getattr(error, "messages", None) or [str(error)]))
        batches.settle(at=timezone.now())
    return redirect("batch", pk)


@require_http_methods(["GET", "HEAD", "POST"])
def batch_cancel(request, pk):
    """What is not signed yet stays as it is."""
    found = batch_for(request.post, pk)
    if request.method == "POST":
        remote = False
        for session in _waiting_sessions(found):
            with suppress(NotAllowedNow):
                sessions.cancel(session, by=request.post, at=timezone.now())
                remote |= session.certificate.holder == Certificate.Holder.REMOTE
        messages.success(request, sessions.CANCELLED_REMOTE if remote else sessions.CANCELLED)
        batches.settle(at=timezone.now())
    return redirect("batch", pk)


def batch_for(post: Post | None, pk: int) -> Batch:
    """One's own batch, or 404."""
    found = Batch.objects.filter(pk=pk, post=post).first() if post else None
    if found is None:
        raise Http404
    return found


def _waiting_sessions(found: Batch) -> list[SigningSession]:
    waiting = SigningSession.objects.filter(batch_item__batch=found, state=SigningSession.State.WAITING)
    return list(waiting.select_related("certificate", "post", "user", "prepared").order_by("pk"))


def _asked_of_agent(found: Batch) -> dict:
    """What the page hands to the signing agent: every text that waits, under one PIN."""
    waiting = _waiting_sessions(found)
    if not waiting:
        return {}
    if waiting[0].certificate.holder != Certificate.Holder.AGENT:
        codes = [code for session in waiting for code in sessions.codes_of(session)]
        return {"elsewhere": True, "codes": codes[:5], "until": waiting[0].expires_at}
    texts = [base64.b64encode(bytes(session.attributes)).decode() for session in waiting]
    return {
        "agent": settings.SIGNING_AGENT_URL, "texts": " ".join(texts),
        "fingerprint": identity_of(waiting[0].certificate).fingerprint,
        "description": f"{sessions.describe(waiting[0])}" + (f" và {len(waiting) - 1} văn bản khác" if len(waiting) > 1 else ""),
        "waiting": waiting,
    }  # fmt: skip


def _begin(request, certificate: Certificate):
    chosen = parse_ids(request.POST.getlist("paper"))
    shown = {pk: request.POST.get(f"sha256_{pk}", "") for pk in chosen}
    found = batches.begin_batch(shown, by=request.post, at=timezone.now())
    if certificate.holder == Certificate.Holder.TOKEN:
        # The PIN stays in this process: it must not lie in the broker while it waits for a worker.
        pin = Pin(request.POST.get("pin", "")[:64])
        threading.Thread(target=_sign_here, args=(found, pin), daemon=True).start()
    elif answers_later(certificate):
        batches.ask_for_batch(found, at=timezone.now())
    else:
        sign_batch.delay_on_commit(batch_id=found.pk)
    return redirect("batch", found.pk)


def _sign_here(found: Batch, pin: str) -> None:
    try:
        batches.run_batch(found, clock=timezone.now, pin=pin)
    finally:
        connections.close_all()


def _asks_pin(certificate: Certificate | None) -> bool:
    return certificate is not None and certificate.holder == Certificate.Holder.TOKEN


def _rows(papers) -> list[dict]:
    """Each paper with all that goes with it, and the hash of that: one query however many."""
    files = File.objects.filter(document__in=[paper.pk for paper in papers], stage=File.Stage.DRAFT)
    current, attached = {}, defaultdict(list)
    for file in files.exclude(blob=None).order_by("version", "pk"):
        if file.part == File.Part.MAIN:
            current[file.document_id] = file
        else:
            attached[file.document_id].append(file)
    return [
        {
            "paper": paper,
            "file": current[paper.pk],
            "attached": attached[paper.pk],
            "sha256": hash_of(current[paper.pk].blob_id, [file.blob_id for file in attached[paper.pk]]),
            "pages": page_pictures(current[paper.pk]),
        }
        for paper in papers
        if paper.pk in current
    ]
