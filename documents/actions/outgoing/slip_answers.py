"""Cho ý kiến về phiếu trình: what one says brings the next one's turn, the slip back to its maker, or the draft on its way."""

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Min

from documents import versions
from documents.actions.outgoing import approval
from documents.actions.outgoing.slip_and_draft import held, still_says_so, stop, told_of, turn_of, when
from documents.journey import NotAllowedNow, happened, move
from documents.models import Outgoing, Slip, SlipOpinion, SlipPlace, SlipRound
from orgs.models import Post

AGREE, DISAGREE = SlipOpinion.Choice.AGREE, SlipOpinion.Choice.DISAGREE
LATER, WAITING, ANSWERED = SlipPlace.State.LATER, SlipPlace.State.WAITING, SlipPlace.State.ANSWERED
ENDED = ("return_slip", "approve_slip", "void_slip", "take_back_slip")


@transaction.atomic
def answer_slip(
    place: SlipPlace, *, choice: str, sha256: str, by: Post, at: datetime, text: str = ""
) -> SlipOpinion:
    """Agrees, says something else (which holds nothing up), or disagrees, which returns the slip at once. The last one of
    a group brings the next group's turn; the last group's, the draft's submission.

    `sha256`: `SlipRound.sha256` of what was shown. Pressed twice, it is said once.
    Raises ValidationError (no such answer, a reason missing, another version than the one shown); NotAllowedNow when it
    is not one's turn any more.
    """
    slip = held(place.slip)
    place.refresh_from_db()
    if place.post_id != by.pk or by.operator.pk in slip.senders:
        raise PermissionDenied(
            "Chỉ người được trình, không phải người trình hoặc gửi phiếu, cho ý kiến về phiếu trình."
        )
    text, sent = text.strip(), slip.rounds.get(number=slip.round)
    if (said := _said_already(slip, place, sent, choice, text)) is not None:
        return said
    _check_answer(choice, text)
    _as_seen(slip, sent, sha256, at)
    given = SlipOpinion.objects.create(
        place=place, round=sent, choice=choice, text=text, sha256=sent.sha256, user=by.operator, at=at
    )
    slip.places.filter(pk=place.pk).update(state=ANSWERED, answered_at=at)
    _onward(slip, given, sent, by=by, at=at)
    return given


def check_turn(place: SlipPlace) -> None:
    """Raises NotAllowedNow, saying why it is not, or no longer, the turn of whoever holds this place."""
    slip = place.slip
    if place.state == SlipPlace.State.REPLACED:
        told = happened(slip, ("replace_in_slip",))
        raise NotAllowedNow(f"Bạn không còn phải cho ý kiến về phiếu trình này. {told}", slip.outgoing)
    if not slip.is_open:
        told = happened(slip, ENDED)
        raise NotAllowedNow(
            f"Không thể cho ý kiến: phiếu trình hiện ở trạng thái “{slip.state_label}”. {told}", slip.outgoing
        )
    if place.state == ANSWERED:
        said = place.opinions.select_related("user").last()
        raise NotAllowedNow(
            f"{said.user} đã cho ý kiến “{said.get_choice_display()}” lúc {when(said.at)}; phiếu trình đã đi tiếp.",
            slip.outgoing,
        )
    if place.state != WAITING:
        raise NotAllowedNow("Chưa đến lượt bạn cho ý kiến về phiếu trình này.", slip.outgoing)


def _said_already(slip, place, sent, choice: str, text: str) -> SlipOpinion | None:
    """The same once more adds nothing; anything else comes too late."""
    said = place.opinions.filter(round=sent, choice=choice, text=text).first()
    if said is None:
        place.slip = slip
        check_turn(place)
    return said


def _check_answer(choice: str, text: str) -> None:
    if choice not in SlipOpinion.Choice.values:
        raise ValidationError("Hãy chọn đồng ý, ý kiến khác hoặc không đồng ý.")
    if choice != AGREE and not text:
        raise ValidationError("Hãy ghi rõ lý do khi không đồng ý, hoặc nội dung ý kiến khác.")
    if len(text) > 2000:
        raise ValidationError("Ý kiến dài tối đa 2000 ký tự.")


def _as_seen(slip: Slip, sent: SlipRound, sha256: str, at: datetime) -> None:
    """Refuses an opinion about anything else than what was shown, and than what the draft says now."""
    if sent.sha256 != sha256 or versions.content_of(slip.outgoing) != sha256:
        raise ValidationError("Dự thảo đã được trình lại, khác bản đang xem. Hãy xem bản mới rồi cho ý kiến.")
    if not still_says_so(slip, slip.outgoing, at):
        raise ValidationError(
            "Dự thảo nay không còn như bản đã trình (thẩm quyền ký hoặc tên cơ quan đã thay đổi)."
            f" Hãy báo {slip.by.user} trình lại."
        )


def _onward(slip: Slip, given: SlipOpinion, sent: SlipRound, *, by: Post, at: datetime) -> None:
    said = {"text": given.text, "choice": given.choice, "sha256": sent.sha256, "round": sent.number}
    said["note"] = f"{given.get_choice_display()} (nhóm {slip.turn})"
    if given.choice == DISAGREE:
        told = [post for post in told_of(slip) if post != by.pk]
        stop(slip)
        move(slip, "return_slip", by=by, at=at, payload=said | {"told": told})
    elif slip.places.filter(state=WAITING).exists():
        move(slip, "answer_slip", by=by, at=at, payload=said)
    elif (turn := slip.places.filter(state=LATER).aggregate(next=Min("group"))["next"]) is not None:
        slip.places.filter(state=LATER, group=turn).update(state=WAITING, since=at)
        move(slip, "answer_slip", by=by, at=at, payload=said | {"turn": turn_of(slip)}, fills={"turn": turn})
    else:
        _pass(slip, sent, said, by=by, at=at)


def _pass(slip: Slip, sent: SlipRound, said: dict, *, by: Post, at: datetime) -> None:
    """Everybody has spoken: the very pages they saw go to the content check, in the name of whoever wrote them."""
    why = _why_not_submitted(slip.outgoing)
    move(slip, "approve_slip", by=by, at=at, payload=said | {"why": why}, fills={"ended_at": at})
    if why:
        return
    maker = Post.objects.select_related("user", "unit", "organisation").get(pk=slip.by_id)
    approval.submit_as_seen(
        slip.outgoing, sent.file, by=maker.used_by(by.operator), at=at, slip=slip.pk,
        note="Phiếu trình được thông qua, dự thảo tự trình duyệt",
    )  # fmt: skip


def _why_not_submitted(outgoing: Outgoing) -> str:
    try:
        approval.content_checker(outgoing)
    except ValidationError as why:
        return " ".join(why.messages)
    return ""
