"""An đợt hủy up to the decision: the list, the council, its votes, its minutes, the head's word (Luật Lưu trữ art. 16; TT 05/2025
art. 48-50). What destroys is in `destroying`."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from casefiles.duplicates import looks_alike, why_not_the_same
from casefiles.journey import hold_disposal, move_disposal, tell_office
from casefiles.models import CaseFile, CouncilMember, Disposal, DisposalLine, Vote
from casefiles.reviewing import held_by, why_not
from documents.access import may
from documents.journey import NotAllowedNow
from orgs.actions.notices import tell
from orgs.models import Post, Role, User
from orgs.models.notice import WORK
from ui.text import nfc

MOST = 200  # files in one list
# Of a council: leadership, archive, units concerned. The circular's number was not to be read; the careful one (docs/casefiles.md).
LEAST = 5
UNDER_WAY = ("listed", "council", "concluded", "decided", "destroying")


@transaction.atomic
def list_disposal(
    files: Collection[CaseFile], *, by: Post, at: datetime, title: str, origin: str, content: str,
    duplicates: Collection[tuple[CaseFile, CaseFile]] = (),
) -> Disposal:  # fmt: skip
    """Lập danh mục tài liệu hết thời hạn lưu trữ, trùng lặp, with its bản thuyết minh. `duplicates`: a file, and the one with the
    same content that is kept.

    Raises PermissionDenied; ValidationError naming every file that may not go, and why.
    """
    if not may(by, "propose_disposal"):
        raise PermissionDenied("Lưu trữ của cơ quan lập danh mục hồ sơ hết thời hạn, trùng lặp.")
    said = {
        "title": " ".join(nfc(title).split()),
        "origin": nfc(origin).strip(),
        "content": nfc(content).strip(),
    }
    if wrong := {name: "Cần ít nhất 10 ký tự." for name, words in said.items() if len(words) < 10}:
        raise ValidationError(wrong)
    steads = {case.pk: stead.pk for case, stead in duplicates}
    keys = sorted({case.pk for case in files} | set(steads))
    if not 1 <= len(keys) <= MOST:
        raise ValidationError(f"Một đợt hủy có từ 1 đến {MOST} hồ sơ. Hãy chọn hồ sơ.")
    held = CaseFile.objects.select_for_update(no_key=True, of=("self",)).filter(
        pk__in={*keys, *steads.values()}, organisation=by.organisation_id
    )
    rows = {case.pk: case for case in held.order_by("pk")}
    cases = [rows[pk] for pk in keys if pk in rows]
    if len(rows) < len({*keys, *steads.values()}):
        raise ValidationError("Có hồ sơ không thuộc cơ quan này.")
    reasons = why_not(cases, timezone.localdate(at), {pk: rows[stead] for pk, stead in steads.items()})
    for pk, words in _spoken_for(keys, steads):
        reasons[pk].append(words)
    if any(reasons.values()):
        raise ValidationError([f"Hồ sơ {case.code} ({case.year}): {'; '.join(reasons[case.pk])}." for case in cases if reasons[case.pk]])  # fmt: skip
    made = Disposal.objects.create(
        organisation=by.organisation, proposed_by=by, proposed_user=by.operator, proposed_at=at, **said
    )  # fmt: skip
    ground = DisposalLine.Ground
    DisposalLine.objects.bulk_create(
        [
            DisposalLine(disposal=made, case=case, stead_id=steads.get(case.pk), ground=ground.DUPLICATE if case.pk in steads else ground.EXPIRED)
            for case in cases
        ]
    )  # fmt: skip
    codes = [f"{case.code} ({case.year})" for case in cases]
    payload = {"disposal": made.pk, "title": made.title, "files": keys, "note": ", ".join(codes)[:1000]}
    tell_office("list_disposal", by=by, at=at, organisation=by.organisation, payload=payload)
    return made


def _spoken_for(keys: Collection[int], steads: Mapping[int, int]):
    """Of these files, which lie in a list already or are to be kept for another; the rows are held. One query."""
    named = {*keys, *steads.values()}
    rows = DisposalLine.objects.filter(disposal__state__in=UNDER_WAY).filter(
        Q(case__in=named) | Q(stead__in=named)
    )
    listed, kept = {}, {}
    for case, stead, title in rows.values_list("case", "stead", "disposal__title"):
        listed[case] = title
        kept[stead] = title
    for pk in keys:
        if pk in listed:
            yield pk, f"đã nằm trong đợt hủy “{listed[pk]}”"
        if pk in kept:
            yield pk, f"được giữ lại thay cho hồ sơ trùng lặp của đợt hủy “{kept[pk]}”"
    for pk, stead in steads.items():
        if stead in listed:
            yield pk, f"hồ sơ giữ lại đã nằm trong đợt hủy “{listed[stead]}”"
        elif stead in keys:
            yield pk, "hồ sơ giữ lại cũng nằm trong danh mục này"


def proposed_duplicates(seen, *, by: Post, at: datetime) -> list[tuple[CaseFile, CaseFile]]:
    """Of the files `seen`, those of the archive that could go today because another holds the same, the later opened first, with
    the one that would be kept. A proposal: nothing is looked at twice or kept."""
    pairs = looks_alike(by.organisation_id)
    files = {case.pk: case for case in seen.filter(pk__in={pk for pair in pairs for pk in pair})}
    pairs = [pair for pair in pairs if files.keys() >= set(pair)]
    reasons = why_not_the_same((files[one], files[other]) for one, other in pairs)
    found: dict[int, int] = {}
    for one, other in pairs:
        if one not in found and one not in found.values() and other not in found and not reasons[one, other]:
            found[one] = other
    barred = {pk for pk, _ in [*held_by(found), *_spoken_for(found.keys(), found)]}
    return [(files[one], files[other]) for one, other in found.items() if one not in barred]


@transaction.atomic
def call_council(
    disposal: Disposal, *, members: Collection[Post], chair: Post, by: Post, at: datetime
) -> None:
    """Hội đồng xét hủy: people of the office, with a chair who did not propose."""
    disposal = hold_disposal(disposal)
    everybody = {post.pk: post for post in (*members, chair)}
    people = {post.user_id for post in everybody.values()}
    if len(people) < len(everybody):
        raise ValidationError({"members": "Mỗi người chỉ có một phiếu: có người được cử ở hai chức danh."})
    if len(people) < LEAST:
        raise ValidationError({"members": f"Hội đồng xét hủy có ít nhất {LEAST} người, kể cả chủ tịch."})
    if chair.user_id == disposal.proposed_user_id:
        raise ValidationError({"chair": "Người lập danh mục không làm chủ tịch hội đồng."})
    if any(post.organisation_id != disposal.organisation_id for post in everybody.values()):
        raise ValidationError({"members": "Chỉ cử người đang công tác tại cơ quan."})
    CouncilMember.objects.bulk_create(
        [CouncilMember(disposal=disposal, post=post, chair=pk == chair.pk) for pk, post in sorted(everybody.items())]
    )  # fmt: skip
    text = f"Bạn ở trong hội đồng xét hủy “{disposal.title}”: hãy xem từng hồ sơ và bỏ phiếu."
    tell_people({post.user for post in everybody.values()}, text, disposal, by=by, at=at)
    names = ", ".join(f"{post.user}" for post in everybody.values())
    move_disposal(
        disposal, "call_council", by=by, at=at, payload={"note": names[:1000], "chair": f"{chair.user}"}
    )


@transaction.atomic
def vote(disposal: Disposal, *, votes: Mapping[int, tuple[bool, str]], by: Post, at: datetime) -> None:
    """One member's word on every file: destroy or keep, with a reason for what is kept. Once, in his own hands."""
    disposal = hold_disposal(disposal)
    lines = list(disposal.lines.select_related("case"))
    if missing := [line.case.code for line in lines if line.pk not in votes]:
        raise ValidationError(f"Chưa bỏ phiếu cho hồ sơ {', '.join(missing[:10])}.")
    if unsaid := [
        line.case.code for line in lines if not votes[line.pk][0] and len(votes[line.pk][1].strip()) < 5
    ]:
        raise ValidationError(f"Giữ lại thì ghi lý do: hồ sơ {', '.join(unsaid[:10])}.")
    member = disposal.council.filter(post=by).first()
    move_disposal(
        disposal,
        "vote_disposal",
        by=by,
        at=at,
        payload={"note": f"{sum(yes for yes, _ in votes.values())} hủy"},
    )
    if not CouncilMember.objects.filter(pk=member.pk, voted_at=None).update(voted_at=at):
        raise NotAllowedNow("Bạn đã bỏ phiếu rồi.")
    Vote.objects.bulk_create(
        [
            Vote(
                line=line, member=member, destroy=yes, reason=nfc(why.strip())[:300], user=by.operator, at=at
            )
            for line in lines
            for yes, why in [votes[line.pk]]
        ]
    )


