"""What others say at a place of a draft (decree 30 art. 10.3: whoever checks gives his opinion), and what its author does
with it: each accepted or refused by one press."""

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from documents.access import may
from documents.actions.outgoing.drafts import EDITABLE, check_words, refuse_marks
from documents.actions.outgoing.pictures import drop_pictures, keep_pictures
from documents.actions.outgoing.slip_and_draft import void_if_changed
from documents.journey import NotAllowedNow, lock, record
from documents.layout.places import before_of, find_place, replaced
from documents.models import DraftRemark, Outgoing, UnsentText
from orgs.models import Post

OPEN_IN = ("draft", "in_review", "returned", "content_checked", "format_checked")
MOST = 200  # of one draft
NOT_THERE = "Không thấy đoạn này trong nội dung dự thảo. Hãy chép đúng nguyên văn, không quá dài."


@transaction.atomic
def remark(
    outgoing: Outgoing, *, by: Post, at: datetime, quote: str, words: str = "", is_suggestion: bool = False,
    proposal: str = "", before: str = "",
) -> DraftRemark:  # fmt: skip
    """Raises ValidationError by field, NotAllowedNow once the draft is signed."""
    lock(outgoing)
    locked = Outgoing.objects.get(pk=outgoing.pk)
    if not may(by, "remark_draft", locked):
        raise PermissionDenied(f"Vai trò “{by}” không góp ý dự thảo này.")
    _in_time(locked)
    place = find_place(locked.body, quote, before)
    if place is None:
        raise ValidationError({"quote": NOT_THERE})
    if not words.strip() and not is_suggestion:
        raise ValidationError({"words": "Hãy ghi ý kiến, hoặc chữ đề nghị sửa thành."})
    if locked.remarks.count() >= MOST:
        raise ValidationError(f"Dự thảo đã có {MOST} góp ý. Hãy trả lại dự thảo hoặc gọi người soạn.")
    refuse_marks({"words": words, "proposal": proposal})
    made = DraftRemark.objects.create(
        outgoing=locked, by=by, user=by.operator, quote=quote, before=before_of(locked.body, place), words=words,
        is_suggestion=is_suggestion, proposal=proposal if is_suggestion else "", at=at,
    )  # fmt: skip
    record("remark_draft", locked, by=by, at=at, payload={"remark": made.pk})
    return made


@transaction.atomic
def accept(remark: DraftRemark, *, by: Post, at: datetime) -> None:
    """A suggestion is written into the draft, at its place; a comment is only marked as followed.

    Raises ValidationError when the place has changed meanwhile, its author has typed text that was not saved, or the text
    would no longer keep to `check_words`.
    """
    outgoing = _taken(remark, by)
    if remark.is_suggestion:
        if outgoing.state not in EDITABLE:
            raise NotAllowedNow(
                "Dự thảo đang được trình nên chưa sửa được. Khi dự thảo trở về, hãy bấm lại.", outgoing
            )
        _write(remark, outgoing, by=by, at=at)
    _settle(remark, DraftRemark.State.ACCEPTED, by=by, at=at)
    record("accept_remark", outgoing, by=by, at=at, payload={"remark": remark.pk, "by": remark.by_id})
    void_if_changed(outgoing, by=by, at=at)


@transaction.atomic
def refuse(remark: DraftRemark, *, by: Post, at: datetime) -> None:
    outgoing = _taken(remark, by)
    _settle(remark, DraftRemark.State.REFUSED, by=by, at=at)
    record("refuse_remark", outgoing, by=by, at=at, payload={"remark": remark.pk, "by": remark.by_id})


def _taken(remark: DraftRemark, by: Post) -> Outgoing:
    lock(remark.outgoing)
    outgoing = Outgoing.objects.get(pk=remark.outgoing_id)
    if not may(by, "edit_outgoing", outgoing):
        raise PermissionDenied("Chỉ người soạn trả lời góp ý.")
    _in_time(outgoing)
    remark.refresh_from_db(fields=["state"])
    if remark.state != DraftRemark.State.OPEN:
        raise NotAllowedNow("Góp ý này đã được trả lời.", outgoing)
    return outgoing


def _write(remark: DraftRemark, outgoing: Outgoing, *, by: Post, at: datetime) -> None:
    if UnsentText.objects.filter(user=by.operator, form=f"draft-{outgoing.pk}").exists():
        raise ValidationError(
            "Dự thảo đang có chữ bạn gõ mà chưa lưu. Hãy mở dự thảo, lưu lại (hoặc bỏ phần đang gõ), rồi sửa theo góp ý."
        )
    place = find_place(outgoing.body, remark.quote, remark.before)
    body = place and replaced(outgoing.body, place, remark.proposal)
    if body is None:
        raise ValidationError(
            "Đoạn được góp ý đã thay đổi nên không sửa tự động được. Hãy mở dự thảo và sửa tay."
        )
    check_words(outgoing.kind, outgoing.signer, outgoing.drafter, body=body, secretary=outgoing.secretary)
    refuse_marks({"body": body})  # the suggestion and what stands around it may make one together
    outgoing.body = body
    outgoing.save(update_fields=["body"])
    keep_pictures(outgoing, by=by, at=at)
    drop_pictures(outgoing)


def _settle(remark: DraftRemark, state: str, *, by: Post, at: datetime) -> None:
    remark.state, remark.settled_by, remark.settled_at = state, by, at
    remark.save(update_fields=["state", "settled_by", "settled_at"])


def _in_time(outgoing: Outgoing) -> None:
    if outgoing.state not in OPEN_IN:
        raise NotAllowedNow("Dự thảo đã được duyệt hoặc đã dừng, không góp ý được nữa.", outgoing)
