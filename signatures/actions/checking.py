"""What the desks know of the signatures of a file that came: asked once, asked again when a service was silent."""

import time
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from documents import blobs
from documents.journey import lock, record
from documents.models import File, Incoming
from orgs.models import Organisation, Post
from signatures.trust import both
from signatures.verification import sender as senders
from signatures.verification.guard import shared
from signatures.verification.wire import from_verdict

ATTACHMENT_SECONDS = 60  # for all attachments of one paper together
RECHECKED_FOR = timedelta(days=7)
_LATER = {"verdict": "unknown", "sentence": "Chưa kiểm tra: gói có quá nhiều tệp nặng."}


def check(data: bytes, *, sender: Organisation | None = None, at: datetime | None = None) -> tuple[str, dict]:
    """The verdict on a file and its report, ready for a JSON column. The file is read in a process of its own.

    `sender` is who sent it: the agency's signature is compared with it. `at` is when the file came (now).
    """
    at = at or timezone.now()
    roots, issuing = both()
    found = shared.verify(data, trust_roots=roots, other_certs=issuing, at=at)
    compared = senders.compare(found, sender, day=timezone.localdate(at))
    report = from_verdict(found) | {
        "sentence": found.sentence(),
        "todo": found.todo if found.verdict != "valid" else compared["todo"] or found.todo,
        "sender": compared,
        "ask_again": found.may_be_known_later,
        "checked_at": timezone.now().isoformat(),
    }
    if compared["sentence"]:
        report["reasons"] = [*report["reasons"], compared["sentence"]]
    return found.verdict, report


def check_attachments(
    files: Iterable[tuple[str, bytes]], *, sender: Organisation | None = None
) -> list[dict]:
    """One line for each attached PDF: an attachment in its own file bears the agency's signature too (§1.6)."""
    lines, end = [], time.monotonic() + ATTACHMENT_SECONDS
    for name, data in files:
        if b"%PDF-" not in data[:1024]:
            continue
        line = dict(_LATER)
        if time.monotonic() < end:
            verdict, report = check(data, sender=sender)
            against = report["sender"]["matches"] is False
            said = [report["sentence"], report["sender"]["sentence"] if against else "", *report["remarks"]]
            line = {
                "verdict": verdict,
                "sentence": " ".join(part for part in said if part),
                "against": against,
            }
        lines.append({"name": name} | line)
    return lines


def recheck(paper: Incoming, *, by: Post | None, at: datetime) -> str:
    """Ask again about a paper that could not be checked; its new verdict. A changed verdict is an event."""
    file = paper.files.filter(part=File.Part.MAIN).exclude(blob=None).select_related("blob").first()
    if file is None:
        return paper.signature_verdict
    sender = _sender(paper)
    verdict, report = check(blobs.read(file.blob), sender=sender, at=paper.arrived_at)
    attached = paper.files.filter(part=File.Part.ATTACHMENT).exclude(Q(blob=None) | Q(stage="proposed"))
    report["attachments"] = check_attachments(
        ((one.name, blobs.read(one.blob)) for one in attached.select_related("blob")), sender=sender
    )
    with transaction.atomic():
        lock(paper)  # whoever enters it in the book meanwhile finds the new verdict, or was before it
        written = Incoming.objects.filter(pk=paper.pk, signature_verdict="unknown", purged_at=None).update(
            signature_verdict=verdict, signature_report=report
        )
        if written and verdict != "unknown":
            record("recheck", paper, by=by, at=at, payload={"text": report["sentence"][:500]})
    return verdict


def recheck_unknown(*, at: datetime, most: int = 50, seconds: float = 120) -> int:
    """Papers of the last days whose verdict waits for a service that was silent, oldest question first.

    Returns how many are known now."""
    waiting = Incoming.objects.filter(
        signature_verdict="unknown", signature_report__ask_again=True, arrived_at__gt=at - RECHECKED_FOR,
        purged_at=None,
    ).select_related("organisation", "issuer", "delivery__outgoing__organisation")  # fmt: skip
    known, end = 0, time.monotonic() + seconds
    for paper in waiting.order_by("signature_report__checked_at", "pk")[:most]:
        if time.monotonic() > end:
            break
        known += recheck(paper, by=None, at=at) != "unknown"
    return known


def _sender(paper: Incoming) -> Organisation | None:
    return paper.delivery.outgoing.organisation if paper.delivery_id else paper.issuer
