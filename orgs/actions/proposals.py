"""The only writer of proposals: proposed by one, decided by another (decree 30/2020 Phụ lục VI III.3c).

| step     | from | to        | who                                                                |
|----------|------|-----------|--------------------------------------------------------------------|
| propose  |      | open      | who has the right by his office, in person                         |
| confirm  | open | confirmed | another person with that right, not the one concerned              |
| refuse   | open | refused   | who could confirm it, or the one concerned                         |
| withdraw | open | withdrawn | who proposed it                                                    |

After seven days an open one is over by itself. An operator may confirm alone in an emergency, loudly.
"""

import logging
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from orgs.actions.notices import tell
from orgs.actions.refused import NeedsTwo, Refused
from orgs.models import Organisation, Post, Proposal, Role, User
from orgs.proposals import KINDS, NEW_WAY_IN, called_on, confirmers, in_halves, operators
from orgs.record import record
from orgs.signals import confirmed_alone

logger = logging.getLogger(__name__)
State = Proposal.State
LONG_ENOUGH = 20  # characters of the reason of an emergency
SHORT_REASON = "Hãy ghi lý do, ít nhất mười ký tự."


@transaction.atomic
def propose(
    kind: str, *, organisation: Organisation, text: str, by: Post, at: datetime, subject: User | None = None,
    operators_only: bool = False, **payload: Any,
) -> Proposal:  # fmt: skip
    """Asks for an act that another person must confirm. Raises PermissionDenied, Refused: it could not be done anyhow."""
    proposal = Proposal(
        kind=kind, organisation=organisation, subject=subject, text=text[:500], payload=payload,
        operators_only=operators_only, proposed_by=by, proposed_user=by.user, proposed_at=at,
    )  # fmt: skip
    what = KINDS[kind]
    if not what.may_propose(by, proposal, at):
        raise PermissionDenied("Vai trò này không đề nghị được việc này.")
    what.check(proposal, at)
    proposal.facts = what.facts(proposal, at)
    called = called_on(proposal, at)
    _hold([subject, *(post.user for post in called)])
    same = Proposal.objects.open(at).filter(
        organisation=organisation, kind=kind, subject=subject, payload=payload
    )
    if same.exists():
        raise Refused("Đã có một đề nghị giống hệt đang chờ xác nhận.")
    proposal.save(force_insert=True)
    url = proposal.get_absolute_url()
    if subject is not None:
        more = f" Về tài khoản của bạn: {proposal.facts[NEW_WAY_IN]}." if NEW_WAY_IN in proposal.facts else ""
        words = f"{by.user} đề nghị: {text}. Chưa có hiệu lực, chờ người khác xác nhận.{more}"
        tell([subject], words, at=at, url=url)
    others = {post.user for post in called} - {subject}
    tell(others, f"{by.user} đề nghị, chờ bạn hoặc người khác xác nhận: {text}.", at=at, url=url)
    _note("propose", proposal, by=by, at=at)
    return proposal


@transaction.atomic
def confirm(proposal: Proposal, *, by: Post, at: datetime) -> str:
    """Does what was proposed, if everything still stands. Gives back what the confirming person alone is shown once.

    Of two at once the second waits, and is told who was first. Raises PermissionDenied, Refused.
    """
    proposal = _locked(proposal, at)
    _ask_who_confirms(proposal, by, at)
    return _confirmed(proposal, by=by, at=at)


@transaction.atomic
def confirm_alone(proposal: Proposal, *, reason: str, by: Post, at: datetime) -> str:
    """In an emergency: an operator confirms by himself, even what he proposed. Every operator and everybody who leads
    or administers the organisation is told at once, and it stands on the page of emergencies for ever."""
    proposal = _locked(proposal, at)
    if by.role != Role.SYS_ADMIN or not by.in_person:
        raise PermissionDenied("Chỉ quản trị hệ thống xác nhận được một mình, trong trường hợp khẩn cấp.")
    if proposal.subject_id == by.user_id:
        raise Refused("Không ai xác nhận việc của chính mình, kể cả khi khẩn cấp.")
    if proposal.payload.get("role") == Role.SYS_ADMIN:
        raise Refused(
            "Quản trị hệ thống không được lập một mình, kể cả khi khẩn cấp: người đó sẽ xác nhận mọi việc sau này."
        )
    if in_halves(proposal) and proposal.proposed_user_id == by.user_id:
        raise Refused(
            "Mật khẩu có hai nửa cho hai người; hãy để một quản trị khác đề nghị, rồi bạn xác nhận khẩn cấp."
        )
    if len(reason.strip()) < LONG_ENOUGH:
        raise Refused(f"Hãy ghi rõ vì sao không chờ được, ít nhất {LONG_ENOUGH} ký tự.")
    given = _confirmed(proposal, by=by, at=at, reason=reason.strip()[:500], emergency=True)
    confirmed_alone.send(sender=Proposal, proposal=proposal, at=at)
    return given


