"""Ký hàng loạt: the pages of all papers that wait, one press, and what became of each."""

import threading

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import connections
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from documents.models import File
from documents.views.acting import no_post
from documents.views.outgoing_sheet import page_pictures
from signatures.actions import batches
from signatures.errors import SigningError
from signatures.keys import personal_certificate
from signatures.models import Batch, BatchItem, Certificate
from signatures.providers import Pin
from signatures.tasks import sign_batch

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
        try:
            return _begin(request, certificate)
        except (SigningError, ValidationError) as error:
            messages.error(request, " ".join(getattr(error, "messages", None) or [str(error)]))
    papers = list(batches.waiting_for(request.post)[: batches.MOST]) if request.post.in_person else []
    context = {"rows": _rows(papers), "most": batches.MOST, "certificate": certificate}
    return render(request, "signatures/sign_many.html", context | {"asks_pin": _asks_pin(certificate)})


@require_safe
def batch(request, pk):
    """How far it is; the page asks again by itself until every paper is either signed or untouched."""
    found = Batch.objects.filter(pk=pk, post=request.post).first() if request.post else None
    if found is None:
        raise Http404
    items = list(found.items.select_related("document"))
    done = [item for item in items if item.state in (BatchItem.State.SIGNED, BatchItem.State.FAILED)]
    running = len(done) < len(items)
    context = {
        "batch": found, "items": items, "done": len(done), "running": running,
        "signed": sum(item.state == BatchItem.State.SIGNED for item in items),
        "seconds": SECONDS_BETWEEN_LOOKS,
    }  # fmt: skip
    return render(request, "signatures/batch.html", context)


def _begin(request, certificate: Certificate):
    chosen = [pk for pk in request.POST.getlist("paper") if pk.isascii() and pk.isdigit() and len(pk) < 19]
    shown = {int(pk): request.POST.get(f"sha256_{pk}", "") for pk in chosen}
    found = batches.begin_batch(shown, by=request.post, at=timezone.now())
    if certificate.holder == Certificate.Holder.TOKEN:
        # The PIN stays in this process: it must not lie in the broker while it waits for a worker.
        pin = Pin(request.POST.get("pin", "")[:64])
        threading.Thread(target=_sign_here, args=(found, pin), daemon=True).start()
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
    """Each paper with the pages and the hash of its version in force: two queries however many."""
    main = File.objects.filter(document__in=[paper.pk for paper in papers], part=File.Part.MAIN)
    current = {file.document_id: file for file in main.order_by("version", "pk")}
    return [
        {"paper": paper, "file": current[paper.pk], "pages": page_pictures(current[paper.pk])}
        for paper in papers
        if paper.pk in current and current[paper.pk].blob_id
    ]
