"""What a post may do with files and the list of the year, and the only way to reach them. Said to `documents.access` when the
app is ready, so that `may` stays the one question."""

from datetime import date

from django.db.models import Exists, OuterRef, Q
from django.http import Http404
from django.utils import timezone

from casefiles.models import (
    ArchiveAnswer,
    CaseFile,
    Disposal,
    Export,
    FilePlan,
    Handover,
    HeldFile,
    Item,
    LegalHold,
    Loan,
    Member,
    PlanEntry,
    ReceivedPackage,
    SentPackage,
    Transfer,
)
from casefiles.models.loan import GONE
from documents.access import declare_power, declare_rule, may
from documents.access.people import has_left, here, stands_above
from orgs.models import Business, Post, Role

KEEPS_PLANS = (Role.OFFICE_HEAD, Role.CLERK, Role.ARCHIVIST)
OPENS = (
    Role.OFFICER, Role.UNIT_HEAD, Role.OFFICE_HEAD, Role.CLERK, Role.UNIT_CLERK, Role.ASSISTANT, Role.LEADER, Role.ARCHIVIST,
)  # fmt: skip
READS = (*OPENS, Role.MONITOR)  # who may ask an archive for a file, his own office's or another's in the city
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
    return hands not in (case.creator.user_id, case.opened_by_user)


def may_hold(post: Post | None) -> bool:
    """Who orders files frozen and lifts it (Phụ lục VI IV.1g): whoever stands above, in his own hands."""
    return may(post, "hold_files") and stands_above(post) and post.in_person


def _retains(post: Post, case: CaseFile) -> bool:
    """Terms of what was handed in are the archive's; of what lies with the unit also theirs who answer for it."""
    if not here(post, case):
        return False
    return post.role == Role.ARCHIVIST or (
        case.state in ("open", "closed", "returned") and _reopens(post, case)
    )


def _answers_for_its_use(post: Post, case: CaseFile) -> bool:
    """Of what lies in the archive the archivist too."""
    archived = case.state in ("archived", "disposed") and post.role == Role.ARCHIVIST
    return here(post, case) and (archived or _reopens(post, case))


def _disposes(post: Post, one: CaseFile | Disposal) -> bool:
    return here(post, one) and post.role == Role.ARCHIVIST


def _votes(post: Post, disposal: Disposal) -> bool:
    return post.in_person and disposal.council.filter(post=post, voted_at=None).exists()


def _concludes(post: Post, disposal: Disposal) -> bool:
    """The chair of the council, who did not propose."""
    chairs = disposal.council.filter(post=post, chair=True).exists()
    return post.in_person and chairs and post.operator.pk != disposal.proposed_user_id


def _decides(post: Post, disposal: Disposal) -> bool:
    """Người đứng đầu (Luật Lưu trữ art. 16): neither who proposed nor who concluded the minutes."""
    others = (disposal.proposed_user_id, disposal.concluded_user_id)
    heads = post.role == Role.LEADER and post.head
    return here(post, disposal) and heads and post.in_person and post.operator.pk not in others


def _gives_up(post: Post, disposal: Disposal) -> bool:
    return here(post, disposal) and (post.pk == disposal.proposed_by_id or stands_above(post))


def _packs(post: Post, case: CaseFile) -> bool:
    """Whoever keeps the archive: of what it has taken over he sees every byte, whatever his rights in the papers."""
    return here(post, case) and post.role == Role.ARCHIVIST


def _drafts_plan(post: Post, plan: FilePlan) -> bool:
    return here(post, plan) and post.role in KEEPS_PLANS


def _gives(post: Post, transfer: Transfer) -> bool:
    """Bên giao: who handed the batch in and is named in its minutes; in his own hands, for he signs."""
    return here(post, transfer) and post.in_person and transfer.by_id == post.pk


def _on_givers_side(post: Post, transfer: Transfer) -> bool:
    """He, the head of his unit, and whoever stands above."""
    if not here(post, transfer):
        return False
    heads = post.role == Role.UNIT_HEAD and post.unit_id is not None and post.unit_id == transfer.unit_id
    return transfer.by_id == post.pk or heads or stands_above(post)


