"""What a post may do, and the only way to reach a paper. Both are decided here and nowhere else."""

from collections.abc import Callable

from django.db.models import OuterRef, Subquery
from django.http import Http404
from django.utils import timezone

from documents.models import (
    Asked,
    Assignment,
    Consultation,
    Delivery,
    Document,
    Extension,
    File,
    Incoming,
    Outgoing,
    Slip,
    SlipPlace,
)
from orgs.models import Post, Role
from orgs.ready import ReadyFor

FALLEN = ("returned", "withdrawn")  # tasks that bind nobody any more


def _here(post: Post, paper) -> bool:
    return paper.organisation_id == post.organisation_id


def _clerk(post, paper):
    return _here(post, paper) and post.role == Role.CLERK


def keeps_the_seal(post, document):
    """Number, seal, issue and whatever changes what was issued: the clerk in person. Looking after an absent clerk's
    inbox carries neither the number nor the seal (decree 30 art. 32.2: kept and pressed by the clerk himself)."""
    return _clerk(post, document) and post.in_person


def _directs(post, incoming):
    """The leader it lies with; the head of the organisation; the head of the office, who distributes."""
    return _here(post, incoming) and (
        incoming.holder_id == post.pk
        or post.role == Role.OFFICE_HEAD
        or (post.role == Role.LEADER and post.head)
    )


def _answers_recall(post, incoming):
    """The clerk, while the sender waits for an answer."""
    return _clerk(post, incoming) and any(not one.answer and not one.is_update for one in _requests(incoming))


def _answers_change(post, incoming):
    return _clerk(post, incoming) and any(not one.answer and one.is_update for one in _requests(incoming))


# A paper has few tasks and requests. They are read whole, so that a page which shows them all reads them once
# (`prefetch_related`); an act, which gets its paper bare, asks anew.
def _requests(incoming):
    return incoming.change_requests.all()


def _tasks(incoming):
    return [task for task in incoming.assignments.all() if task.state not in FALLEN]


def _handles(post, incoming):
    """Whoever leads a branch of the work; where nobody leads ("để biết" only), whoever directed it."""
    if not _here(post, incoming):
        return False
    leads = [task.assignee_id for task in _tasks(incoming) if task.role == "lead"]
    return post.pk in leads if leads else incoming.directions.filter(by=post).exists()


def _amends(post, incoming):
    """Whoever gave the direction that stands; the head of the organisation, the head of the office."""
    if not _here(post, incoming):
        return False
    above = post.role == Role.OFFICE_HEAD or (post.role == Role.LEADER and post.head)
    return above or (post.role == Role.LEADER and post.pk in incoming.directed_by)  # nobody else directs


def _takes_back(post, incoming):
    return _directs(post, incoming) or (
        _here(post, incoming) and incoming.directions.filter(by=post).exists()
    )


def _shares(post, document):
    """The clerk, the leaders, and whoever the paper lies with."""
    return _here(post, document) and (
        post.role in (Role.CLERK, Role.OFFICE_HEAD, Role.LEADER) or document.holder_id == post.pk
    )


def _assignee(post, assignment):
    return assignment.assignee_id == post.pk


def _hands_on(post, assignment):
    return _assignee(post, assignment) and (
        post.role in (Role.UNIT_HEAD, Role.OFFICE_HEAD, Role.LEADER) and assignment.role != "info"
    )


def _withdraws(post, assignment):
    """Whoever gave the task or one above it; the head of the organisation, the head of the office."""
    if not _here(post, assignment.incoming):
        return False
    above = assignment
    while above is not None:
        if above.by_id == post.pk:
            return True
        above = above.parent
    return post.role == Role.OFFICE_HEAD or (post.role == Role.LEADER and post.head)


def _works(post, assignment):
    """Who is only told has nothing to report on."""
    return _assignee(post, assignment) and assignment.role != "info"


def _asks_for_time(post, assignment):
    return _works(post, assignment) and assignment.due_on is not None