@transaction.atomic
def conclude(disposal: Disposal, *, by: Post, at: datetime) -> None:
    """Chốt biên bản, once everybody has voted: a file goes when more than half say so. By the chair, who did not propose."""
    disposal = hold_disposal(disposal)
    waiting = [
        f"{one.post.user}" for one in disposal.council.filter(voted_at=None).select_related("post__user")
    ]
    if waiting and disposal.state == "council":
        raise ValidationError(f"Chưa bỏ phiếu: {', '.join(waiting)}.")
    number = disposal.council.count()
    lines = list(tallied(disposal))
    for line in lines:
        line.answer = DisposalLine.Answer.DESTROY if 2 * line.yes > number else DisposalLine.Answer.KEEP
    go = [line for line in lines if line.answer == DisposalLine.Answer.DESTROY]
    tell_people(
        users_of(disposal, at, role=Role.LEADER, head=True),
        f"Hội đồng đã xét “{disposal.title}”, chờ quyết định hủy.",
        disposal,
        by=by,
        at=at,
    )
    fills = {"concluded_by": by, "concluded_user": by.operator, "concluded_at": at}
    said = {"note": f"{len(go)}/{len(lines)} hồ sơ hủy", "destroy": [line.case_id for line in go]}
    move_disposal(disposal, "conclude_disposal", by=by, at=at, payload=said, fills=fills)
    DisposalLine.objects.bulk_update(lines, ["answer"])


