"""What a post may do with files and the list of the year, and the only way to reach them. Said to `documents.access` when the
app is ready, so that `may` stays the one question."""

from django.http import Http404
from django.utils import timezone

from casefiles.models import CaseEvent, CaseFile, FilePlan, Item, Member, PlanEntry
from documents.access import declare_power, declare_rule
from documents.access.people import has_left, here, stands_above
from orgs.models import Business, Post, Role

KEEPS_PLANS = (Role.OFFICE_HEAD, Role.CLERK, Role.ARCHIVIST)
OPENS = (
    Role.OFFICER, Role.UNIT_HEAD, Role.OFFICE_HEAD, Role.CLERK, Role.UNIT_CLERK, Role.ASSISTANT, Role.LEADER, Role.ARCHIVIST,
)  # fmt: skip
_WORK, _BOTH = (Business.WORK,), (Business.WORK, Business.DIRECTION)


def _keeps(post: Post, case: CaseFile) -> bool:
    """Người lập, who answers for it; the head of his unit, and whoever stands above, when he has left."""
    if case.creator_id == post.pk:
        return True
    return has_left(case.creator) and _answers_for(post, case)


def _fills(post: Post, case: CaseFile) -> bool:
    return _keeps(post, case) or any(
        one.post_id == post.pk and one.role == Member.Role.WORKS and one.ended_at is None
        for one in case.members.all()
    )


def _answers_for(post: Post, case: CaseFile) -> bool:
    if not here(post, case):
        return False
    heads = post.role == Role.UNIT_HEAD and post.unit_id is not None and post.unit_id == case.unit_id
    return heads or stands_above(post)


def _reopens(post: Post, case: CaseFile) -> bool:
    return _keeps(post, case) or _answers_for(post, case)


def _confirms(post: Post, case: CaseFile) -> bool:
    """The competent person (III.3c): the head of the unit, whoever stands above; in his own hands. Never of what he did
    himself: casefiles/actions/rights.py asks that of each change."""
    return _answers_for(post, case) and post.in_person


def _archives(post: Post, case: CaseFile) -> bool:
    """Of another's work alone: neither the creator, whatever post he has now, nor whose hands it was in his inbox."""
    if not here(post, case) or post.role != Role.ARCHIVIST or case.creator_id == post.pk:
        return False
    hands = post.operator.pk
    began = CaseEvent.objects.filter(case=case, event__kind="open_file", event__user=hands)
    return case.creator.user_id != hands and not began.exists()


def _drafts_plan(post: Post, plan: FilePlan) -> bool:
    return here(post, plan) and post.role in KEEPS_PLANS


def declare_all() -> None:
    declare_rule("keep_file", _keeps, lent_for=_WORK)
    declare_rule("fill_file", _fills, lent_for=_WORK)
    declare_rule("reopen_file", _reopens, lent_for=_BOTH)
    declare_rule("confirm_file_rights", _confirms, lent_for=_BOTH)
    declare_rule("archive_file", _archives, lent_for=_WORK)
    declare_rule("edit_plan", _drafts_plan, lent_for=_WORK)
    declare_power("open_file", OPENS, lent_for=_WORK)
    declare_power("begin_plan", KEEPS_PLANS, lent_for=_WORK)
    declare_power("set_filing", (Role.OFFICE_HEAD, Role.LEADER))
    declare_power("count_secret_files", (Role.CLERK,))


def case_for(post: Post | None, pk: int) -> CaseFile:
    """The file, or 404: what you may not see does not exist."""
    found = CaseFile.objects.visible_to(post).for_page().filter(pk=pk).first() if post else None
    if found is None:
        raise Http404
    return found


def item_for(post: Post | None, pk: int) -> Item:
    found = Item.objects.select_related("blob", "document", "task").filter(pk=pk, removed_at=None).first()
    if found is None:
        raise Http404
    found.case = case_for(post, found.case_id)
    return found


def plan_for(post: Post | None, pk: int) -> FilePlan:
    found = FilePlan.objects.of(post).filter(pk=pk).first() if post else None
    if found is None:
        raise Http404
    return found


def entry_for(post: Post | None, pk: int) -> PlanEntry:
    found = (
        PlanEntry.objects.select_related("heading", "person__user").filter(pk=pk).first() if post else None
    )
    if found is None:
        raise Http404
    found.plan = plan_for(post, found.plan_id)
    return found


def open_files_of(post: Post):
    """Those that a post may file into now: its own, and those it works on with others."""
    if not post.covers(Business.WORK):
        return CaseFile.objects.none()
    works = Member.objects.filter(post=post, ended_at=None, role=Member.Role.WORKS)
    own = CaseFile.objects.filter(creator=post, state="open").values("pk")
    return CaseFile.objects.filter(state="open", pk__in=own.union(works.values("case")))


def this_year() -> int:
    return timezone.localdate().year
