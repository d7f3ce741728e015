"""A draft while it is in its author's hands: text, recipients, attachments (decree 30 art. 10)."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from documents.access import may
from documents.actions.metadata.own_fields import as_told, take_own
from documents.actions.outgoing.after_issue import check_form, check_older, link_older, older_of
from documents.actions.outgoing.page_content import addressees_of
from documents.actions.outgoing.pictures import drop_pictures, keep_pictures
from documents.actions.outgoing.secretary import check_secretary
from documents.actions.outgoing.signing_right import authority_of, chairs
from documents.actions.outgoing.slip_and_draft import void_if_changed
from documents.arrival import NewFile
from documents.journey import NotAllowedNow, lock, record
from documents.kinds import TWO_SIDES
from documents.layout.blocks import LONGEST, MOST_CELLS, blocks, cells
from documents.models import Board, File, Incoming, Outgoing
from documents.pdf import secrecy_marks
from orgs.models import Organisation, Post
from ui.text import fold

EDITABLE = ("draft", "returned")
WRITTEN = ("subject", "addressees", "bases", "body", "other_recipients", "secretary")


@transaction.atomic
def draft(
    *, by: Post, at: datetime, recipients: list[Organisation], in_reply_to: Incoming | None = None,
    replaces: Outgoing | None = None, rectifies: Outgoing | None = None, amends: Outgoing | None = None,
    own: Mapping[str, Any] | None = None, **fields,
) -> Outgoing:  # fmt: skip
    """Opens a draft: fresh, as the answer to an incoming paper (art. 10), or to take the place of one that was
    issued, put its form right or amend it (art. 18.3). `own`: what it says in the office's own fields (`take_own`).

    Raises ValidationError by field, PermissionDenied for a post that does not draft.
    """
    if not may(by, "draft") or (in_reply_to and not may(by, "reply_incoming", in_reply_to)):
        raise PermissionDenied(f"Vai trò “{by}” không được soạn văn bản này.")
    asked = {"replaces": replaces, "rectifies": rectifies, "amends": amends}
    older = {how: old for how, old in asked.items() if old}
    for how, old in older.items():
        check_older(how, old, by=by, kind=fields["kind"])
    _check(by, recipients, at, fields)
    outgoing = Outgoing(
        organisation=by.organisation,
        direction="out",
        state="draft",
        drafter=by,
        holder=by,
        held_since=at,
        sorted_at=at,
        created_at=at,
        issuer=by.organisation,
        issuer_name=by.organisation.name,
        in_reply_to=in_reply_to,
        mends_answer_to=_answered_by(older.values()),
        **fields,
    )
    told = as_told(take_own(outgoing, own, whole=False))
    outgoing.save(force_insert=True)
    keep_pictures(outgoing, by=by, at=at)
    outgoing.recipients.set(recipients)
    for how, old in older.items():
        link_older(outgoing, how, old)
    said = {"in_reply_to": in_reply_to.pk if in_reply_to else None} | told
    record("draft", outgoing, by=by, at=at, payload=said | {how: old.pk for how, old in older.items()})
    return outgoing


@transaction.atomic
def edit(
    outgoing: Outgoing, *, by: Post, at: datetime, recipients: list[Organisation], seen: str = "",
    own: Mapping[str, Any] | None = None, **fields,
) -> None:  # fmt: skip
    """Changes a draft that is in its author's hands. Every check made before speaks of an older version. `seen`: `mark_of`
    the text that was opened; somebody who saved meanwhile is not written over unawares. `own` as in `draft`."""
    locked = _take(outgoing, by)
    if seen and seen != mark_of(locked):
        raise ValidationError({"seen": _overtaken(locked)})
    _check(by, recipients, at, {"kind": outgoing.kind} | fields)
    if fields.get("kind", outgoing.kind) != outgoing.kind:
        for how, old in older_of(outgoing):
            check_form(how, old, fields["kind"])
    for name, value in fields.items():
        setattr(outgoing, name, value)
    outgoing.own_values = locked.own_values
    told = as_told(take_own(outgoing, own, whole=False))
    outgoing.save(update_fields=[*fields, "own_values"])
    keep_pictures(outgoing, by=by, at=at)
    drop_pictures(outgoing)
    outgoing.recipients.set(recipients)
    record("edit", outgoing, by=by, at=at, payload=told)
    void_if_changed(outgoing, by=by, at=at)


@transaction.atomic
def change_recipients(outgoing: Outgoing, *, by: Post, at: datetime, recipients: list[Organisation]) -> None:
    """Changes only whom the paper goes to, and the Kính gửi that follows from it."""
    _take(outgoing, by)
    _check_recipients(by, recipients, timezone.localdate(at))
    outgoing.refresh_from_db(fields=["kind", "addressees"])
    before = list(outgoing.recipients.select_related("parent").in_order())
    if outgoing.kind == "CV" and outgoing.addressees in ("", addressees_of(before)):
        # Nobody has written it by hand: it goes on saying whom the paper goes to.
        bodies = [body.pk for body in recipients]
        chosen = Organisation.objects.select_related("parent").filter(pk__in=bodies).in_order()
        outgoing.addressees = addressees_of(chosen)
        outgoing.save(update_fields=["addressees"])
    outgoing.recipients.set(recipients)
    record("edit", outgoing, by=by, at=at, payload={"note": "Sửa nơi nhận"})
    void_if_changed(outgoing, by=by, at=at)


@transaction.atomic
def attach(outgoing: Outgoing, *, files: Iterable[NewFile], by: Post, at: datetime) -> None:
    """Adds files that go with the paper to every recipient. The same bytes are attached once."""
    _take(outgoing, by)
    attached = outgoing.files.filter(part=File.Part.ATTACHMENT)
    known = set(attached.values_list("blob_id", flat=True))
    new = list({file.blob.pk: file for file in files if file.blob.pk not in known}.values())
    if len(known) + len(new) >= settings.MAX_FILES_PER_PAPER:
        raise ValidationError(
            {"attachments": f"Mỗi văn bản kèm nhiều nhất {settings.MAX_FILES_PER_PAPER - 1} tệp."}
        )
    for file in new:
        File.objects.create(
            document=outgoing, blob=file.blob, name=file.name, part=File.Part.ATTACHMENT, pages=file.pages,
            stage=File.Stage.DRAFT, held=file.held, seen=file.seen, created_at=at, created_by=by,
        )  # fmt: skip
    if new:
        note = "Đính kèm: " + ", ".join(file.name for file in new)
        record("edit", outgoing, by=by, at=at, payload={"note": note, "attached": [f.blob.pk for f in new]})
        void_if_changed(outgoing, by=by, at=at)


@transaction.atomic
def detach(outgoing: Outgoing, *, files: Iterable[File], by: Post, at: datetime) -> None:
    """Takes attachments off a draft."""
    _take(outgoing, by)
    gone = list(outgoing.files.filter(part=File.Part.ATTACHMENT, pk__in=[file.pk for file in files]))
    if gone:
        note = "Bỏ tệp kèm theo: " + ", ".join(file.name for file in gone)
        record("edit", outgoing, by=by, at=at, payload={"note": note, "detached": [f.blob_id for f in gone]})
    for file in gone:
        file.delete()
    void_if_changed(outgoing, by=by, at=at)


def mark_of(outgoing: Outgoing) -> str:
    """Tells whether its text, and what it says in the office's own fields, is still what was opened."""
    own = json.dumps(outgoing.own_values, sort_keys=True)
    return hashlib.sha256(
        "\0".join([*(getattr(outgoing, name) for name in WRITTEN), own]).encode()
    ).hexdigest()


