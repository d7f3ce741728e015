"""From draft to issue. Each legal act is its own step and its own event (decree 30 art. 10–18)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from documents import blobs, versions
from documents.actions.metadata.own_fields import must_have_own
from documents.actions.outgoing.after_issue import check_still_mends, older_of
from documents.actions.outgoing.drafts import (
    WRITTEN,
    attach,
    change_recipients,
    check_words,
    detach,
    draft,
    edit,
)
from documents.actions.outgoing.page_content import notation_of, page_count, page_of
from documents.actions.outgoing.secretary import check_secretary
from documents.actions.outgoing.signing_right import authority_of, right_to_sign
from documents.actions.outgoing.slip_and_draft import none_under_way, told_of, under_way
from documents.actions.requests.replacement import say_replaced
from documents.journey import NotAllowedNow, carried, check, lock, move
from documents.layout import Page, prepare, render
from documents.layout.blocks import Picture, blocks
from documents.layout.gaps import gaps
from documents.models import Blob, Delivery, File, Outgoing
from documents.numbering import next_number, series_of_paper, written
from documents.signals import wake_exchange
from orgs.models import Organisation, Post, Role

__all__ = [
    "approve", "attach", "cancel", "change_recipients", "check_content", "check_format", "detach", "draft",
    "edit", "issue", "number", "refuse_number", "send_back", "submit",
]  # fmt: skip


def submit(outgoing: Outgoing, *, by: Post, at: datetime) -> File:
    """Lays the draft out as the paper it will be and hands it to the content check.

    The PDF is made before the transaction; what is checked, approved and signed is this file's hash.
    Raises ValidationError when something is missing or a slip about it is under way, NotAllowedNow when the draft was
    edited meanwhile.
    """
    check(outgoing, "submit", by=by)
    none_under_way(outgoing)
    must_have_own(outgoing)
    laid_out = lay_out(outgoing, at)
    with transaction.atomic():
        lock(outgoing)
        none_under_way(outgoing)
        locked = Outgoing.objects.get(pk=outgoing.pk)
        outgoing.version = locked.version + 1
        _hand_in(outgoing, laid_out, by=by, at=at)
        still_the_same(locked, laid_out, at)
        return keep_version(outgoing, laid_out, by=by, at=at)


@transaction.atomic
def submit_as_seen(outgoing: Outgoing, file: File, *, by: Post, at: datetime, note: str, slip: int) -> None:
    """As `submit`, of the version that everybody on a slip agreed to, under the paper's lock: the very same file goes on
    to the content check. The caller has seen that the draft still says what the file does."""
    page = page_of(outgoing, at, pictures={})  # nothing is laid out any more
    outgoing.version = file.version
    laid_out = LaidOut(page, file.blob, file.pages)
    _hand_in(outgoing, laid_out, by=by, at=at, about={"note": note, "slip": slip})


@dataclass(frozen=True)
class LaidOut:
    """A draft as the paper it will be."""

    page: Page
    blob: Blob
    pages: int


def lay_out(outgoing: Outgoing, at: datetime) -> LaidOut:
    """Before any transaction: it takes its time. Raises ValidationError when something is missing."""
    _must_be_complete(outgoing, at)
    page = page_of(outgoing, at)
    _must_show_its_pictures(page)
    pdf = prepare(render(page))
    return LaidOut(page, blobs.store(pdf), page_count(pdf))


def still_the_same(locked: Outgoing, laid_out: LaidOut, at: datetime) -> None:
    """Raises NotAllowedNow when the draft was edited while it was laid out. The body names the pictures by their hashes."""
    if page_of(locked, at, pictures={}) != replace(laid_out.page, pictures=()):
        raise NotAllowedNow("Dự thảo vừa được sửa ở cửa sổ khác. Hãy xem lại rồi trình.", locked)


def keep_version(outgoing: Outgoing, laid_out: LaidOut, *, by: Post, at: datetime) -> File:
    return File.objects.create(
        document=outgoing, blob=laid_out.blob, name=f"du-thao-{outgoing.version}.pdf", part=File.Part.MAIN,
        stage=File.Stage.DRAFT, version=outgoing.version, pages=laid_out.pages, created_at=at, created_by=by,
    )  # fmt: skip


def _hand_in(
    outgoing: Outgoing, laid_out: LaidOut, *, by: Post, at: datetime, about: dict | None = None
) -> None:
    attached = versions.version_of(outgoing).hashes()
    payload = {"sha256": laid_out.blob.sha256, "version": outgoing.version, "attachments": attached}
    holder = content_checker(outgoing)
    move(outgoing, "submit", by=by, at=at, holder=holder, payload=payload | (about or {}))
    outgoing.pages = laid_out.pages
    outgoing.submitted_at, outgoing.sorted_at = at, at
    # As printed: a room renamed before the number is given does not change what was signed.
    outgoing.signer_lines, outgoing.notation = "\n".join(laid_out.page.block.lines), laid_out.page.notation
    outgoing.save(update_fields=["version", "pages", "submitted_at", "sorted_at", "signer_lines", "notation"])


@transaction.atomic
def check_content(outgoing: Outgoing, *, by: Post, at: datetime, sha256: str, note: str = "") -> None:
    """The head of the drafting unit answers for the content of the version shown (art. 12.1).

    `sha256` of a check and of the approval is `versions.content_of` what was shown: paper and attachments.
    """
    seen = _as_seen(outgoing, sha256)
    move(outgoing, "check_content", by=by, at=at, payload=_about(seen, note))


@transaction.atomic
def check_format(outgoing: Outgoing, *, by: Post, at: datetime, sha256: str, note: str = "") -> None:
    """Form and layout of the version shown are right (art. 12.2); the paper goes to the signer."""
    seen = _as_seen(outgoing, sha256)
    move(outgoing, "check_format", by=by, at=at, holder=outgoing.signer, payload=_about(seen, note))


@transaction.atomic
def approve(outgoing: Outgoing, *, by: Post, at: datetime, sha256: str) -> None:
    """The signer approves exactly the version shown (art. 11.1). Any other hash is refused.

    Where the secretary of minutes signs too, he is asked first (`actions/outgoing/secretary.py`).
    Raises ValidationError as well when the signer's right is gone or is another than the page says (art. 13).
    """
    seen = _as_seen(outgoing, sha256)
    check(outgoing, "approve", by=by)
    right_to_sign(outgoing, at)
    move(outgoing, "approve", by=by, at=at, holder=outgoing.signer, payload=_about(seen))
    if outgoing.secretary_post_id:
        carried(outgoing, "ask_secretary", by=by, at=at, holder=outgoing.secretary_post)


@transaction.atomic
def send_back(outgoing: Outgoing, *, by: Post, at: datetime, reason: str) -> None:
    """Returns the draft to its author with comments (art. 10.3); all checks are void."""
    if not reason.strip():
        raise ValidationError("Hãy ghi lý do trả lại.")
    move(
        outgoing,
        "send_back",
        by=by,
        at=at,
        holder=outgoing.drafter,
        payload=_about(versions.version_of(outgoing), reason),
    )


@transaction.atomic
def refuse_number(outgoing: Outgoing, *, by: Post, at: datetime, reason: str) -> None:
    """The clerk finds a fault after signature: the signature falls, a new version is signed again."""
    if not reason.strip():
        raise ValidationError("Hãy ghi lý do từ chối cấp số.")
    move(
        outgoing,
        "refuse_number",
        by=by,
        at=at,
        holder=outgoing.drafter,
        payload=_about(versions.version_of(outgoing), reason),
    )
    outgoing.signed_at, outgoing.signer_name, outgoing.signer_title = None, "", ""
    outgoing.save(update_fields=["signed_at", "signer_name", "signer_title"])


@transaction.atomic
def cancel(outgoing: Outgoing, *, by: Post, at: datetime) -> None:
    slip = under_way(outgoing)
    payload = {"slip": slip.pk, "told": told_of(slip)} if slip else {}
    move(outgoing, "cancel", by=by, at=at, payload=payload)


@transaction.atomic
def number(outgoing: Outgoing, *, by: Post, at: datetime) -> None:
    """Gives number and date in the order of issue (art. 15). No earlier date can be asked for.

    A signature of 31/12 numbered on 02/01 takes the new year's number and date. Raises ValidationError when the older
    paper it mends has been taken back or replaced since.
    """
    today = timezone.localdate(at)
    series = series_of_paper(outgoing, today)
    book, value = next_number(outgoing.organisation, "out", series, today)
    if series_of_paper(outgoing, today) != series:  # set anew before we had the book
        raise NotAllowedNow("Hệ thống số của loại văn bản này vừa được đặt lại. Hãy bấm lại.", outgoing)
    # After the book: of two papers that take the place of one, or one and its revocation, the second is told.
    lock(outgoing, *(old for _, old in older_of(outgoing)))
    check_still_mends(outgoing)
    outgoing.book, outgoing.number_value, outgoing.number = book, value, written(value)
    outgoing.notation = outgoing.notation or notation_of(outgoing)
    outgoing.issued_on, outgoing.sorted_at = today, at
    outgoing.document_uid = f"{outgoing.organisation.code},{today:%Y/%m/%d},{outgoing.code}"
    move(outgoing, "number", by=by, at=at, payload={"code": outgoing.code, "date": today.isoformat()})
    outgoing.save(
        update_fields=["book", "number_value", "number", "notation", "issued_on", "sorted_at", "document_uid"]
    )


@transaction.atomic
def issue(outgoing: Outgoing, *, by: Post, at: datetime) -> list[Delivery]:
    """Freezes the recipients as delivery rows; from here the exchange carries them (art. 18)."""
    move(outgoing, "issue", by=by, at=at, payload={"code": outgoing.code})
    outgoing.issued_at = outgoing.sorted_at = at
    outgoing.save(update_fields=["issued_at", "sorted_at"])
    say_replaced(outgoing, by=by, at=at)
    deliveries = deliveries_to(outgoing.recipients.select_related("parent"), outgoing, at=at)
    wake_exchange(urgent=outgoing.urgency > 0)
    return deliveries


def deliveries_to(bodies: Iterable[Organisation], outgoing: Outgoing, *, at: datetime) -> list[Delivery]:
    """The rows from which the exchange carries the paper to them."""
    return Delivery.objects.bulk_create(
        Delivery(
            outgoing=outgoing,
            sender_id=outgoing.organisation_id,
            recipient=recipient,
            recipient_name=recipient.full_name,
            recipient_code=recipient.code,
            channel=Delivery.Channel.AXIS if recipient.external else Delivery.Channel.CITY,
            queued_at=at,
            urgency=outgoing.urgency,
        )
        for recipient in bodies
    )


def _must_be_complete(outgoing: Outgoing, at: datetime) -> None:
    if not outgoing.body.strip():
        raise ValidationError("Dự thảo chưa có nội dung.")
    if not outgoing.recipients.exists() and not outgoing.other_recipients.strip():
        raise ValidationError("Hãy chọn ít nhất một nơi nhận trước khi trình.")
    if empty := gaps(getattr(outgoing, name) for name in WRITTEN):
        raise ValidationError(f"Còn chỗ của mẫu chưa điền: {', '.join(empty[:5])}.")
    check_words(
        outgoing.kind, outgoing.signer, outgoing.drafter, body=outgoing.body, secretary=outgoing.secretary
    )
    check_secretary(
        outgoing.secretary_post,
        outgoing.kind,
        outgoing.signer,
        outgoing.organisation_id,
        timezone.localdate(at),
    )
    check_still_mends(outgoing)
    authority_of(outgoing.signer_id, outgoing.kind, at)


def _must_show_its_pictures(page: Page) -> None:
    """A preview says where a picture is missing; a paper that is signed may not."""
    there = {sha256 for sha256, _ in page.pictures}
    missing = [one for one in blocks(page.body) if isinstance(one, Picture) and one.sha256 not in there]
    if missing:
        names = ", ".join(f"“{one.caption or 'không có tên'}”" for one in missing[:5])
        raise ValidationError(
            f"Không có tệp của hình {names}: ảnh không còn trên hệ thống hoặc có vi-rút. Hãy chèn lại ảnh, hoặc bỏ hình đó."
        )


def _as_seen(outgoing: Outgoing, sha256: str) -> versions.Version:
    """Refuses a decision about another version than the one that was looked at, say in an old tab."""
    lock(outgoing)
    return versions.as_seen(outgoing, sha256)


def _about(version: versions.Version, note: str = "") -> dict:
    """The version as an event names it."""
    main = version.main
    about = {"version": main.version, "sha256": main.blob_id or "", "attachments": version.hashes()}
    return about | ({"reason": note} if note else {})


def content_checker(outgoing: Outgoing) -> Post | None:
    """Who the submitted draft lies with: the unit's head; where there is no unit, the head of the office."""
    posts = Post.objects.on(timezone.localdate()).filter(organisation=outgoing.organisation_id)
    if outgoing.drafter.unit_id:
        checker = posts.filter(role=Role.UNIT_HEAD, unit=outgoing.drafter.unit_id).first()
    else:
        checker = posts.filter(role=Role.OFFICE_HEAD).first() or posts.filter(role=Role.LEADER).first()
    if checker is None:
        raise ValidationError(
            "Chưa có người kiểm tra nội dung cho đơn vị soạn thảo; hãy báo quản trị đơn vị."
        )
    return checker