def _takes(post: Post, transfer: Transfer) -> bool:
    """Bên nhận: an archivist in person, and never the one who gives."""
    if not here(post, transfer) or post.role != Role.ARCHIVIST or not post.in_person:
        return False
    giver = transfer.given_by or transfer.by
    return giver.user_id != post.user_id


def _hands_over(post: Post, leaver: Post) -> bool:
    """What another has in hand: the head of his unit, and whoever stands above. It changes who sees what, so in person."""
    if not here(post, leaver) or not post.in_person or post.user_id == leaver.user_id:
        return False
    heads = post.role == Role.UNIT_HEAD and post.unit_id is not None and post.unit_id == leaver.unit_id
    return heads or stands_above(post)


def _decides_reading(post: Post, loan: Loan) -> bool:
    """The archivist of the office whose archive it is; of what is used under conditions, whoever stands above him, in his own
    hands. Never the reader himself."""
    if not here(post, loan) or loan.user_id == post.operator.pk or loan.post_id == post.pk:
        return False
    limited = loan.case_id is not None and loan.case.mode == CaseFile.Mode.LIMITED
    if limited:
        return stands_above(post) and post.in_person
    return post.role == Role.ARCHIVIST or stands_above(post)


def declare_all() -> None:
    declare_rule("keep_file", _keeps, lent_for=_WORK)
    declare_rule("fill_file", _fills, lent_for=_WORK)
    declare_rule("reopen_file", _reopens, lent_for=_BOTH)
    declare_rule("see_file_readings", _answers_for_its_use, lent_for=_BOTH)
    declare_rule("confirm_file_rights", _confirms, lent_for=_BOTH)
    declare_rule("archive_file", _archives, lent_for=_WORK)
    declare_rule("give_transfer", _gives)
    declare_rule("take_over", _takes)
    declare_rule("drop_transfer", _on_givers_side, lent_for=_WORK)
    declare_rule(
        "undo_minutes",
        lambda post, transfer: _on_givers_side(post, transfer) or _takes(post, transfer),
        lent_for=_WORK,
    )
    declare_rule("hand_over", _hands_over)
    declare_rule("record_trigger", _retains, lent_for=_WORK)
    declare_rule("change_term", _retains, lent_for=_WORK)
    declare_rule("dispose_file", _disposes, lent_for=_WORK)
    declare_rule("propose_disposal", _disposes, lent_for=_WORK)
    declare_rule("carry_out_disposal", _disposes, lent_for=_WORK)
    declare_rule("vote_disposal", _votes)
    declare_rule("conclude_disposal", _concludes)
    declare_rule("decide_disposal", _decides)
    declare_rule("give_up_disposal", _gives_up, lent_for=_WORK)
    declare_power("propose_disposal", (Role.ARCHIVIST,), lent_for=_WORK)
    declare_power("review_files", (Role.ARCHIVIST, Role.OFFICE_HEAD, Role.LEADER), lent_for=_BOTH)
    declare_power("hold_files", (Role.OFFICE_HEAD, Role.LEADER))
    declare_rule("pack_file", _packs, lent_for=_WORK)
    declare_rule("edit_plan", _drafts_plan, lent_for=_WORK)
    declare_rule("decide_reading", _decides_reading, lent_for=_BOTH)
    declare_power("ask_reading", READS, lent_for=_WORK)
    declare_power("see_loans", (Role.ARCHIVIST, Role.OFFICE_HEAD, Role.LEADER), lent_for=_BOTH)
    declare_power("open_file", OPENS, lent_for=_WORK)
    declare_power("begin_plan", KEEPS_PLANS, lent_for=_WORK)
    declare_power("announce_collection", (Role.ARCHIVIST,), lent_for=_WORK)
    declare_power("hand_over", (Role.UNIT_HEAD, Role.OFFICE_HEAD, Role.LEADER))
    declare_power("set_filing", (Role.OFFICE_HEAD, Role.LEADER))
    declare_power("count_secret_files", (Role.CLERK,))
    declare_power("receive_packages", (Role.ARCHIVIST,), lent_for=_WORK)
    declare_power("record_answers", (Role.ARCHIVIST,), lent_for=_WORK)


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