def ask_for_two(
    by: Post | None, confirmed: Proposal | None, *kinds: str, at: datetime, organisation: Organisation | None = None,
    subject: User | None = None, **said: Any,
) -> None:  # fmt: skip
    """Raises NeedsTwo unless another has confirmed this very act, just now: of one of these kinds, about `subject`, in
    `organisation`, with these values of its payload. Or it comes from the server itself (by=None)."""
    if by is not None and not (
        confirmed is not None
        and confirmed.state == State.CONFIRMED
        and confirmed.decided_at == at
        and confirmed.kind in kinds
        and _is_about(confirmed, subject)
        and organisation in (None, confirmed.organisation)
        and all(confirmed.payload.get(name) == value for name, value in said.items())
    ):
        raise NeedsTwo(f"{' or '.join(kinds)} by one person alone, or confirmed otherwise than it is done")


def _is_about(proposal: Proposal, user: User | None) -> bool:
    """Of a new account there was a name only."""
    if user is not None and proposal.subject_id is None:
        return proposal.payload.get("username") == user.username
    return proposal.subject_id == (user and user.pk)


@transaction.atomic
def refuse(proposal: Proposal, *, reason: str, by: Post, at: datetime) -> None:
    """Nothing comes of it. Whom it concerns may refuse it too: he has not asked for it."""
    proposal = _locked(proposal, at)
    concerned = proposal.subject_id == by.user_id and by.in_person
    if proposal.proposed_user_id == by.user_id:
        raise Refused("Đây là đề nghị của bạn; hãy rút thay vì từ chối.")
    if not concerned and not KINDS[proposal.kind].may_confirm(by, proposal, at):
        raise PermissionDenied("Vai trò này không từ chối được đề nghị này.")
    if len(reason.strip()) < 10:
        raise Refused(SHORT_REASON)
    _hold([proposal.subject, proposal.proposed_user])
    _decide(proposal, State.REFUSED, by=by, at=at, reason=reason.strip()[:500])
    _tell_both(
        proposal, f"{by.user} từ chối đề nghị: {proposal.text}. Lý do: {proposal.reason}", by=by, at=at
    )
    _note("refuse_proposal", proposal, by=by, at=at, reason=proposal.reason)


@transaction.atomic
def withdraw(proposal: Proposal, *, by: Post, at: datetime) -> None:
    proposal = _locked(proposal, at)
    if proposal.proposed_user_id != by.user_id or not by.in_person:
        raise PermissionDenied("Chỉ người đề nghị rút được đề nghị.")
    _hold([proposal.subject])
    _decide(proposal, State.WITHDRAWN, by=by, at=at)
    _tell_both(proposal, f"{by.user} đã rút đề nghị: {proposal.text}.", by=by, at=at)
    _note("withdraw_proposal", proposal, by=by, at=at)


def why_not(proposal: Proposal, by: Post, at: datetime) -> str:
    """Why this post cannot confirm it now, for the page; empty: it can."""
    try:
        _ask_who_confirms(proposal, by, at)
        _ask_who_proposed(proposal, at)
    except (Refused, PermissionDenied) as refusal:
        return str(refusal)
    return ""


def _confirmed(
    proposal: Proposal, *, by: Post, at: datetime, reason: str = "", emergency: bool = False
) -> str:
    what = KINDS[proposal.kind]
    _ask_who_proposed(proposal, at)
    told = {proposal.subject, proposal.proposed_user} | (_alarmed(proposal, at) if emergency else set())
    _hold(told)
    _ask_whether_changed(proposal, what.facts(proposal, at))
    what.check(proposal, at)
    _decide(proposal, State.CONFIRMED, by=by, at=at, reason=reason, emergency=emergency)
    given = what.do(proposal, by, at)
    _tell_both(proposal, f"{by.user} đã xác nhận: {proposal.text}. Có hiệu lực ngay.", by=by, at=at)
    if emergency:
        loud = f"KHẨN CẤP: {by.user} xác nhận một mình: {proposal.text}. Lý do: {reason}"
        tell(told - {None, by.user}, loud, at=at, url=proposal.get_absolute_url())
        _note("emergency", proposal, by=by, at=at, reason=reason)
    else:
        _note("confirm_proposal", proposal, by=by, at=at)
    return given


