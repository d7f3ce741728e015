"""Phiếu trình: a draft goes round, group after group, and everybody in a group at once. One refusal returns it to its maker;
when the last group has spoken the draft is submitted, and every check and right of its journey stays what it is."""

from collections.abc import Iterable
from datetime import date, datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Min
from django.utils import timezone

from documents import versions
from documents.access import may
from documents.actions.metadata.own_fields import must_have_own
from documents.actions.outgoing import approval
from documents.actions.outgoing.drafts import EDITABLE
from documents.actions.outgoing.slip_and_draft import (
    digest_of,
    held,
    locked_draft,
    still_says_so,
    told_of,
    turn_of,
    under_way,
    when,
)
from documents.actions.work.assignments import check_due
from documents.actions.work.consultations import check_can_be_asked, check_later
from documents.actions.work.receivers import in_person, in_words
from documents.journey import NotAllowedNow, check, happened, move, record
from documents.models import Outgoing, Slip, SlipPlace, SlipRound
from orgs.models import Post, Unit

MOST = 30  # people on one slip
LATER, WAITING, ANSWERED = SlipPlace.State.LATER, SlipPlace.State.WAITING, SlipPlace.State.ANSWERED


def make_slip(
    outgoing: Outgoing, *, text: str, proposal: str, groups: list[list[Post | Unit]], by: Post, at: datetime,
    due_on: date | None = None,
) -> Slip:  # fmt: skip
    """Lays the draft out, and it before the first group with nội dung trình and kiến nghị. `groups`: of people, and rooms
    in the person of their head; empty ones are left out. Pressed twice, it is made once.

    Raises ValidationError (nobody, somebody twice, oneself, somebody who has left or may not see the draft, a room without
    a head, a day gone by, a draft that could not be submitted), PermissionDenied, or NotAllowedNow when the draft is not
    its author's to change or has a slip already.
    """
    if (before := _made_already(outgoing, text, proposal, by)) is not None:
        return before
    check_slippable(outgoing, by=by)
    if not text.strip() or not proposal.strip():
        raise ValidationError("Hãy ghi nội dung trình và kiến nghị.")
    today = timezone.localdate(at)
    check_due(due_on, today)
    people = _checked([group for group in groups if group], outgoing, by=by, today=today)
    approval.content_checker(outgoing)
    must_have_own(outgoing)
    laid_out = approval.lay_out(outgoing, at)
    with transaction.atomic():
        locked = locked_draft(outgoing)
        if (before := _made_already(locked, text, proposal, by)) is not None:
            return before
        check_slippable(locked, by=by)
        made = Slip.objects.create(outgoing=locked, by=by, text=text, proposal=proposal, due_on=due_on, at=at)
        SlipPlace.objects.bulk_create(
            SlipPlace(
                slip=made, outgoing=locked, incoming_id=locked.in_reply_to_id, group=number, post=post, unit=unit,
                **({"state": WAITING, "since": at} if number == 1 else {}),
            )
            for number, group in enumerate(people, 1)
            for post, unit in group.items()
        )  # fmt: skip
        sent = _send(made, locked, laid_out, due_on=due_on, by=by, at=at)
        payload = _about(sent) | {"slip": made.pk, "note": _named(people), "turn": turn_of(made)}
        record("make_slip", locked, by=by, at=at, payload=payload)
    outgoing.refresh_from_db(fields=["version", "pages"])
    return made


