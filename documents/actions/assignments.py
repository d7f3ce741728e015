"""Direction and handling: who leads, who supports, who is told; down to a person, and back up when done."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from documents.journey import lock, move
from documents.models import Assignment, Direction, Document, Incoming, Outgoing
from documents.signals import wake_exchange
from orgs.models import Post, Role

LEAD, SUPPORT, INFO = Assignment.Role.LEAD, Assignment.Role.SUPPORT, Assignment.Role.INFO
CANNOT_HANDLE = (Role.SYS_ADMIN, Role.ORG_ADMIN)


@transaction.atomic
def direct(
    incoming: Incoming,
    *,
    by: Post,
    at: datetime,
    text: str,
    lead: Post | None,
    support: list[Post] = (),
    info: list[Post] = (),
    due_on: date | None = None,
    product: str = "",
) -> None:
    """Writes the leader's direction and assigns it: one lead, others support or are told (art. 23.2, 24).

    With nobody to lead, the paper is only "để biết" and is completed at once. Owes status 04.
    """
    if support and lead is None:
        raise ValidationError("Đã có người phối hợp thì phải có một người chủ trì.")
    _check_people(by, [lead, *support, *info])
    _check_due(due_on, timezone.localdate(at))
    Direction.objects.create(incoming=incoming, by=by, text=text, at=at)
    move(incoming, "direct", by=by, at=at, holder=lead, payload=_who(text, lead, support, info, due_on))
    if due_on:
        incoming.due_on = due_on
        Document.objects.filter(pk=incoming.pk).update(due_on=due_on)
    _assign(
        incoming,
        None,
        by=by,
        at=at,
        lead=lead,
        support=support,
        info=info,
        text=text,
        due_on=due_on,
        product=product,
    )
    wake_exchange()


@transaction.atomic
def hand_on(
    assignment: Assignment,
    *,
    by: Post,
    at: datetime,
    text: str,
    lead: Post,
    support: list[Post] = (),
    info: list[Post] = (),
    due_on: date | None = None,
    product: str = "",
) -> None:
    """Gives one's own task on, inside the organisation. The new deadline cannot pass one's own."""
    lock(assignment.incoming)
    if due_on != assignment.due_on:  # what is late already is handed on late
        _check_due(due_on, timezone.localdate(at), limit=assignment.due_on)
    due_on = due_on or assignment.due_on
    _check_people(by, [lead, *support, *info], forbid=by)
    _check_unit(by, [lead, *support, *info])
    move(assignment, "hand_on", by=by, at=at, payload=_who(text, lead, support, info, due_on))
    _assign(
        assignment.incoming, assignment, by=by, at=at, lead=lead, support=support, info=info, text=text,
        due_on=due_on, product=product or assignment.product,
    )  # fmt: skip
    if _on_main_line(assignment):
        _hold(assignment.incoming, lead, at)


@transaction.atomic
def start(assignment: Assignment, *, by: Post, at: datetime) -> None:
    """Opens one's task. When it is the leading branch, the paper is being handled (status 05)."""
    lock(assignment.incoming)
    move(assignment, "start", by=by, at=at)
    incoming = assignment.incoming
    if _on_main_line(assignment) and Document.objects.filter(pk=incoming.pk, state="assigned").exists():
        move(incoming, "start", by=by, at=at, holder=by)
        wake_exchange()


@transaction.atomic
def finish(
    assignment: Assignment, *, by: Post, at: datetime, result: str, reply: Outgoing | None = None
) -> None:
    """Completes a task. A leading task carries its branch up; the top one completes the paper (status 06).

    "Kết thúc" needs a result: the answer's number, or why none is needed.
    """
    if assignment.role == LEAD and not (result.strip() or reply):
        raise ValidationError("Hãy chọn văn bản trả lời hoặc ghi kết quả, lý do không cần trả lời.")
    lock(assignment.incoming)
    _done(assignment, "finish", by=by, at=at, result=result, reply=reply)
    parent, top = assignment.parent, assignment
    while assignment.role == LEAD and parent is not None:
        _close_above(parent, by=by, at=at, result=result, reply=reply)
        top, parent = parent, parent.parent
        if top.role != LEAD:
            return
    if top.role == LEAD and top.parent_id is None:
        _complete(top.incoming, by=by, at=at, result=result, reply=reply)


@transaction.atomic
def give_back(assignment: Assignment, *, by: Post, at: datetime, reason: str) -> None:
    """Returns a task to whoever gave it, with the reason; a leading task goes back to their hands."""
    if not reason.strip():
        raise ValidationError("Hãy ghi lý do chuyển lại.")
    lock(assignment.incoming)
    move(assignment, "give_back", by=by, at=at, payload={"reason": reason})
    _back_to(assignment.by.used_by(by.operator), assignment, at=at)


@transaction.atomic
def withdraw(assignment: Assignment, *, by: Post, at: datetime, reason: str) -> None:
    """Takes a task back, with all that was given on from it: the wrong person, or a post that has ended.

    A leading task returns to the one above it; the top one returns the paper to `by`, to be given again.
    """
    if not reason.strip():
        raise ValidationError("Hãy ghi lý do thu hồi.")
    lock(assignment.incoming)
    _withdraw(assignment, by=by, at=at, reason=reason)
    _back_to(by, assignment, at=at)


@transaction.atomic
def read(assignment: Assignment, *, by: Post, at: datetime) -> None:
    """Opening a paper sent "để biết" is all it asks: it leaves the tray."""
    if assignment.role == INFO and assignment.state == "new":
        lock(assignment.incoming)
        _done(assignment, "finish", by=by, at=at, result="", reply=None)