def tallied(disposal: Disposal):
    """Lines with their votes for and against. One query."""
    yes = Count("votes", filter=Q(votes__destroy=True))
    no = Count("votes", filter=Q(votes__destroy=False))
    return disposal.lines.select_related("case", "stead").annotate(yes=yes, no=no).order_by("pk")


@transaction.atomic
def decide(disposal: Disposal, *, decision: str, by: Post, at: datetime, opinion: str = "") -> None:
    """Quyết định hủy của người đứng đầu; `opinion`: of the competent body, for offices that hand in to the historical archive."""
    disposal = hold_disposal(disposal)
    decision = " ".join(nfc(decision).split())[:200]
    if len(decision) < 5:
        raise ValidationError({"decision": "Hãy ghi số, ngày của quyết định hủy."})
    if (
        disposal.state == "concluded"
        and not disposal.lines.filter(answer=DisposalLine.Answer.DESTROY).exists()
    ):
        raise ValidationError("Hội đồng không đồng ý hủy hồ sơ nào. Hãy bấm Thôi hủy.")
    keepers = users_of(disposal, at, role=Role.ARCHIVIST)
    tell_people(
        keepers, f"Đã có quyết định hủy “{disposal.title}”: thực hiện trong 15 ngày.", disposal, by=by, at=at
    )
    fills = {
        "decided_by": by,
        "decided_user": by.operator,
        "decided_at": at,
        "decision": decision,
        "opinion": nfc(opinion).strip()[:500],
    }
    move_disposal(disposal, "decide_disposal", by=by, at=at, payload={"note": decision}, fills=fills)


@transaction.atomic
def give_up(disposal: Disposal, *, reason: str, by: Post, at: datetime) -> None:
    """Thôi hủy: before anything is destroyed; the files stay as they are and may come up again."""
    if len(reason.strip()) < 10:
        raise ValidationError({"reason": "Hãy ghi lý do thôi hủy (ít nhất 10 ký tự)."})
    disposal, why = hold_disposal(disposal), nfc(reason.strip())[:500]
    tell_people([disposal.proposed_user], f"Thôi hủy “{disposal.title}”: {why[:200]}", disposal, by=by, at=at)
    move_disposal(
        disposal, "give_up_disposal", by=by, at=at, payload={"reason": why}, fills={"given_up_why": why}
    )


def users_of(disposal: Disposal, at: datetime, **which) -> list[User]:
    posts = Post.objects.on(timezone.localdate(at)).filter(organisation=disposal.organisation_id, **which)
    return [post.user for post in posts.select_related("user")]


def tell_people(users, text: str, disposal: Disposal, *, by: Post, at: datetime) -> None:
    """Accounts before the chain."""
    tell(
        [user for user in users if user.pk != by.operator.pk],
        text,
        at=at,
        url=disposal.get_absolute_url(),
        kind=WORK,
    )
