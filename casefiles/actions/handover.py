"""Bàn giao: everything that a leaver has in hand goes to successors in one act, with minutes; and the question that keeps a
post from being ended before (decree 30 art. 31.3đ). An account can be locked at any moment."""

from collections.abc import Collection
from datetime import date, datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import CharField, QuerySet, Value
from django.utils import timezone

from casefiles.access import OPENS
from casefiles.journey import hold_all, tell_all, tell_office
from casefiles.models import CaseFile, Handover, HandoverChoice, HandoverLine, Member, RightsChange
from casefiles.models.handover import Kind
from documents.access import may
from documents.access.rules import POST_POWERS
from documents.actions.work import handover as papers
from documents.actions.work.receivers import CANNOT_HANDLE
from documents.journey import NotAllowedNow
from orgs.actions.notices import hold as hold_accounts
from orgs.actions.notices import tell_each
from orgs.models import Post
from orgs.models.notice import WORK

LIVE = ("open", "closed", "returned", "submitted")  # of a file that somebody has to answer for
Chosen = dict[str, dict[int, int]]  # kind → key of the thing → key of the successor's post


def files_of(post: Post) -> QuerySet[CaseFile]:
    return CaseFile.objects.filter(creator=post, state__in=LIVE)


def seats_of(post: Post) -> QuerySet[Member]:
    """In files of others that are still worked on; in one that is the archive's there is nothing to do."""
    return Member.objects.filter(post=post, ended_at=None, case__state__in=LIVE)


LEFT = {str(Kind.FILES): files_of, str(Kind.SEATS): seats_of} | papers.LEFT


def counts_left(post: Post) -> dict[str, int]:
    """How many of each kind; one query for all of them."""
    first, *others = [
        left(post).order_by().annotate(of=Value(str(kind), CharField())).values_list("of", "pk")
        for kind, left in LEFT.items()
    ]
    found = dict.fromkeys(LEFT, 0)
    for kind, _ in first.union(*others, all=True):
        found[kind] += 1
    return found


def said_left(post: Post) -> str:
    """What is left, in words, for whoever wants to end the post; "" for nothing."""
    found = [
        f"{left(post).count()} {Kind(kind).label.lower()}"
        for kind, left in LEFT.items()
        if left(post).exists()
    ]
    return ", ".join(found)


def can_have(kind: str, role: str) -> bool:
    """Whether somebody in this role can have things of that kind."""
    if kind in (Kind.FILES, Kind.SEATS):
        return role in OPENS
    return role in POST_POWERS["draft"] if kind == Kind.DRAFTS else role not in CANNOT_HANDLE


def successors_for(leaver: Post, day: date) -> QuerySet[Post]:
    """Posts of that day at his office, of people whose account is open."""
    people = Post.objects.on(day).filter(organisation=leaver.organisation_id, user__is_active=True)
    return people.exclude(pk=leaver.pk).exclude(user=leaver.user_id)


@transaction.atomic
def choose(leaver: Post, *, kind: str, keys: Collection[int], to: Post | None, by: Post, at: datetime) -> int:
    """These of one kind are to go to somebody else than the rest of it; `to` None: with the rest. How many."""
    _check_may(by, leaver)
    keys = list(LEFT[Kind(kind)](leaver).filter(pk__in=keys).values_list("pk", flat=True))
    HandoverChoice.objects.filter(leaver=leaver, kind=kind, key__in=keys).delete()
    if to is not None:
        _check_successors({kind: dict.fromkeys(keys, to.pk)}, leaver, at)
        made = [HandoverChoice(leaver=leaver, kind=kind, key=key, to=to) for key in keys]
        HandoverChoice.objects.bulk_create(made, ignore_conflicts=True)
    return len(keys)