def legal_hold_for(post: Post | None, pk: int) -> LegalHold:
    found = LegalHold.objects.of(post).with_names().filter(pk=pk).first() if may_hold(post) else None
    if found is None:
        raise Http404
    return found


def disposal_for(post: Post | None, pk: int) -> Disposal:
    """For whoever reviews files here, and for its council."""
    found = Disposal.objects.of(post).for_page().filter(pk=pk).first() if post else None
    if found is None or not (may(post, "review_files") or found.council.filter(post=post).exists()):
        raise Http404
    return found


def export_for(post: Post | None, pk: int) -> Export:
    """What one asked for oneself, as long as one sees the file; an AIP to whoever keeps the archive."""
    found = Export.objects.select_related("user", "blob").filter(pk=pk).first() if post else None
    if found is None:
        raise Http404
    found.case = case_for(post, found.case_id)
    mine = (found.post_id, found.user_id) == (post.pk, post.operator.pk)
    if not (may(post, "pack_file", found.case) if found.is_of_archive else mine):
        raise Http404
    return found


def received_of(post: Post | None):
    """Packages that came to the archive of an office: its archivists read them."""
    if post is None or not may(post, "receive_packages"):
        return ReceivedPackage.objects.none()
    return ReceivedPackage.objects.filter(organisation=post.organisation_id)


def sent_of(post: Post | None):
    """What an office sent to the historical archive: its archivists follow it."""
    if post is None or not may(post, "record_answers"):
        return SentPackage.objects.none()
    return SentPackage.objects.filter(organisation=post.organisation_id)


def answer_for(post: Post | None, pk: int) -> ArchiveAnswer:
    found = (
        ArchiveAnswer.objects.select_related("blob", "user").filter(pk=pk).first()
        if may(post, "record_answers")
        else None
    )
    if found is None or found.organisation_id != post.organisation_id:
        raise Http404
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


def transfer_for(post: Post | None, pk: int) -> Transfer:
    found = Transfer.objects.visible_to(post).for_page().filter(pk=pk).first() if post else None
    if found is None:
        raise Http404
    return found


def leaver_for(post: Post | None, pk: int) -> Post:
    """Somebody whose things this post may hand over, or 404; also one who has gone already."""
    found = (
        Post.objects.select_related("user", "unit", "organisation").filter(pk=pk).first() if post else None
    )
    if found is None or not (may(post, "hand_over") and may(post, "hand_over", found)):
        raise Http404
    return found


def handover_for(post: Post | None, pk: int) -> Handover:
    found = Handover.objects.visible_to(post).for_page().filter(pk=pk).first() if post else None
    if found is None:
        raise Http404
    return found


def loans_of(post: Post, day: date):
    """What the post sees of the reading room: its own, until a few days after the last; and, of whoever keeps an archive, all of
    that one."""
    seen = Q(post=post.pk, user=post.operator.pk) & (Q(until=None) | Q(until__gte=day - GONE))
    if may(post, "see_loans"):
        seen |= Q(organisation=post.organisation_id)
    return Loan.objects.filter(seen)


def loan_for(post: Post | None, pk: int) -> Loan:
    found = loans_of(post, timezone.localdate()).for_page().filter(pk=pk).first() if post else None
    if found is None:
        raise Http404
    return found


def reads(post: Post, loan: Loan, day: date) -> bool:
    """Whether this loan lets whoever is at the keyboard read on that day: his own, allowed, not over, of a file that the
    archive still has."""
    own = loan.post_id == post.pk and loan.user_id == post.operator.pk
    return own and loan.state == "allowed" and day <= loan.until and loan.case.state == "archived"


def open_files_of(post: Post):
    """Those that a post may file into now: its own, and those it works on with others."""
    if not post.covers(Business.WORK):
        return CaseFile.objects.none()
    works = Member.objects.filter(post=post, ended_at=None, role=Member.Role.WORKS)
    own = CaseFile.objects.filter(creator=post, state="open").values("pk")
    held = HeldFile.objects.filter(case=OuterRef("pk"), legal_hold__released_at=None)
    return CaseFile.objects.filter(state="open", pk__in=own.union(works.values("case"))).exclude(Exists(held))


def this_year() -> int:
    return timezone.localdate().year