def _judges_extension(post, extension):
    """Whom it was put to, who gave the task; whoever stands above him, once he has left. Nobody for himself, also not by an
    inbox that was lent to him."""
    task = extension.assignment
    if extension.to_id != post.pk:
        above = has_left(extension.to) and task.assignee_id != post.pk and _withdraws(post, task)
        if not above:
            return False
    return post.operator.pk != task.assignee.user_id


def _asked(post, extension):
    return extension.assignment.assignee_id == post.pk


def _reminds(post, assignment):
    """Whoever could take it back, and who follows the work of the office (law-and-practice §4.1); nobody himself."""
    if _assignee(post, assignment) or assignment.role == "info":
        return False
    follows = post.role == Role.MONITOR and _here(post, assignment.incoming)
    return follows or _withdraws(post, assignment)


def _judges(post, assignment):
    """Whoever gave the task on from their own, and has it back to judge."""
    above = assignment.parent
    return above is not None and above.assignee_id == post.pk


def _corrects(post, incoming):
    """What the clerk wrote himself, once it is in the book; never what a sender's package says."""
    written_here = incoming.source == "paper" and incoming.arrival_number and not incoming.purged_at
    return _clerk(post, incoming) and bool(written_here) and incoming.state not in ("rejected", "recalled")


def _drafts(post, incoming):
    return _here(post, incoming) and (
        incoming.holder_id == post.pk or any(task.assignee_id == post.pk for task in _tasks(incoming))
    )


def _consults(post, paper):
    """Whoever has it in hand: it lies with them, they do it, they gave it to somebody, or it is their own draft."""
    if not _here(post, paper):
        return False
    if paper.holder_id == post.pk:
        return True
    if paper.direction == "out":
        return paper.drafter_id == post.pk
    return any(post.pk in (task.assignee_id, task.by_id) for task in _tasks(paper))


def _conducts(post, asking):
    """Whoever asked, or made the slip; of one who has left, those above, so that nobody is asked for ever."""
    if asking.by_id == post.pk:
        return True
    above = post.role == Role.OFFICE_HEAD or (post.role == Role.LEADER and post.head)
    return above and post.organisation_id == asking.by.organisation_id and has_left(asking.by)


def _answers_slip(post, slip):
    """Who is in the group whose turn it is. Nobody speaks of his own slip, also not by an inbox that was lent to him."""
    asked = slip.places.filter(post=post, group=slip.turn).exclude(state=SlipPlace.State.REPLACED)
    return post.operator.pk != slip.by.user_id and asked.exists()


def _edits_slip(post, slip):
    return _edits(post, slip.outgoing)


def _edits(post, outgoing):
    return outgoing.drafter_id == post.pk


def _checks_content(post, outgoing):
    """The head of the drafting unit (decree 30 art. 12.1); the head of the office where there is no unit."""
    if not _here(post, outgoing):
        return False
    unit = outgoing.drafter.unit_id
    if unit is None:
        return post.role in (Role.OFFICE_HEAD, Role.LEADER)
    return post.role == Role.UNIT_HEAD and post.unit_id == unit


def _checks_format(post, outgoing):
    """The person charged with checking form (decree 30 art. 12.2)."""
    return _here(post, outgoing) and post.role in (Role.CLERK, Role.OFFICE_HEAD)


def _signs(post, outgoing):
    """Only the named signer, in person and in office: a delegated inbox never signs, nor a post that ended."""
    return _here(post, outgoing) and outgoing.signer_id == post.pk and post.in_person and not has_left(post)


_BY_STATE = {
    "in_review": _checks_content,
    "content_checked": _checks_format,
    "format_checked": lambda post, outgoing: _here(post, outgoing) and outgoing.signer_id == post.pk,
    "awaiting_signature": lambda post, outgoing: _here(post, outgoing) and outgoing.signer_id == post.pk,
}


def _sends_back(post, outgoing):
    """Whoever could take the next step may send back instead; the clerk too, when that person has left."""
    rule = _BY_STATE.get(outgoing.state)
    if rule is None:
        return False
    return rule(post, outgoing) or (_checks_format(post, outgoing) and has_left(outgoing.holder))


