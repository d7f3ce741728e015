"""Direction and handling: who leads, who supports, who is told; down to a person, and back up when done."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from documents.actions.work.receivers import INFO, LEAD, Receiver, directed_to, receivers, who
from documents.journey import lock, move
from documents.models import Assignment, Direction, Document, Incoming, Outgoing
from documents.signals import wake_exchange
from orgs.actions.notices import tell
from orgs.models import Post, Role, Unit
from orgs.models.notice import WORK


@transaction.atomic
def direct(
    incoming: Incoming,
    *,
    by: Post,
    at: datetime,
    text: str,
    lead: Post | Unit | None,
    support: list[Post | Unit] = (),
    info: list[Post | Unit] = (),
    due_on: date | None = None,
    product: str = "",
    note: str = "",
) -> Direction:
    """Writes the leader's direction and assigns it: one lead, others support or are told (art. 23.2, 24).

    What is given to a room its head gets. With nobody to lead, the paper is only "để biết" and is completed at once. Owes status 04.
    `note`: how it came about, for the history.
    """
    today = timezone.localdate(at)
    people = directed_to(lead, support, info, by=by, today=today)
    check_due(due_on, today)
    lock(incoming)
    incoming.refresh_from_db(fields=["due_on"])
    direction = Direction.objects.create(
        incoming=incoming, by=by, text=text, at=at, due_on=due_on, due_before=incoming.due_on
    )
    leads = next((one.post for one in people if one.role == LEAD), None)
    move(
        incoming,
        "direct",
        by=by,
        at=at,
        holder=leads,
        payload=who(text, people, due_on) | ({"note": note} if note else {}),
    )
    if due_on:
        promise(incoming, due_on)
    assign(incoming, None, people, by=by, at=at, text=text, due_on=due_on, product=product)
    if leads is None:
        _complete(incoming, by=by, at=at, result="Chuyển để biết", reply=None)
    wake_exchange()
    return direction


@transaction.atomic
def hand_on(
    assignment: Assignment,
    *,
    by: Post,
    at: datetime,
    text: str,
    lead: Post | Unit,
    support: list[Post | Unit] = (),
    info: list[Post | Unit] = (),
    due_on: date | None = None,
    product: str = "",
) -> None:
    """Gives one's own task on, inside the organisation. The new deadline cannot pass one's own."""
    lock(assignment.incoming)
    assignment.refresh_from_db(fields=["due_on", "product"])  # an amendment may have come first
    if due_on != assignment.due_on:  # what is late already is handed on late
        check_due(due_on, timezone.localdate(at), limit=assignment.due_on)
    due_on = due_on or assignment.due_on
    _check_no_result_waits(assignment)
    people = receivers(lead, support, info, by=by, today=timezone.localdate(at))
    _check_below(by, people)
    move(assignment, "hand_on", by=by, at=at, payload=who(text, people, due_on))
    product = product or assignment.product
    assign(assignment.incoming, assignment, people, by=by, at=at, text=text, due_on=due_on, product=product)
    if on_main_line(assignment):
        hold(assignment.incoming, people[0].post, at)


@transaction.atomic
def start(assignment: Assignment, *, by: Post, at: datetime) -> None:
    """Opens one's task. When it is the leading branch, the paper is being handled (status 05)."""
    lock(assignment.incoming)
    move(assignment, "start", by=by, at=at)
    incoming = assignment.incoming
    if on_main_line(assignment) and Document.objects.filter(pk=incoming.pk, state="assigned").exists():
        move(incoming, "start", by=by, at=at, holder=by)
        wake_exchange()


@transaction.atomic
def finish(
    assignment: Assignment, *, by: Post, at: datetime, result: str, reply: Outgoing | None = None
) -> None:
    """Completes a task. A leading task carries its branch up; the top one completes the paper (status 06).

    Where the office has set so, the result of a task that was given on waits first for whoever gave it on.
    "Kết thúc" needs a result: the answer's number, or why none is needed.
    """
    if assignment.role == LEAD and not (result.strip() or reply):
        raise ValidationError("Hãy chọn văn bản trả lời hoặc ghi kết quả, lý do không cần trả lời.")
    lock(assignment.incoming)
    if _waits_for_the_head(assignment):
        _report(assignment, by=by, at=at, result=result, reply=reply)
        return
    done(assignment, "finish", by=by, at=at, result=result, reply=reply)
    for child in assignment.children.filter(state="reported").select_related("assignee__user", "incoming"):
        _close(child, by=by, at=at, result=child.result, reply=child.reply)
    parent, top = assignment.parent, assignment
    while assignment.role == LEAD and parent is not None:
        _close(parent, by=by, at=at, result=result, reply=reply)
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
    _check_no_result_waits(assignment)
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
    branch = [one.assignee.user for one in branch_of(assignment)]
    text = f"Việc của bạn với {named(assignment.incoming)} đã được {by.operator} thu hồi. Lý do: {reason}"
    told = [user for user in branch if user != by.operator]
    tell(told, text, at=at, url=seen_at(assignment.incoming), kind=WORK)
    withdraw_branch(assignment, by=by, at=at, reason=reason)
    _back_to(by, assignment, at=at)


def assign(
    incoming: Incoming, parent: Assignment | None, people: list[Receiver], *, by: Post, at: datetime, text: str,
    due_on: date | None, product: str,
) -> None:  # fmt: skip
    """A task for each. What the leader asks for is asked of those who work: who is only told has nothing to do."""
    for one in people:
        asked = {} if one.role == INFO else {"instruction": text, "product": product, "due_on": due_on}
        Assignment.objects.create(
            incoming=incoming, parent=parent, role=one.role, assignee=one.post, unit=one.unit, by=by,
            created_at=at, **asked,
        )  # fmt: skip


