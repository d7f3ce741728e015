"""The clerk's gate: a paper arrives, is refused or goes into the book, and is presented."""

from collections.abc import Mapping
from datetime import date, datetime
from itertools import islice
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from documents import blobs
from documents.actions import unsent
from documents.actions.incoming.scan_sources import SUSPECTED_ELSEWHERE, forget_sources, sources_of
from documents.actions.metadata.own_fields import as_told, take_own
from documents.actions.requests.answer import open_request
from documents.actions.requests.recall import sent_back
from documents.arrival import Arrival, NewFile, why_accepted
from documents.journey import lock, move, owe, record
from documents.models import (
    Blob,
    CertifiedCopy,
    Delivery,
    Document,
    File,
    Incoming,
    NumberLine,
    ScannedFile,
    ScannedPaper,
)
from documents.numbering import ARRIVALS, bear, locked_book, next_number, open_book, take_reserved
from documents.signals import wake_exchange
from orgs.models import Organisation, Post, Role
from ui.text import fold_code, name_key

# What a purge leaves of a paper: time, sender, hashes (law-and-practice §1.15).
_EMPTY = {
    "subject": "(Đã hủy nội dung)", "number": "", "notation": "", "kind_name": "", "note": "", "signer_name": "",
    "signer_title": "", "issued_on": None, "due_on": None, "pages": None, "signature_verdict": "",
    "signature_report": {}, "own_values": {},
}  # fmt: skip


@transaction.atomic
def receive(
    organisation: Organisation,
    arrival: Arrival,
    *,
    source: str,
    files: list[NewFile],
    at: datetime,
    delivery: Delivery | None = None,
) -> Incoming:
    """Lays a paper on the clerk's desk, in a transaction of its own, and wakes the exchange."""
    incoming = create_incoming(organisation, arrival, source=source, files=files, at=at, delivery=delivery)
    wake_exchange()
    return incoming


def create_incoming(
    organisation: Organisation,
    arrival: Arrival,
    *,
    source: str,
    files: list[NewFile],
    at: datetime,
    delivery: Delivery | None = None,
) -> Incoming:
    """A paper on the clerk's desk, and status 01 owed to its sender (decree 30 art. 21.2c)."""
    incoming = _create(organisation, arrival, source=source, files=files, at=at, delivery=delivery)
    record("receive", incoming, by=None, at=at, payload={"source": source, "from": arrival.issuer_name})
    owe(incoming, "01", by=None, at=at, description="Phần mềm QLVB đã nhận nhưng văn thư chưa xử lý")
    return incoming


@transaction.atomic
def register(
    incoming: Incoming,
    *,
    by: Post,
    at: datetime,
    due_on: date | None = None,
    not_secret: bool = False,
    acceptance_reason: str = "",
    by_hand: tuple[NumberLine, date] | None = None,
    own: Mapping[str, Any] | None = None,
) -> Incoming:
    """Takes an arrival number and enters the paper in the book (decree 30 art. 22). Owes status 03. `by_hand`: the number and
    the day that were written on it while the system was away; `own`: what it says in the office's own fields (`take_own`).

    Raises ValidationError when a secrecy mark was seen on page one and the clerk has not denied it, or when the signature
    is invalid (decree 30 art. 21.2) and the clerk gives no reason to enter the paper all the same.
    """
    if incoming.secrecy_marks and not (not_secret or incoming.secrecy_cleared_by_id):
        raise ValidationError(
            f"Trang đầu có dấu “{incoming.secrecy_marks}”. Nếu đúng là văn bản mật, hãy từ chối để hệ thống hủy nội dung;"
            " nếu không phải, hãy đánh dấu xác nhận."
        )
    line = _into_book(incoming, by=by, at=at, by_hand=by_hand)
    lock(incoming)  # after the book: a request that comes now waits, and finds a registered paper
    if asked := open_request(incoming):
        raise ValidationError(
            f"Nơi gửi đã yêu cầu {asked.get_kind_display().lower()} này. Hãy trả lời yêu cầu đó trước khi vào sổ."
        )
    # A check may have ended since the clerk looked.
    incoming.refresh_from_db(fields=["signature_verdict", "signature_report", "own_values"])
    entry = f"Vào sổ văn bản đến số {incoming.arrival_number} ngày {incoming.arrival_date:%d/%m/%Y}"
    said = {"number": incoming.arrival_number, "report": entry} | as_told(take_own(incoming, own, whole=True))
    if incoming.has_invalid_signature:
        said["acceptance_reason"] = incoming.acceptance_reason = why_accepted(acceptance_reason)
    move(incoming, "register", by=by, at=at, payload=said)
    if incoming.secrecy_marks and not incoming.secrecy_cleared_by_id:
        incoming.secrecy_cleared_by = by
        record("clear_secrecy", incoming, by=by, at=at, payload={"marks": incoming.secrecy_marks})
    incoming.due_on = due_on or incoming.due_on
    incoming.save(
        update_fields=[
            "book", "arrival_number", "arrival_date", "registered_by", "due_on", "sorted_at", "secrecy_cleared_by",
            "acceptance_reason", "own_values",
        ]
    )  # fmt: skip
    if line is not None:
        bear(line, incoming, on=incoming.arrival_date, by=by, at=at)
    wake_exchange()
    return incoming