def has_left(post: Post | None) -> bool:
    """Whether somebody who is named somewhere can do nothing there any more: the post has ended, or its holder's account
    is locked."""
    if post is None:
        return False
    ended = post.valid_to is not None and post.valid_to <= timezone.localdate()
    return ended or not post.user.is_active


RULES: dict[str, Callable[[Post, object], bool]] = {
    "register_incoming": _clerk,
    "present_incoming": _clerk,
    "correct_incoming": _corrects,
    "direct_incoming": _directs,
    "handle_incoming": _handles,
    "answer_recall": _answers_recall,
    "answer_change": _answers_change,
    "reply_incoming": _drafts,
    "handle_assignment": _assignee,
    "hand_on_assignment": _hands_on,
    "close_branch": _assignee,
    "judge_result": _judges,
    "withdraw_assignment": _withdraws,
    "report_progress": _works,
    "ask_extension": _asks_for_time,
    "judge_extension": _judges_extension,
    "withdraw_extension": _asked,
    "remind_work": _reminds,
    "take_back_incoming": _takes_back,
    "amend_direction": _amends,
    "consult": _consults,
    "conduct_consultation": _conducts,
    "edit_outgoing": _edits,
    "answer_slip": _answers_slip,
    "conduct_slip": _conducts,
    "edit_slip": _edits_slip,
    "check_content": _checks_content,
    "check_format": _checks_format,
    "sign_outgoing": _signs,
    "issue_outgoing": keeps_the_seal,
    "send_back_outgoing": _sends_back,
    "share_document": _shares,
    "see_readings": _shares,
}


def declare_rule(permission: str, rule: Callable[[Post, object], bool]) -> None:
    """A permission of an upper floor on a paper, said when its app is ready."""
    RULES[permission] = rule


# Powers that belong to the post itself, before there is a paper.
POST_POWERS = {
    "register_paper": (Role.CLERK,),
    "draft": (Role.OFFICER, Role.UNIT_HEAD, Role.OFFICE_HEAD, Role.CLERK, Role.ASSISTANT, Role.LEADER),
    "follow_deliveries": (Role.CLERK, Role.LEADER, Role.OFFICE_HEAD),
    "see_progress": (Role.LEADER, Role.OFFICE_HEAD, Role.MONITOR, Role.CLERK),
    "operate": (Role.SYS_ADMIN,),
    "see_proofs": (Role.SYS_ADMIN, Role.ORG_ADMIN, Role.CLERK, Role.ARCHIVIST),
}
# Administration does not travel with an inbox (orgs.access.may says the same of accounts).
PERSONAL = frozenset({"operate"})


def may(post: Post | None, permission: str, paper=None) -> bool:
    """The one question. Absence of a post is a no."""
    if post is None:
        return False
    if paper is None:
        return post.role in POST_POWERS[permission] and (post.in_person or permission not in PERSONAL)
    return RULES[permission](post, paper)


def incoming_for(post: Post | None, pk: int) -> Incoming:
    """The incoming paper, or 404: what you may not see does not exist."""
    found = _INCOMING.objects(post, pk) if post else []
    if not found:
        raise Http404
    return found[0]


_INCOMING = ReadyFor(lambda post, pk: _seen(Incoming.objects.for_list(), post).filter(pk=pk))


def outgoing_for(post: Post | None, pk: int) -> Outgoing:
    """With `slip_due`: the slip about it on which this post is to speak now, if there is one."""
    whole = Outgoing.objects.for_list().select_related("signer__user", "in_reply_to", "drafter__unit")
    waits = SlipPlace.objects.filter(outgoing=OuterRef("pk"), post=post, state=SlipPlace.State.WAITING)
    return _one(whole.annotate(slip_due=Subquery(waits.values("slip")[:1])), post, pk)


def assignment_for(post: Post | None, pk: int) -> Assignment:
    found = Assignment.objects.for_list().filter(pk=pk, assignee=post).first() if post else None
    if found is None:
        raise Http404
    return found


