"""The one question, and the rule that answers each permission."""

from collections.abc import Callable

from documents.access import incoming, outgoing, papers, tasks, without_paper
from documents.access.people import clerk
from documents.models.task import TAKES_UP
from orgs.models import Business, Post, Role


def _either(inside, between):
    """Of a request for more time inside an office, or between two."""
    return lambda post, extension: (between if extension.order_id else inside)(post, extension)


RULES: dict[str, Callable[[Post, object], bool]] = {
    "register_incoming": clerk,
    "present_incoming": clerk,
    "correct_incoming": incoming.corrects,
    "direct_incoming": incoming.directs,
    "prepare_direction": incoming.prepares,
    "confirm_direction": incoming.confirms,
    "handle_incoming": incoming.handles,
    "pause_due": incoming.pauses,
    "pause_work": tasks.pauses,
    "answer_recall": incoming.answers_recall,
    "answer_change": incoming.answers_change,
    "reply_incoming": incoming.drafts,
    "handle_assignment": tasks.assignee,
    "hand_on_assignment": tasks.hands_on,
    "close_branch": tasks.assignee,
    "judge_result": tasks.judges,
    "withdraw_assignment": tasks.withdraws,
    "report_progress": tasks.works,
    "ask_extension": tasks.asks_for_time,
    "judge_extension": _either(tasks.judges_extension, without_paper.judges_extension),
    "withdraw_extension": _either(tasks.asked, without_paper.asked_above),
    "remind_work": tasks.reminds,
    "take_back_incoming": incoming.takes_back,
    "direct_task": without_paper.directs,
    "amend_task": without_paper.amends,
    "call_off_task": without_paper.calls_off,
    "judge_order": without_paper.gave,
    "take_up_task": without_paper.takes_up,
    "end_recurring": without_paper.ends_recurring,
    "ask_above": without_paper.asks_above,
    "act_above": lambda post, task: False,
    "handle_task": without_paper.handles,
    "take_back_task": without_paper.takes_back,
    "add_part": without_paper.adds_part,
    "amend_direction": incoming.amends,
    "consult": papers.consults,
    "conduct_consultation": papers.conducts,
    "edit_outgoing": outgoing.edits,
    "edit_template": outgoing.edits_template,
    "answer_slip": outgoing.answers_slip,
    "conduct_slip": papers.conducts,
    "edit_slip": outgoing.edits_slip,
    "remark_draft": outgoing.remarks,
    "check_content": outgoing.checks_content,
    "check_format": outgoing.checks_format,
    "mute_rule": papers.mutes,
    "fill_own_fields": papers.fills,
    "sign_outgoing": outgoing.signs,
    "ask_secretary": lambda post, paper: False,
    "sign_beside": outgoing.signs_beside,
    "issue_outgoing": outgoing.keeps_the_seal,
    "send_back_outgoing": outgoing.sends_back,
    "post_outgoing": clerk,
    "lend_copy": clerk,
    "make_copy": outgoing.keeps_the_seal,
    "share_document": papers.shares,
    "see_readings": papers.shares,
}


# For which kinds of business an inbox in other hands must have been lent, where it was lent for some alone: one of them
# is enough. What is not named is done by the holder, and by who stands in for him in all.
_RECEPTION, _DIRECTION, _WORK = (Business.RECEPTION,), (Business.DIRECTION,), (Business.WORK,)
_DRAFTS, _OPINIONS = (Business.DRAFTS,), (Business.OPINIONS,)
LENT_FOR: dict[str, tuple[Business, ...]] = {
    **dict.fromkeys(("register_incoming", "present_incoming", "correct_incoming", "answer_recall", "answer_change", "register_paper", "post_outgoing", "lend_copy"), _RECEPTION),
    **dict.fromkeys(("direct_incoming", "amend_direction", "take_back_incoming", "confirm_direction"), _DIRECTION),
    **dict.fromkeys(("handle_incoming", "withdraw_assignment", "remind_work", "judge_extension", "pause_due", "pause_work"), _WORK + _DIRECTION),
    **dict.fromkeys(("handle_assignment", "hand_on_assignment", "close_branch", "judge_result", "report_progress", "ask_extension", "withdraw_extension"), _WORK),
    **dict.fromkeys(("give_task", "direct_task", "amend_task", "call_off_task", "judge_order", "ask_above", "end_recurring", "handle_task", "take_back_task", "add_part"), _WORK + _DIRECTION),
    "take_up_task": TAKES_UP,
    **dict.fromkeys(("reply_incoming", "edit_outgoing", "check_content", "check_format", "send_back_outgoing", "draft", "edit_template", "keep_standing"), _DRAFTS),
    **dict.fromkeys(("consult", "conduct_consultation", "answer_slip", "conduct_slip"), _OPINIONS),
    "edit_slip": _DRAFTS,
    "remark_draft": _DRAFTS + _OPINIONS,
    **dict.fromkeys(("mute_rule", "fill_own_fields"), _RECEPTION + _DRAFTS),
    **dict.fromkeys(("share_document", "see_readings"), _RECEPTION + _DIRECTION),
}  # fmt: skip


def declare_rule(
    permission: str, rule: Callable[[Post, object], bool], *, lent_for: tuple[Business, ...] = ()
) -> None:
    """A permission of an upper floor on a paper or on what is its own, said when its app is ready."""
    RULES[permission] = rule
    if lent_for:
        LENT_FOR[permission] = lent_for


# Powers that belong to the post itself, before there is a paper.
POST_POWERS = {
    "register_paper": (Role.CLERK,),
    "keep_books": (Role.CLERK,),
    "set_series": (Role.CLERK, Role.ORG_ADMIN),
    "mute_for_office": (Role.CLERK, Role.OFFICE_HEAD),
    "give_task": without_paper.GIVERS,
    "import_tasks": (Role.LEADER, Role.OFFICE_HEAD),
    "give_to_offices": (Role.LEADER, Role.OFFICE_HEAD),
    "keep_standing": outgoing.KEEPERS,
    "draft": (Role.OFFICER, Role.UNIT_HEAD, Role.OFFICE_HEAD, Role.CLERK, Role.ASSISTANT, Role.LEADER),
    "follow_deliveries": (Role.CLERK, Role.LEADER, Role.OFFICE_HEAD),
    "see_progress": (Role.LEADER, Role.OFFICE_HEAD, Role.MONITOR, Role.CLERK),
    "operate": (Role.SYS_ADMIN,),
    "see_proofs": (Role.SYS_ADMIN, Role.ORG_ADMIN, Role.CLERK, Role.ARCHIVIST),
}


def declare_power(permission: str, roles: tuple[Role, ...], *, lent_for: tuple[Business, ...] = ()) -> None:
    """As `declare_rule`, of what there is nothing to look at yet."""
    POST_POWERS[permission] = roles
    if lent_for:
        LENT_FOR[permission] = lent_for


# Neither administration nor the numbers travel with an inbox (orgs.access.may says the same of accounts).
PERSONAL = frozenset({"operate", "set_series", "keep_books", "mute_for_office"})


def may(post: Post | None, permission: str, paper=None) -> bool:
    """The one question. Absence of a post is a no."""
    if post is None:
        return False
    if paper is None:
        held = post.role in POST_POWERS[permission] and (post.in_person or permission not in PERSONAL)
        return held and _lent_for(post, permission)
    return _lent_for(post, permission) and RULES[permission](post, paper)


def _lent_for(post: Post, permission: str) -> bool:
    return post.covers(*LENT_FOR.get(permission, ()))