@transaction.atomic
def register_paper(
    arrival: Arrival, *, files: list[NewFile], by: Post, at: datetime, acceptance_reason: str = "",
    by_hand: tuple[NumberLine, date] | None = None, own: Mapping[str, Any] | None = None,
) -> Incoming:  # fmt: skip
    """Enters a paper that came in an envelope: received and registered in one act. `by_hand`, `own` as in `register`."""
    if by_hand:
        locked_book(by_hand[0].book_id)
    else:
        open_book(by.organisation, "in", ARRIVALS, timezone.localdate(at))
    incoming = _create(
        by.organisation, arrival, source=Incoming.Source.PAPER, files=files, at=at, delivery=None
    )
    record("receive", incoming, by=by, at=at, payload={"source": "paper", "from": arrival.issuer_name})
    return register(
        incoming,
        by=by,
        at=at,
        due_on=arrival.due_on,
        not_secret=True,
        acceptance_reason=acceptance_reason,
        by_hand=by_hand,
        own=own,
    )


@transaction.atomic
def refuse(incoming: Incoming, *, reason: str, by: Post, at: datetime, secret: bool = False) -> None:
    """Returns a paper to its sender with the reason (decree 30 art. 21.2b). Owes status 02.

    With `secret`, the content is destroyed at once and only time, sender and hashes stay.
    """
    if len(reason.strip()) < 10:
        raise ValidationError("Hãy ghi rõ lý do từ chối (ít nhất 10 ký tự).")
    move(incoming, "refuse", by=by, at=at, payload={"reason": reason, "report": reason})
    incoming.refusal_reason = reason
    incoming.save(update_fields=["refusal_reason"])
    sent_back(incoming, by=by, at=at, secret=secret)
    if secret:
        purge(incoming, by=by, at=at)
    wake_exchange()


def purge(incoming: Incoming, *, by: Post | None, at: datetime) -> None:
    """Destroys the content of a paper that may be a state secret: files, title, notation (§1.15)."""
    files = list(incoming.files.select_related("blob"))
    scans = sources_of(ScannedPaper.objects.filter(incoming=incoming))
    held = [file.blob for file in [*files, *scans] if file.blob]
    record("purge", incoming, by=by, at=at, payload={"sha256": [blob.sha256 for blob in held]})
    incoming.files.update(blob=None, name="(đã hủy)")
    CertifiedCopy.objects.filter(document=incoming).exclude(text="").update(text="")
    forget_sources(scans)
    for name, empty in _EMPTY.items():
        setattr(incoming, name, empty)
    if (
        incoming.source != Incoming.Source.AXIS
    ):  # the exchange needs it once more, to answer, and then forgets it
        incoming.document_uid = ""
    incoming.purged_at = at
    incoming.save(update_fields=[*_EMPTY, "document_uid", "purged_at"])
    incoming.change_requests.update(reason="", changes={}, checked=[], secrecy_marks="")
    unsent.forget_about(incoming)
    suspect_elsewhere(held)
    # Before the commit: a process killed after it would leave the bytes for ever.
    for blob in held:
        blobs.destroy(blob)


def suspect_elsewhere(held: list[Blob]) -> None:
    """Other desks that hold the same bytes, or papers cut from them, must look, and say so before it goes into their books;
    what went with a report of progress nobody takes any more."""
    Blob.objects.filter(pk__in=[blob.pk for blob in held]).update(suspected=True)
    # What is still to be cut of it will bear the mark too; first, so that what is being cut now is seen below.
    ScannedFile.objects.filter(blob__in=held, state=ScannedFile.State.WAITING).update(suspected=True)
    cut = ScannedPaper.objects.filter(Q(blob__in=held) | Q(file__blob__in=held))
    cut.filter(state=ScannedPaper.State.WAITING, marks="").update(marks=SUSPECTED_ELSEWHERE)
    same = {
        *Incoming.objects.filter(files__blob__in=held).values_list("pk", flat=True),
        *cut.exclude(incoming=None).values_list("incoming", flat=True),
    }
    unmarked = Incoming.objects.filter(pk__in=same, direction="in", purged_at=None, secrecy_marks="")
    unmarked.update(secrecy_marks=SUSPECTED_ELSEWHERE)