def send_slip_again(
    slip: Slip, *, by: Post, at: datetime, note: str = "", due_on: date | None = None
) -> SlipRound:
    """After it was returned, or the draft changed: everybody speaks anew, from the first group on, of the draft as it is
    now. Raises ValidationError while exactly this draft is still going round."""
    check(slip, "send_slip_again", by=by)
    check_due(due_on, timezone.localdate(at))
    laid_out = approval.lay_out(slip.outgoing, at)
    with transaction.atomic():
        slip = held(slip)
        check(slip, "send_slip_again", by=by)
        if slip.is_open and still_says_so(slip, slip.outgoing, at):
            raise ValidationError("Phiếu trình đang trình đúng bản dự thảo này, không cần trình lại.")
        places = slip.places.exclude(state=SlipPlace.State.REPLACED)
        first = places.aggregate(first=Min("group"))["first"]
        places.update(state=LATER)
        places.filter(group=first).update(state=WAITING, since=at)
        slip.round, slip.turn = slip.round + 1, first
        sent = _send(slip, slip.outgoing, laid_out, due_on=due_on, by=by, at=at, note=note)
        about = _about(sent) | {"turn": turn_of(slip), "text": note}
        fills = {"round": slip.round, "turn": first, "due_on": due_on}
        move(slip, "send_slip_again", by=by, at=at, payload=about, fills=fills)
    return sent


@transaction.atomic
def extend_slip(slip: Slip, *, due_on: date, by: Post, at: datetime) -> None:
    """Puts the day of the round off; whoever is waited for is told, and those after them when their turn comes.

    Raises ValidationError unless it is later than it was, NotAllowedNow when it is not going round.
    """
    slip = held(slip)
    check(slip, "extend_slip", by=by)
    check_later(due_on, slip.due_on, today=timezone.localdate(at))
    days = [f"{slip.due_on:%d/%m/%Y}" if slip.due_on else "(không có)", f"{due_on:%d/%m/%Y}"]
    payload = {"note": " → ".join(days), "days": days, "due_on": due_on.isoformat(), "told": turn_of(slip)}
    move(slip, "extend_slip", by=by, at=at, payload=payload, fills={"due_on": due_on})


@transaction.atomic
def replace_in_slip(place: SlipPlace, *, post: Post, reason: str, by: Post, at: datetime) -> SlipPlace:
    """Somebody else speaks in the place of one who has left or is away. Whoever has spoken in this round is not replaced.
    Of a head who spoke for his room, somebody else from there speaks for it too.

    Raises ValidationError (no reason, somebody who is on the slip already, see `make_slip`), NotAllowedNow.
    """
    slip = held(place.slip)
    check(slip, "replace_in_slip", by=by)
    place = slip.places.select_related("post__user").get(pk=place.pk)
    if place.state == SlipPlace.State.REPLACED:
        raise NotAllowedNow(
            f"{place.post.user} đã được thay. {happened(slip, ('replace_in_slip',))}", slip.outgoing
        )
    if place.state == ANSWERED:
        raise NotAllowedNow(f"{place.post.user} đã cho ý kiến, không thay được nữa.", slip.outgoing)
    if not reason.strip():
        raise ValidationError("Hãy ghi lý do thay người.")
    check_can_be_asked(post, by=slip.by, today=timezone.localdate(at), paper=slip.outgoing)
    _check_no_sender(post, slip.senders | {by.operator.pk})
    if slip.places.exclude(state=SlipPlace.State.REPLACED).filter(post=post).exists():
        raise ValidationError(f"{post.user} đã có trong phiếu trình.")
    turn = place.state == WAITING
    slip.places.filter(pk=place.pk).update(state=SlipPlace.State.REPLACED)
    instead = SlipPlace.objects.create(
        slip=slip, outgoing_id=slip.outgoing_id, incoming_id=place.incoming_id, group=place.group, post=post,
        state=place.state, since=at if turn else None, unit_id=place.unit_id if place.unit_id == post.unit_id else None,
    )  # fmt: skip
    payload = {"note": f"Nhóm {place.group}: {place.post.user} → {post.user}", "reason": reason}
    payload |= {"told": [place.post_id], "turn": [post.pk] if turn else []}
    move(slip, "replace_in_slip", by=by, at=at, payload=payload)
    return instead


@transaction.atomic
def take_back_slip(slip: Slip, *, reason: str, by: Post, at: datetime) -> None:
    """Nobody has to speak of it any more, and who saw the draft for this alone sees it no more. The draft is its author's."""
    slip = held(slip)
    check(slip, "take_back_slip", by=by)
    if not reason.strip():
        raise ValidationError("Hãy ghi lý do thu lại.")
    told = told_of(slip)
    slip.places.exclude(state=SlipPlace.State.REPLACED).update(state=SlipPlace.State.TAKEN_BACK)
    payload = {"reason": reason, "told": told}
    move(slip, "take_back_slip", by=by, at=at, payload=payload, fills={"ended_at": at})