def _answered_by(mended: Iterable[Outgoing]) -> Incoming | None:
    """What the papers answer that are mended, themselves or through what they mended in their turn: the text is taken over,
    so who sees it is judged by the same mark. One with a mark comes before one without."""
    answered = [paper for old in mended for paper in (old.in_reply_to, old.mends_answer_to) if paper]
    return max(answered, key=lambda paper: bool(paper.secrecy_marks), default=None)


def _overtaken(locked: Outgoing) -> str:
    event = locked.events.filter(kind__in=("edit", "accept_remark", "draft")).select_related("user").last()
    when = (
        f"{event.user} lưu lúc {timezone.localtime(event.at):%H:%M ngày %d/%m/%Y}"
        if event
        else "lưu ở nơi khác"
    )
    return (
        f"Sau khi bạn mở, dự thảo đã được {when}. Nội dung bạn gõ vẫn ở dưới, nội dung đã lưu hiện bên cạnh;"
        " hãy ghép lại rồi lưu. Lưu lần nữa thì nội dung của bạn thay nội dung ấy."
    )


def _take(outgoing: Outgoing, by: Post) -> Outgoing:
    """Locks the draft for its author; the lock also holds off a submission until the change is whole."""
    lock(outgoing)
    locked = Outgoing.objects.get(pk=outgoing.pk)
    if not may(by, "edit_outgoing", locked):
        raise PermissionDenied("Chỉ người soạn được sửa dự thảo.")
    if locked.state not in EDITABLE:
        raise NotAllowedNow(
            "Dự thảo đã được trình, không sửa được. Hãy đề nghị trả lại nếu cần sửa.", outgoing
        )
    return locked