@transaction.atomic
def hand_over(
    leaver: Post, *, to: dict[str, Post | None], by: Post, at: datetime, note: str = ""
) -> Handover:
    """All that is in the hands of `leaver` goes: to whom was chosen for the one thing, else to the successor of its kind.

    Each has its event, the whole an act with lines for the minutes. Some queries a kind and a successor, however many things
    there are. Raises PermissionDenied; ValidationError for a kind that nobody is named for, a successor who cannot have it or
    has left meanwhile; NotAllowedNow where nothing is left: somebody was faster. Then nothing has changed.
    """
    _check_may(by, leaver)
    # Posts of both sides before papers: the leaver cannot be given the post's end, nor a successor his, until this is done.
    chosen = _chosen(leaver, to)
    successors = _held_posts(leaver, chosen)
    _check_successors(chosen, leaver, at)
    papers.hold_matters(chosen)
    hold_all([*chosen.get(Kind.FILES, ()), *_files_of_seats(chosen)])
    people = {post.user_id: post for post in successors.values()}
    hold_accounts({*people, leaver.user_id})
    made = Handover.objects.create(
        organisation=leaver.organisation, leaver=leaver, by=by, at=at, note=note.strip()[:500]
    )
    said = {"handover": made.pk}
    gone = papers.into_other_hands(leaver, chosen, successors, by=by, at=at, said=said)
    gone[Kind.FILES] = _files(leaver, chosen, successors, by=by, at=at, said=said)
    gone[Kind.SEATS] = _seats(leaver, chosen, successors, by=by, at=at, said=said)
    lines = [
        HandoverLine(handover=made, kind=kind, key=key, to=successors[chosen[kind][key]])
        for kind in Kind.values
        for key in sorted(gone.get(kind, ()))
    ]
    if not lines:
        raise NotAllowedNow(
            f"{leaver.user} không còn gì để bàn giao; có thể một người khác vừa bàn giao xong."
        )
    HandoverLine.objects.bulk_create(lines)
    HandoverChoice.objects.filter(leaver=leaver).delete()
    _tell(made, lines, leaver, at)
    counts = {kind: len(keys) for kind, keys in gone.items() if keys}
    words = ", ".join(f"{number} {Kind(kind).label.lower()}" for kind, number in counts.items())
    payload = said | {"counts": counts, "leaver": leaver.pk, "note": f"của {leaver.user}: {words}"[:500]}
    tell_office("hand_over", by=by, at=at, organisation=leaver.organisation, payload=payload)
    return made


def _check_may(by: Post, leaver: Post) -> None:
    if not may(by, "hand_over", leaver):
        raise PermissionDenied(
            "Trưởng đơn vị, Chánh Văn phòng hoặc người đứng đầu bàn giao việc của người rời vị trí."
        )


def _chosen(leaver: Post, to: dict[str, Post | None]) -> Chosen:
    """Every thing with its successor. Raises ValidationError for kinds nobody is named for."""
    apart: Chosen = {}
    for kind, key, post in HandoverChoice.objects.filter(leaver=leaver).values_list("kind", "key", "to"):
        apart.setdefault(kind, {})[key] = post
    found, missing = {}, {}
    for kind, left in LEFT.items():
        rest = to.get(kind)
        keys = left(leaver).order_by("pk").values_list("pk", flat=True)
        of_kind = {key: apart.get(kind, {}).get(key) or (rest and rest.pk) for key in keys}
        if None in of_kind.values():
            missing[str(kind)] = f"Hãy chọn người nhận {Kind(kind).label.lower()}."
        found[str(kind)] = of_kind
    if missing:
        raise ValidationError(missing)
    return {kind: of_kind for kind, of_kind in found.items() if of_kind}


def _held_posts(leaver: Post, chosen: Chosen) -> dict[int, Post]:
    keys = {post for of_kind in chosen.values() for post in of_kind.values()}
    held = (
        Post.objects.select_for_update(no_key=True, of=("self",))
        .filter(pk__in={*keys, leaver.pk})
        .order_by("pk")
    )
    return {post.pk: post for post in held.select_related("user", "unit", "organisation")}