def _assign(incoming, parent, *, by, at, lead, support, info, text, due_on, product) -> None:
    people = [(LEAD, lead)] if lead else []
    people += [(SUPPORT, post) for post in support] + [(INFO, post) for post in info]
    for role, post in people:
        Assignment.objects.create(
            incoming=incoming, parent=parent, role=role, assignee=post, by=by, instruction=text,
            product=product, due_on=None if role == INFO else due_on, created_at=at,
        )  # fmt: skip
    if not lead and parent is None:
        _complete(incoming, by=by, at=at, result="Chuyển để biết", reply=None)


def _withdraw(assignment: Assignment, *, by: Post, at: datetime, reason: str) -> None:
    whose = f"{assignment.assignee.user} ({assignment.assignee.title})"
    move(assignment, "withdraw", by=by, at=at, payload={"reason": reason, "note": whose})
    for child in assignment.children.open().select_related("assignee__user", "incoming", "parent"):
        _withdraw(child, by=by, at=at, reason=reason)


def _back_to(giver: Post, assignment: Assignment, *, at: datetime) -> None:
    """Where a leading task that was given up goes: to the task above it, else the paper to its giver."""
    if assignment.role != LEAD:
        return
    parent, incoming = assignment.parent, assignment.incoming
    if parent is None:
        move(incoming, "take_back", by=giver, at=at, holder=giver)
        return
    move(parent, "reopen", by=parent.assignee.used_by(giver.operator), at=at)
    if _on_main_line(assignment):
        _hold(incoming, parent.assignee, at)


def _done(assignment, step, *, by, at, result, reply) -> None:
    move(assignment, step, by=by, at=at, payload={"result": result, "reply": reply.code if reply else ""})
    assignment.done_at, assignment.result, assignment.reply = at, result, reply
    assignment.save(update_fields=["done_at", "result", "reply"])


def withdraw_all(incoming: Incoming, *, by: Post, at: datetime, reason: str) -> None:
    """Ends every open task of a paper that is no more; each in the place of whoever gave it."""
    for task in incoming.assignments.open().select_related("assignee__user", "by__user", "incoming"):
        move(task, "withdraw", by=task.by.used_by(by.operator), at=at, payload={"reason": reason})


def _close_above(parent: Assignment, *, by, at, result, reply) -> None:
    """The leading task below is done, so the task it came from is done too, in its holder's place."""
    _done(parent, "close", by=parent.assignee.used_by(by.operator), at=at, result=result, reply=reply)


def _complete(incoming: Incoming, *, by, at, result, reply) -> None:
    description = (
        f"Hoàn thành xử lý. Văn bản trả lời: {reply.code}" if reply and reply.code else "Hoàn thành xử lý"
    )
    move(incoming, "complete", by=by, at=at, payload={"result": result, "report": description})
    incoming.result = result or (f"Đã trả lời bằng văn bản {reply.code}" if reply else "")
    incoming.save(update_fields=["result"])
    # The paper is answered: what supporters still held is no longer anybody's debt.
    for branch in incoming.assignments.open().exclude(role=INFO).select_related("assignee__user", "incoming"):
        holder = branch.assignee.used_by(by.operator)
        _done(branch, "close", by=holder, at=at, result="Khép theo văn bản", reply=None)
    wake_exchange()


def _on_main_line(assignment: Assignment) -> bool:
    """Whether this branch carries the paper: it leads, and so does everything above it."""
    while assignment is not None and assignment.role == LEAD:
        assignment = assignment.parent
    return assignment is None


def _hold(incoming: Incoming, post: Post, at: datetime) -> None:
    Document.objects.filter(pk=incoming.pk).update(holder=post, held_since=at)


def _check_people(by: Post, people: list[Post | None], forbid: Post | None = None) -> None:
    chosen = [post for post in people if post is not None]
    if not chosen:
        raise ValidationError("Hãy chọn ít nhất một người nhận.")
    if len({post.pk for post in chosen}) != len(chosen):
        raise ValidationError("Mỗi người chỉ nhận một vai trò: chủ trì, phối hợp hoặc để biết.")
    for post in chosen:
        if post.organisation_id != by.organisation_id or post.role in CANNOT_HANDLE:
            raise ValidationError(f"{post.user} không nhận xử lý văn bản trong cơ quan này.")
        if forbid and post.pk == forbid.pk:
            raise ValidationError("Không thể giao lại cho chính mình.")


def _check_unit(by: Post, people: list[Post | None]) -> None:
    """The head of a room gives work inside it; over rooms directs who leads the organisation (art. 24)."""
    for post in people:
        if by.role == Role.UNIT_HEAD and post is not None and post.unit_id != by.unit_id:
            raise ValidationError(
                f"Trưởng phòng chỉ giao việc trong phòng; {post.user} không thuộc {by.unit}."
            )


def _check_due(due_on: date | None, today: date, limit: date | None = None) -> None:
    if due_on and due_on < today:
        raise ValidationError("Thời hạn không thể ở trong quá khứ.")
    if due_on and limit and due_on > limit:
        raise ValidationError(f"Thời hạn không được sau hạn của việc được giao ({limit:%d/%m/%Y}).")


def _who(text, lead, support, info, due_on) -> dict:
    return {
        "text": text,
        "lead": str(lead.user) if lead else "",
        "support": [str(post.user) for post in support],
        "info": [str(post.user) for post in info],
        "due_on": due_on.isoformat() if due_on else "",
    }