@transaction.atomic
def present(incoming: Incoming, *, to: Post, by: Post, at: datetime, note: str = "") -> None:
    """Presents a registered paper to a leader for direction (decree 30 art. 23.1)."""
    _present("present", incoming, to, by, at, note)


@transaction.atomic
def present_again(incoming: Incoming, *, to: Post, by: Post, at: datetime, note: str = "") -> None:
    """Takes it from the leader it was presented to by mistake, who has not directed it yet, and gives it to another."""
    lock(incoming)
    if Document.objects.filter(pk=incoming.pk, holder=to).exists():
        raise ValidationError(f"Văn bản đang chờ ý kiến của chính {to.user}. Hãy chọn người khác.")
    _present("present_again", incoming, to, by, at, note)


def _present(step: str, incoming: Incoming, to: Post, by: Post, at: datetime, note: str) -> None:
    _colleague(to, by, (Role.LEADER, Role.OFFICE_HEAD))
    move(incoming, step, by=by, at=at, holder=to, payload={"note": note} if note else None)


@transaction.atomic
def hand_back(incoming: Incoming, *, reason: str, by: Post, at: datetime) -> None:
    """The leader gives the paper back to the clerk: wrong person, or something is missing."""
    move(incoming, "hand_back", by=by, at=at, payload={"reason": reason})


def likely_duplicates(
    organisation: Organisation,
    *,
    code: str,
    issuer_name: str,
    issuer_id: int | None = None,
    document_uid: str = "",
    but: Incoming | None = None,
) -> list[Incoming]:
    """At most five papers with the same id, or the same number, notation and issuer however they are spelt
    (Phụ lục VI III.1.h). `issuer_id`: the body of the registry, where it is known; `but`: the paper that is asked about."""
    same = Q(pk=None)
    if document_uid:
        same |= Q(document_uid=document_uid)
    if "/" in code:
        same |= Q(code_key=fold_code(code)[:60])
    there = Incoming.objects.filter(organisation=organisation, direction="in").exclude(state="rejected")
    found = there.filter(same).exclude(pk=but.pk if but else None).order_by("-pk")
    named = name_key(issuer_name)
    # Few bodies use one number and notation; the spelling of their names is compared here.
    alike = (
        one
        for one in found[:200]
        if (document_uid and one.document_uid == document_uid)
        or name_key(one.issuer_name) == named
        or (issuer_id is not None and one.issuer_id == issuer_id)
    )
    return list(islice(alike, 5))


def _create(organisation, arrival, *, source, files, at, delivery) -> Incoming:
    incoming = Incoming.objects.create(
        organisation=organisation,
        direction="in",
        state="awaiting_reception",
        held_since=at,
        sorted_at=at,
        created_at=at,
        arrived_at=at,
        source=source,
        delivery=delivery,
        **{name: getattr(arrival, name) for name in arrival.__dataclass_fields__},
    )
    File.objects.bulk_create(
        File(
            document=incoming, blob=file.blob, name=file.name[:200], part=file.part, pages=file.pages,
            stage=File.Stage.RECEIVED, held=file.held, seen=file.seen, created_at=at,
        )
        for file in files
    )  # fmt: skip
    return incoming


def _into_book(
    incoming: Incoming, *, by: Post, at: datetime, by_hand: tuple[NumberLine, date] | None
) -> NumberLine | None:
    """The number, and the line of the book that says it was given by hand."""
    line, day = None, timezone.localdate(at)
    if by_hand is None:
        incoming.book, incoming.arrival_number = next_number(incoming.organisation, "in", ARRIVALS, day)
    else:
        held, day = by_hand
        if (held.book.organisation_id, held.book.direction) != (incoming.organisation_id, "in"):
            raise ValidationError("Số này không phải số đến của cơ quan.")
        line = take_reserved(held, day, at=at)
        incoming.book, incoming.arrival_number = line.book, line.value
    incoming.arrival_date, incoming.registered_by, incoming.sorted_at = day, by, at
    return line


def _colleague(post: Post, by: Post, roles) -> None:
    if post.organisation_id != by.organisation_id or post.role not in roles:
        raise ValidationError("Người nhận không thuộc cơ quan này hoặc không có thẩm quyền cho ý kiến.")