def _check_successors(chosen: Chosen, leaver: Post, at: datetime) -> None:
    """Raises ValidationError naming who cannot have what was chosen for him, also because he has left meanwhile."""
    wanted = {post for of_kind in chosen.values() for post in of_kind.values()}
    here = successors_for(leaver, timezone.localdate(at)).filter(pk__in=wanted)
    roles = dict(here.values_list("pk", "role"))
    for kind, of_kind in chosen.items():
        unfit = {post for post in of_kind.values() if post not in roles or not can_have(kind, roles[post])}
        if not unfit:
            continue
        people = Post.objects.filter(pk__in=unfit).select_related("user")
        names = ", ".join(sorted({str(post.user) for post in people}))
        what = Kind(kind).label.lower()
        raise ValidationError(
            {kind: f"{names} không nhận được {what}: đã rời vị trí, bị khóa tài khoản hoặc vai trò không phù hợp. Hãy chọn người khác."}
        )  # fmt: skip


def _files_of_seats(chosen: Chosen) -> list[int]:
    seats = chosen.get(Kind.SEATS)
    return list(Member.objects.filter(pk__in=seats).values_list("case", flat=True)) if seats else []


def _files(
    leaver: Post, chosen: Chosen, successors: dict[int, Post], *, by: Post, at: datetime, said: dict
) -> set[int]:
    wanted = chosen.get(Kind.FILES, {})
    files = list(files_of(leaver).filter(pk__in=wanted).select_related("organisation")) if wanted else []
    for key, cases in _by(files, lambda case: wanted[case.pk]).items():
        to, keys = successors[key], [case.pk for case in cases]
        CaseFile.objects.filter(pk__in=keys).update(creator=to, unit=to.unit)
        Member.objects.filter(case__in=keys, post=to, ended_at=None).update(
            ended_at=at
        )  # he answers for it now
    told = [
        (case, said | {"note": _words(leaver, successors[wanted[case.pk]]), "to_post": wanted[case.pk]})
        for case in files
    ]
    if told:
        tell_all("hand_over_file", told, by=by, at=at)
    return {case.pk for case in files}


def _seats(
    leaver: Post, chosen: Chosen, successors: dict[int, Post], *, by: Post, at: datetime, said: dict
) -> set[int]:
    """The same place, in the same files. A change of rights made by the competent person himself: settled with the act."""
    wanted = chosen.get(Kind.SEATS, {})
    seats = (
        list(seats_of(leaver).filter(pk__in=wanted).select_related("case__organisation")) if wanted else []
    )
    if not seats:
        return set()
    Member.objects.filter(pk__in=[seat.pk for seat in seats]).update(ended_at=at)
    there = set(
        Member.objects.filter(case__in=[seat.case_id for seat in seats], ended_at=None).values_list(
            "case", "post"
        )
    )
    new = [
        Member(case=seat.case, post=successors[wanted[seat.pk]], role=seat.role, by=by, at=at)
        for seat in seats
        if (seat.case_id, wanted[seat.pk]) not in there and seat.case.creator_id != wanted[seat.pk]
    ]
    Member.objects.bulk_create(new)
    settled = {"by": by, "user": by.operator, "at": at, "settled_by": by, "settled_at": at, "agreed": True}
    RightsChange.objects.bulk_create(
        [RightsChange(case=seat.case, member=seat, given=False, **settled) for seat in seats]
        + [RightsChange(case=one.case, member=one, given=True, **settled) for one in new]
    )
    told = [
        (
            seat.case,
            said
            | {
                "note": _words(leaver, successors[wanted[seat.pk]]),
                "member": seat.pk,
                "to_post": wanted[seat.pk],
            },
        )
        for seat in seats
    ]
    tell_all("hand_over_seat", told, by=by, at=at)
    return {seat.pk for seat in seats}


def _tell(made: Handover, lines: list[HandoverLine], leaver: Post, at: datetime) -> None:
    """Each successor what came to him, the leaver that it went; one notice each."""
    texts = {leaver.user_id: f"Hồ sơ, việc, dự thảo của bạn đã được bàn giao: {len(lines)} mục."}
    for to, given in _by(lines, lambda line: line.to).items():
        texts[to.user_id] = f"Bạn nhận bàn giao {len(given)} mục của {leaver.user}."
    tell_each(texts, at=at, url=made.get_absolute_url(), kind=WORK)


def _words(leaver: Post, to: Post) -> str:
    return f"{leaver.user} → {to.user}"


def _by(rows, key) -> dict:
    found: dict = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return found