def _check(by: Post, recipients: list[Organisation], at: datetime, fields: dict) -> None:
    today = timezone.localdate(at)
    signer: Post = fields["signer"]
    if signer.organisation_id != by.organisation_id:
        raise ValidationError({"signer": "Người ký phải là người có thẩm quyền của cơ quan soạn thảo."})
    board: Board | None = fields.get("board")
    if board is not None and board.organisation_id != by.organisation_id:
        raise ValidationError({"board": "Hội đồng, ban, tổ phải là của cơ quan soạn thảo."})
    try:
        chairs(Outgoing(board=board, signer=signer), at)
        authority_of(signer.pk, fields["kind"], at)
    except ValidationError as why:
        raise ValidationError({"signer": why.messages}) from why
    check_words(
        fields["kind"], signer, by, body=fields.get("body", ""), secretary=fields.get("secretary", "")
    )
    check_secretary(fields.get("secretary_post"), fields["kind"], signer, by.organisation_id, today)
    refuse_marks({name: fields.get(name, "") for name in WRITTEN})
    _check_recipients(by, recipients, today)


def check_words(kind: str, signer: Post, drafter: Post, *, body: str, secretary: str) -> None:
    """What the text of a draft must keep to, whoever writes it and by whatever door.

    Raises ValidationError by field: too long, more cells than are printed, minutes signed twice by one person.
    """
    left = secretary or (str(drafter.user) if kind == "BB" else "")
    if kind in TWO_SIDES and left and fold(left) == fold(str(signer.user)):
        pair = "Thư ký và chủ tọa ký biên bản" if kind == "BB" else "Hai bên ký"
        raise ValidationError({"secretary": f"{pair} phải là hai người."})
    if len(body) > LONGEST:
        raise ValidationError(
            {
                "body": f"Nội dung có {len(body)} ký tự, nhiều nhất {LONGEST}. Hãy đưa phần dài thành tệp kèm theo."
            }
        )
    if (count := cells(blocks(body))) > MOST_CELLS:
        raise ValidationError(
            {"body": f"Các bảng có {count} ô, nhiều nhất {MOST_CELLS}. Hãy đưa bảng dài thành tệp kèm theo."}
        )


def refuse_marks(written: dict[str, str]) -> None:
    """Raises ValidationError by field for a mark of secrecy in what was typed."""
    for name, text in written.items():
        marks = secrecy_marks(text)
        if marks:
            raise ValidationError(
                {name: f"Có dấu “{', '.join(marks)}”. Văn bản mật không được soạn trên hệ thống này."}
            )


def _check_recipients(by: Post, recipients: list[Organisation], today: date) -> None:
    problems = [why for recipient in recipients if (why := why_not(recipient, by.organisation_id, today))]
    if problems:
        raise ValidationError({"recipients": problems})


def why_not(recipient: Organisation, own_id: int, today: date) -> str:
    """Why a paper cannot be sent there; empty when it can (art. 22.1: only to a clerk's desk)."""
    if not recipient.open_on(today):
        return f"{recipient.full_name} đã đóng mã định danh, không nhận văn bản được nữa."
    if not recipient.gate:
        return f"{recipient.full_name} không có văn thư; hãy gửi cơ quan cấp trên."
    if recipient.pk == own_id:
        return "Không gửi văn bản cho chính cơ quan mình."
    return ""