def withdraw_branch(assignment: Assignment, *, by: Post, at: datetime, reason: str) -> None:
    """Ends the task and every one that was given on from it."""
    whose = f"{assignment.assignee.user} ({assignment.assignee.title})"
    move(assignment, "withdraw", by=by, at=at, payload={"reason": reason, "note": whose})
    for child in assignment.children.open().select_related("assignee__user", "incoming", "parent"):
        withdraw_branch(child, by=by, at=at, reason=reason)


def branch_of(assignment: Assignment) -> list[Assignment]:
    """The task and all open ones below it."""
    found = [assignment]
    for child in assignment.children.open().select_related("assignee__user"):
        found += branch_of(child)
    return found


def promise(incoming: Incoming, due_on: date | None) -> None:
    """The paper's own deadline."""
    incoming.due_on = due_on
    Document.objects.filter(pk=incoming.pk).update(due_on=due_on)


def named(incoming: Incoming) -> str:
    """The paper in a sentence of a notice: by the number of our own book, which stays when its content must go."""
    return f"văn bản số đến {incoming.arrival_number}/{incoming.arrival_date.year}"


def seen_at(incoming: Incoming) -> str:
    """Where a notice about work leads."""
    return f"{incoming.get_absolute_url()}?tab=work"


def _back_to(giver: Post, assignment: Assignment, *, at: datetime) -> None:
    """Where a leading task that was given up goes: to the task above it, else the paper to its giver."""
    if assignment.role != LEAD:
        return
    parent, incoming = assignment.parent, assignment.incoming
    if parent is None:
        move(incoming, "take_back", by=giver, at=at, holder=giver)
        return
    if Assignment.objects.filter(
        pk=parent.pk, state="forwarded"
    ).exists():  # else it came back with the result
        move(parent, "reopen", by=parent.assignee.used_by(giver.operator), at=at)
    if on_main_line(assignment):
        hold(incoming, parent.assignee, at)


def done(
    assignment: Assignment, step: str, *, by: Post, at: datetime, result: str, reply: Outgoing | None
) -> None:
    """The step that ends a task, with what came of it."""
    move(assignment, step, by=by, at=at, payload={"result": result, "reply": reply.code if reply else ""})
    assignment.done_at, assignment.result, assignment.reply = at, result, reply
    assignment.save(update_fields=["done_at", "result", "reply"])


def _waits_for_the_head(assignment: Assignment) -> bool:
    return (
        assignment.role == LEAD
        and assignment.parent_id is not None
        and assignment.incoming.organisation.head_approves
    )


def _report(assignment: Assignment, *, by: Post, at: datetime, result: str, reply: Outgoing | None) -> None:
    """The task above is its holder's again, with the result to approve or to return."""
    head, incoming = assignment.parent.assignee, assignment.incoming
    text = f"{by.operator} báo cáo kết quả xử lý {named(incoming)}, chờ bạn duyệt."
    tell([head.user], text, at=at, url=incoming.get_absolute_url(), kind=WORK)
    payload = {"result": result, "reply": reply.code if reply else ""}
    move(assignment, "report", by=by, at=at, payload=payload)
    assignment.result, assignment.reply = result, reply
    assignment.save(update_fields=["result", "reply"])
    move(assignment.parent, "reopen", by=head.used_by(by.operator), at=at)
    if on_main_line(assignment):
        hold(incoming, head, at)


def withdraw_all(incoming: Incoming, *, by: Post, at: datetime, reason: str) -> None:
    """Ends every open task of a paper that is no more; each in the place of whoever gave it."""
    for task in incoming.assignments.open().select_related("assignee__user", "by__user", "incoming"):
        move(task, "withdraw", by=task.by.used_by(by.operator), at=at, payload={"reason": reason})


def _close(task: Assignment, *, by, at, result, reply) -> None:
    """What it waited for is done, so it is done too, in its holder's place."""
    done(task, "close", by=task.assignee.used_by(by.operator), at=at, result=result, reply=reply)


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
        done(branch, "close", by=holder, at=at, result="Khép theo văn bản", reply=None)
    wake_exchange()


def on_main_line(assignment: Assignment) -> bool:
    """Whether this branch carries the paper: it leads, and so does everything above it."""
    while assignment is not None and assignment.role == LEAD:
        assignment = assignment.parent
    return assignment is None


def hold(incoming: Incoming, post: Post, at: datetime) -> None:
    Document.objects.filter(pk=incoming.pk).update(holder=post, held_since=at)


def _check_no_result_waits(assignment: Assignment) -> None:
    if assignment.children.filter(state="reported").exists():
        raise ValidationError("Kết quả của việc này đang chờ bạn duyệt. Hãy duyệt, hoặc trả lại để làm tiếp.")


def _check_below(by: Post, people: list[Receiver]) -> None:
    """Not to oneself. The head of a room gives work inside it; over rooms directs who leads the organisation (art. 24)."""
    for one in people:
        if one.post.pk == by.pk:
            raise ValidationError("Không thể giao lại cho chính mình.")
        if by.role == Role.UNIT_HEAD and one.post.unit_id != by.unit_id:
            raise ValidationError(
                f"Trưởng phòng chỉ giao việc trong phòng; {one.post.user} không thuộc {by.unit}."
            )


def check_due(due_on: date | None, today: date, limit: date | None = None) -> None:
    if due_on and due_on < today:
        raise ValidationError("Thời hạn không thể ở trong quá khứ.")
    if due_on and limit and due_on > limit:
        raise ValidationError(f"Thời hạn không được sau hạn của việc được giao ({limit:%d/%m/%Y}).")
