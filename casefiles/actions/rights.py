"""Who is let into a file and out of it; each change is an alert until the competent person has said yes or no (decree 30
Phụ lục VI III.3b, c)."""

from collections.abc import Collection
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from casefiles.journey import hold, move
from casefiles.models import CaseFile, Member, RightsChange
from documents.access.people import stands_above
from orgs.actions.notices import hold as hold_accounts
from orgs.actions.notices import tell
from orgs.models import Post, Role
from orgs.models.notice import WORK


@transaction.atomic
def let_in(case: CaseFile, *, post: Post, role: str, by: Post, at: datetime) -> None:
    """Somebody of the office, to work on it too or to read. Works at once; the competent person is told, and may undo it."""
    case = hold(case)
    if post.organisation_id != case.organisation_id or not _here_on(post, at):
        raise ValidationError({"post": "Chỉ cho người đang công tác tại cơ quan vào hồ sơ."})
    if post.pk == case.creator_id or case.members.filter(post=post, ended_at=None).exists():
        raise ValidationError({"post": f"{post.user} đã ở trong hồ sơ này."})
    competent = competent_for(case, by, at)
    hold_accounts({post.user_id, *(one.user_id for one in competent)})  # told apart, held in one order
    member = Member.objects.create(case=case, post=post, role=role, by=by, at=at)
    _changed(case, member, competent, given=True, by=by, at=at)
    text = f"{by.operator} cho bạn vào hồ sơ {case.code}: {Member.Role(role).label.lower()}."
    tell([post.user], text, at=at, url=case.get_absolute_url(), kind=WORK)
    said = {"note": f"{post.user}: {Member.Role(role).label}", "member": member.pk}
    move(case, "let_in", by=by, at=at, payload=said)


@transaction.atomic
def let_out(case: CaseFile, *, member: Member, by: Post, at: datetime) -> None:
    case = hold(case)
    if not Member.objects.filter(pk=member.pk, case=case, ended_at=None).update(ended_at=at):
        raise ValidationError(f"{member.post.user} đã ra khỏi hồ sơ.")
    _changed(case, member, competent_for(case, by, at), given=False, by=by, at=at)
    said = {"note": f"{member.post.user}: {member.get_role_display()}", "member": member.pk}
    move(case, "let_out", by=by, at=at, payload=said)


@transaction.atomic
def settle(case: CaseFile, *, changes: Collection[int], by: Post, at: datetime, agreed: bool) -> int:
    """The competent person's word on those `changes` (keys) that wait: yes, and the alert is gone; no, and it is as it was
    before. How many. What was changed since he looked waits on.

    Raises PermissionDenied for anybody else, and for whoever made one of the changes himself.
    """
    case = hold(case)
    waiting = list(waiting_of(case).filter(pk__in=changes).select_for_update(of=("self",)))
    if not waiting:
        return 0
    if any(by.operator.pk in (one.user_id, one.member.post.user_id) for one in waiting):
        raise PermissionDenied("Người thay đổi quyền, hay người được thay đổi, không tự xác nhận.")
    for one in waiting:
        one.settled_by, one.settled_at, one.agreed = by, at, agreed
        one.save(update_fields=["settled_by", "settled_at", "agreed"])
        if not agreed:
            _undo(one, at)
    names = "; ".join(f"{'cho' if one.given else 'bỏ'} {one.member.post.user}" for one in waiting)
    move(case, "confirm_rights" if agreed else "undo_rights", by=by, at=at, payload={"note": names[:500]})
    return len(waiting)


def waiting_of(case: CaseFile):
    return RightsChange.objects.filter(case=case, settled_at=None).select_related(
        "user", "member__post__user"
    )


def competent_for(case: CaseFile, by: Post, at: datetime) -> list[Post]:
    """The head of the creator's unit; where there is none but the one who acts, whoever stands above."""
    people = Post.objects.on(timezone.localdate(at)).filter(organisation=case.organisation_id)
    people = people.select_related("user").filter(user__is_active=True).exclude(user=by.operator)
    heads = list(people.filter(role=Role.UNIT_HEAD, unit=case.unit_id)) if case.unit_id else []
    if heads:
        return heads
    return [post for post in people.filter(role__in=(Role.OFFICE_HEAD, Role.LEADER)) if stands_above(post)]


def _changed(
    case: CaseFile, member: Member, competent: list[Post], *, given: bool, by: Post, at: datetime
) -> None:
    RightsChange.objects.create(case=case, member=member, given=given, by=by, user=by.operator, at=at)
    text = f"Quyền đối với hồ sơ {case.code} vừa thay đổi, chờ bạn xác nhận."
    tell(
        [post.user for post in competent], text, at=at, url=f"{case.get_absolute_url()}?tab=people", kind=WORK
    )


def _undo(change: RightsChange, at: datetime) -> None:
    member = change.member
    if change.given:
        Member.objects.filter(pk=member.pk, ended_at=None).update(ended_at=at)
    elif not Member.objects.filter(case=change.case_id, post=member.post_id, ended_at=None).exists():
        Member.objects.filter(pk=member.pk).update(ended_at=None)


def _here_on(post: Post, at: datetime) -> bool:
    day = timezone.localdate(at)
    return post.valid_from <= day and (post.valid_to is None or day < post.valid_to) and post.user.is_active