def task_for(post: Post | None, pk: int) -> Assignment:
    """Somebody's task on a paper that one may see."""
    found = Assignment.objects.for_list().filter(pk=pk).first()
    if found is None:
        raise Http404
    incoming_for(post, found.incoming_id)
    return found


def extension_for(post: Post | None, pk: int) -> Extension:
    """A request for more time, of a task on a paper that one may see."""
    found = Extension.objects.for_paper().filter(pk=pk).first()
    if found is None:
        raise Http404
    found.assignment = task_for(post, found.assignment_id)
    return found


def paper_for(post: Post | None, pk: int) -> Incoming | Outgoing:
    """A paper, whichever way it goes, or 404."""
    direction = Document.objects.filter(pk=pk).values_list("direction", flat=True).first()
    return (outgoing_for if direction == Document.Direction.OUT else incoming_for)(post, pk)


def consultation_for(post: Post | None, pk: int) -> Consultation:
    """A question about a paper that one may see, with the paper; or 404."""
    asker = ("by__user", "by__unit", "by__organisation", "document")
    found = Consultation.objects.select_related(*asker).filter(pk=pk).first()
    if found is None:
        raise Http404
    finder = incoming_for if found.document.direction == Document.Direction.IN else outgoing_for
    found.document = finder(post, found.document_id)
    return found


def asked_for(post: Post | None, pk: int) -> Asked:
    """One's own place in a consultation, or 404: also in one that was taken back, so that whoever was just writing is
    told. The paper itself is then no longer shown."""
    found = Asked.objects.filter(consultation=pk, post=post).first() if post else None
    if found is None:
        raise Http404
    return found


def slip_for(post: Post | None, pk: int) -> Slip:
    """A slip about a draft that one may see, with the draft; or 404."""
    maker = ("by__user", "by__unit", "by__organisation")
    found = Slip.objects.select_related(*maker).filter(pk=pk).first()
    if found is None:
        raise Http404
    found.outgoing = outgoing_for(post, found.outgoing_id)
    return found


def place_for(post: Post | None, pk: int) -> SlipPlace:
    """One's own place in a slip, or 404: also where one was replaced or it was taken back, so that whoever was just writing
    is told. The draft itself is then no longer shown."""
    places = SlipPlace.objects.filter(slip=pk, post=post) if post else SlipPlace.objects.none()
    places = places.select_related("slip__by__user", "slip__by__unit", "slip__by__organisation")
    found = next(iter(sorted(places, key=lambda one: one.state == SlipPlace.State.REPLACED)), None)
    if found is None:
        raise Http404
    return found


def file_for(post: Post | None, pk: int) -> File:
    """A file through its paper; a destroyed one is gone for everybody, one that is only proposed is the clerk's to look at."""
    file = File.objects.select_related("blob", "document").filter(pk=pk).first()
    if file is None or file.blob is None or post is None:
        raise Http404
    finder = incoming_for if file.document.direction == "in" else outgoing_for
    paper = finder(post, file.document_id)
    if file.stage == File.Stage.PROPOSED and not may(post, "answer_change", paper):
        raise Http404
    return file


def deliveries_for(post: Post | None, pks: set[int]) -> None:
    """404 unless every one of these is a delivery of one's own office, and one follows them."""
    own = Delivery.objects.of(post).filter(pk__in=pks).count() if may(post, "follow_deliveries") else -1
    if own != len(pks):
        raise Http404


def _one(queryset, post, pk):
    found = _seen(queryset, post).filter(pk=pk).first() if post else None
    if found is None:
        raise Http404
    return found


def _seen(queryset, post):
    """With `opinion_due`: the question about it that this post has not answered yet, if there is one."""
    waits = Asked.objects.filter(document=OuterRef("pk"), post=post, state=Asked.State.WAITING)
    return queryset.visible_to(post).annotate(opinion_due=Subquery(waits.values("consultation")[:1]))