def _alarmed(proposal: Proposal, at: datetime) -> set[User]:
    """Every operator, and whoever leads or administers the organisation."""
    there = Post.objects.on(timezone.localdate(at)).filter(
        organisation=proposal.organisation_id, role__in=(Role.LEADER, Role.ORG_ADMIN), user__is_active=True
    )
    return {post.user for post in (*operators(at), *there.select_related("user"))}


def _locked(proposal: Proposal, at: datetime) -> Proposal:
    """The row as it stands, held until the end: of two at once the second is told what the first has done."""
    list(Proposal.objects.select_for_update(no_key=True).filter(pk=proposal.pk).values_list("pk"))
    found = Proposal.objects.with_names().get(pk=proposal.pk)
    if found.state != State.OPEN:
        when = timezone.localtime(found.decided_at)
        done = found.get_state_display().lower()
        raise Refused(f"Đề nghị này {done}: {found.decided_user}, {when:%H:%M ngày %d/%m/%Y}.")
    if not found.is_open(at):
        raise Refused(
            "Đề nghị này quá bảy ngày không ai xác nhận nên không còn hiệu lực. Hãy lập đề nghị mới."
        )
    return found


def _ask_who_confirms(proposal: Proposal, by: Post, at: datetime) -> None:
    if not by.in_person:
        raise PermissionDenied("Hộp việc được ủy quyền không mang theo quyền xác nhận.")
    if by.user_id == proposal.proposed_user_id:
        raise Refused("Không ai xác nhận đề nghị của chính mình; cần một người khác.")
    if by.user_id == proposal.subject_id:
        raise Refused("Đề nghị này liên quan đến chính bạn; cần một người khác xác nhận.")
    if not KINDS[proposal.kind].may_confirm(by, proposal, at):
        raise PermissionDenied("Vai trò này không xác nhận được việc này.")
    if by.role == Role.SYS_ADMIN:
        there = confirmers(proposal, at).first()
        if there is not None:
            raise Refused(
                f"{proposal.organisation} có người xác nhận được ({there.user}, {there.title});"
                " quản trị hệ thống chỉ xác nhận thay nơi không còn ai."
            )


def _ask_who_proposed(proposal: Proposal, at: datetime) -> None:
    """The proposal stands on its proposer: who has left or lost the right proposes nothing any more."""
    post = proposal.proposed_by
    day = timezone.localdate(at)
    held = proposal.proposed_user.is_active and Post.objects.on(day).filter(pk=post.pk).exists()
    if not held or not KINDS[proposal.kind].may_propose(post, proposal, at):
        raise Refused(
            f"{proposal.proposed_user} không còn giữ vị trí hoặc quyền đã dùng để đề nghị, nên không xác nhận được."
            " Hãy từ chối và lập đề nghị mới."
        )


def _ask_whether_changed(proposal: Proposal, now: dict[str, str]) -> None:
    changed = [
        f"{name}: {proposal.facts.get(name) or '(không)'} → {now.get(name) or '(không)'}"
        for name in sorted({*proposal.facts, *now})
        if proposal.facts.get(name) != now.get(name)
    ]
    if changed:
        raise Refused(
            f"Đã thay đổi từ lúc đề nghị: {'; '.join(changed)}. Hãy từ chối và lập đề nghị mới nếu còn cần."
        )


def _decide(proposal: Proposal, state: str, *, by: Post, at: datetime, **also: Any) -> None:
    """By compare-and-swap: of two decisions one writes."""
    changes = {"state": state, "decided_by": by, "decided_user": by.operator, "decided_at": at, **also}
    if not Proposal.objects.filter(pk=proposal.pk, state=State.OPEN).update(**changes):
        raise Refused("Đề nghị này vừa được người khác giải quyết.")
    for name, value in changes.items():
        setattr(proposal, name, value)


def _hold(people: Iterable[User | None]) -> None:
    """Accounts before the chain of events, all in one order: no two acts wait for each other."""
    pks = sorted({person.pk for person in people if person is not None})
    list(User.objects.select_for_update(no_key=True).filter(pk__in=pks).order_by("pk").values_list("pk"))


def _tell_both(proposal: Proposal, text: str, *, by: Post, at: datetime) -> None:
    people = {proposal.subject, proposal.proposed_user} - {None, by.user}
    tell(people, text, at=at, url=proposal.get_absolute_url())


def _note(kind: str, proposal: Proposal, *, by: Post, at: datetime, **said: Any) -> None:
    about = {"proposal": proposal.pk, "what": KINDS[proposal.kind].label, "text": proposal.text}
    if proposal.subject_id:
        about["user"] = proposal.subject_id
    record(kind, proposal.organisation, by=by, at=at, **about, **said)
    logger.info("proposal %s (%s): %s by post %s", proposal.pk, proposal.kind, kind, by.pk)