def check_slippable(outgoing: Outgoing, *, by: Post) -> None:
    """Refuses before the form is filled in for nothing; `make_slip` asks again."""
    if not may(by, "edit_outgoing", outgoing):
        raise PermissionDenied("Chỉ người soạn dự thảo được lập phiếu trình.")
    if outgoing.state not in EDITABLE:
        state = outgoing.state_label
        raise NotAllowedNow(f"Không thể lập phiếu trình: văn bản hiện ở trạng thái “{state}”.", outgoing)
    if slip := under_way(outgoing):
        raise NotAllowedNow(
            f"Dự thảo đã có phiếu trình lập lúc {when(slip.at)} ({slip.state_label.lower()})."
            " Hãy trình lại hoặc thu lại phiếu đó.",
            outgoing,
        )


def _checked(
    groups: list[list[Post | Unit]], outgoing: Outgoing, *, by: Post, today: date
) -> list[dict[Post, Unit | None]]:
    """Who speaks in each group, and for which room. Who is chosen as a person and with the room speaks once."""
    people: list[dict[Post, Unit | None]] = []
    for group in groups:
        chosen = [in_person(one, today, to="cho ý kiến") for one in group]
        people.append(dict(sorted(chosen, key=lambda one: one[1] is None)))
    everybody = [post for group in people for post in group]
    if not everybody:
        raise ValidationError("Hãy chọn ít nhất một người cho ý kiến.")
    if len(everybody) > MOST:
        raise ValidationError(
            f"Một phiếu trình có nhiều nhất {MOST} người cho ý kiến; đang chọn {len(everybody)}."
        )
    for post in everybody:
        if everybody.count(post) > 1:
            raise ValidationError(f"{post.user} được chọn ở hai nhóm. Mỗi người cho ý kiến một lần.")
        check_can_be_asked(post, by=by, today=today, paper=outgoing)
        _check_no_sender(post, {by.operator.pk})
    return people


def _check_no_sender(post: Post, senders: set[int]) -> None:
    """Nobody speaks of what he lays before others, also not when he did so at somebody else's inbox."""
    if post.user_id in senders:
        raise ValidationError(
            f"{post.user} là người lập hoặc gửi phiếu trình này nên không cho ý kiến. Hãy chọn người khác."
        )


def _made_already(outgoing: Outgoing, text: str, proposal: str, by: Post) -> Slip | None:
    """A second press of the same words, still in its first round."""
    same = Slip.objects.filter(outgoing=outgoing.pk, by=by, text=text, proposal=proposal, state="open")
    return same.filter(round=1).first()


def _send(
    slip: Slip, outgoing: Outgoing, laid_out, *, due_on: date | None, by: Post, at: datetime, note: str = ""
) -> SlipRound:
    """The pages as they were laid out become the draft's next version."""
    approval.still_the_same(outgoing, laid_out, at)
    outgoing.version, outgoing.pages = outgoing.version + 1, laid_out.pages
    outgoing.save(update_fields=["version", "pages"])
    file = approval.keep_version(outgoing, laid_out, by=by, at=at)
    return SlipRound.objects.create(
        slip=slip, number=slip.round, file=file, sha256=versions.content_of(outgoing),
        digest=digest_of(outgoing, at), note=note, due_on=due_on, at=at, user=by.operator,
    )  # fmt: skip


def _about(sent: SlipRound) -> dict:
    return {
        "round": sent.number,
        "version": sent.file.version,
        "sha256": sent.sha256,
        "due_on": sent.due_on and sent.due_on.isoformat(),
    }


def _named(groups: Iterable[dict[Post, Unit | None]]) -> str:
    lines = (", ".join(in_words(post, unit) for post, unit in group.items()) for group in groups)
    return "; ".join(f"nhóm {number}: {names}" for number, names in enumerate(lines, 1))
