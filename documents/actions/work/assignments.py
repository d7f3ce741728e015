"""Direction and handling: who leads, who supports, who is told; down to a person, and back up when done."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from documents.actions.work import between, ending
from documents.actions.work.receivers import INFO, LEAD, Receiver, directed_to, receivers, who
from documents.journey import carried, check, lock, move, record, row_of
from documents.models import Assignment, Direction, Incoming, Order, Outgoing, Task
from documents.models.assignment import matter_name
from documents.signals import wake_exchange
from orgs.actions.notices import hold as hold_accounts
from orgs.actions.notices import tell
from orgs.models import Post, Role, Unit
from orgs.models.notice import WORK


@transaction.atomic
def direct(
    matter: Incoming | Task,
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

    What is given to a room its head gets. With nobody to lead, the paper is only "để biết" and is completed at once. Owes
    status 04. A task without a paper always has somebody who leads it. `note`: how it came about, for the history.
    """
    if lead is None and isinstance(matter, Task):
        raise ValidationError("Hãy chọn người chủ trì.")
    today = timezone.localdate(at)
    people = directed_to(lead, support, info, by=by, today=today, matter=matter)
    if isinstance(matter, Task):
        check_below(by, people)
    lock(matter)
    matter.refresh_from_db(fields=["due_on"])
    limit = latest(matter)
    due_on = due_on or limit
    if due_on != limit:  # what is late already is given late
        check_due(due_on, today, limit=limit)
    direction = Direction.objects.create(
        by=by, text=text, at=at, due_on=due_on, due_before=matter.due_on, **{matter_name(matter): matter}
    )
    leads = next((one.post for one in people if one.role == LEAD), None)
    said = who(text, people, due_on) | ({"note": note} if note else {})
    move(matter, "direct", by=by, at=at, holder=leads, payload=said)
    if due_on and not last_day(matter):
        promise(matter, due_on)
    assign(matter, None, people, by=by, at=at, text=text, due_on=due_on, product=product)
    if leads is None:
        complete(matter, by=by, at=at, result="Chuyển để biết", reply=None)
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
    lock(assignment.matter)
    assignment.refresh_from_db(fields=["due_on", "product"])  # an amendment may have come first
    if due_on != assignment.due_on:  # what is late already is handed on late
        check_due(due_on, timezone.localdate(at), limit=assignment.due_on)
    due_on = due_on or assignment.due_on
    _check_no_result_waits(assignment)
    people = receivers(lead, support, info, by=by, today=timezone.localdate(at), matter=assignment.matter)
    check_below(by, people)
    move(assignment, "hand_on", by=by, at=at, payload=who(text, people, due_on))
    product = product or assignment.product
    assign(assignment.matter, assignment, people, by=by, at=at, text=text, due_on=due_on, product=product)
    if on_main_line(assignment):
        hold(assignment.matter, people[0].post, at)


@transaction.atomic
def start(assignment: Assignment, *, by: Post, at: datetime) -> None:
    """Opens one's task. When it is the leading branch, the paper is being handled (status 05)."""
    lock(assignment.matter)
    move(assignment, "start", by=by, at=at)
    matter = assignment.matter
    if on_main_line(assignment) and row_of(matter).filter(state="assigned").exists():
        move(matter, "start", by=by, at=at, holder=by)
        wake_exchange()


@transaction.atomic
def finish(
    assignment: Assignment, *, by: Post, at: datetime, result: str, reply: Outgoing | None = None,
    asked: dict | None = None,
) -> None:  # fmt: skip
    """Completes a task. A leading task carries its branch up; the top one completes the paper (status 06).

    Where the office has set so, the result of a task that was given on waits first for whoever gave it on.
    "Kết thúc" needs a result: the answer's number, or why none is needed. `asked`: what was answered to the floors above
    (documents/actions/work/ending.py).
    """
    if assignment.role == LEAD and not (result.strip() or reply):
        raise ValidationError(
            "Hãy ghi kết quả."
            if assignment.task_id
            else "Hãy chọn văn bản trả lời hoặc ghi kết quả, lý do không cần trả lời."
        )
    lock(assignment.matter)
    ends, waits = (
        isinstance(assignment.matter, Incoming) and on_main_line(assignment),
        _waits_for_the_head(assignment),
    )
    if ends:
        ending.hold(asked)
    if waits:  # what was asked is written first, and he is told after it
        hold_accounts([_head_over(assignment).user_id])
    if ends:
        ending.carry_out(assignment.matter, by=by, at=at, asked=asked)
    if waits:
        _report(assignment, by=by, at=at, result=result, reply=reply)
        return
    done(assignment, "finish", by=by, at=at, result=result, reply=reply)
    for child in assignment.children.filter(state="reported").select_related(
        "assignee__user", "incoming", "task"
    ):
        _close(child, by=by, at=at, result=child.result, reply=child.reply)
    parent, top = assignment.parent, assignment
    while assignment.role == LEAD and parent is not None:
        _close(parent, by=by, at=at, result=result, reply=reply)
        top, parent = parent, parent.parent
        if top.role != LEAD:
            return
    if top.role == LEAD and top.parent_id is None:
        complete(top.matter, by=by, at=at, result=result, reply=reply)


@transaction.atomic
def give_back(assignment: Assignment, *, by: Post, at: datetime, reason: str) -> None:
    """Returns a task to whoever gave it, with the reason; a leading task goes back to their hands."""
    if not reason.strip():
        raise ValidationError("Hãy ghi lý do chuyển lại.")
    lock(assignment.matter)
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
    lock(assignment.matter)
    branch = [one.assignee.user for one in branch_of(assignment)]
    text = f"Việc của bạn với {named(assignment.matter)} đã được {by.operator} thu hồi. Lý do: {reason}"
    told = [user for user in branch if user != by.operator]
    tell(told, text, at=at, url=seen_at(assignment.matter), kind=WORK)
    withdraw_branch(assignment, by=by, at=at, reason=reason)
    _back_to(by, assignment, at=at)


def assign(
    matter: Incoming | Task, parent: Assignment | None, people: list[Receiver], *, by: Post, at: datetime, text: str,
    due_on: date | None, product: str,
) -> None:  # fmt: skip
    """A task for each. What the leader asks for is asked of those who work: who is only told has nothing to do."""
    for one in people:
        asked = {} if one.role == INFO else {"instruction": text, "product": product, "due_on": due_on}
        Assignment.objects.create(
            parent=parent, role=one.role, assignee=one.post, unit=one.unit, by=by, created_at=at,
            **{matter_name(matter): matter}, **asked,
        )  # fmt: skip


def withdraw_branch(assignment: Assignment, *, by: Post, at: datetime, reason: str) -> None:
    """Ends the task and every one that was given on from it."""
    whose = f"{assignment.assignee.user} ({assignment.assignee.title})"
    move(assignment, "withdraw", by=by, at=at, payload={"reason": reason, "note": whose})
    for child in assignment.children.open().select_related("assignee__user", "incoming", "task", "parent"):
        withdraw_branch(child, by=by, at=at, reason=reason)


def branch_of(assignment: Assignment) -> list[Assignment]:
    """The task and all open ones below it."""
    found = [assignment]
    for child in assignment.children.open().select_related("assignee__user"):
        found += branch_of(child)
    return found


def promise(matter: Incoming | Task, due_on: date | None) -> None:
    """The deadline of the whole."""
    matter.due_on = due_on
    row_of(matter).update(due_on=due_on)


def last_day(matter: Incoming | Task) -> date | None:
    """The day another organisation gave for a task: nobody here gives a later one. Of everything else, none."""
    return matter.last_day if isinstance(matter, Task) else None


def latest(matter: Incoming | Task) -> date | None:
    """The last day that may be given for it: another organisation's, or of a part the day of the whole."""
    if not isinstance(matter, Task) or matter.parent_id is None:
        return last_day(matter)
    return Task.objects.values_list("due_on", flat=True).get(pk=matter.parent_id)


def named(matter: Incoming | Task) -> str:
    """In a sentence of a notice, which never says what it is about: a paper by the number of our own book, which stays
    when its content must go; a task by whoever gave it, and when."""
    if isinstance(matter, Task):
        return f"nhiệm vụ {matter.by.user} giao ngày {timezone.localtime(matter.created_at):%d/%m/%Y}"
    return f"văn bản số đến {matter.arrival_number}/{matter.arrival_date.year}"


def seen_at(matter: Incoming | Task) -> str:
    """Where a notice about work leads."""
    return matter.get_absolute_url() + ("" if isinstance(matter, Task) else "?tab=work")


def _back_to(giver: Post, assignment: Assignment, *, at: datetime) -> None:
    """Where a leading task that was given up goes: to the task above it, else the paper to its giver."""
    if assignment.role != LEAD:
        return
    parent, matter = assignment.parent, assignment.matter
    if parent is None:
        move(matter, "take_back", by=giver, at=at, holder=giver)
        return
    if Assignment.objects.filter(
        pk=parent.pk, state="forwarded"
    ).exists():  # else it came back with the result
        move(parent, "reopen", by=parent.assignee.used_by(giver.operator), at=at)
    if on_main_line(assignment):
        hold(matter, parent.assignee, at)


def done(
    assignment: Assignment, step: str, *, by: Post, at: datetime, result: str, reply: Outgoing | None
) -> None:
    """The step that ends a task, with what came of it. What another organisation is to judge ends when it has."""
    if _judged_above(assignment):
        check(assignment, step, by=by)
        if step == "approve_result":
            record(step, assignment.matter, by=by, at=at, payload={"task": assignment.pk, "result": result})
        step, by = "pass_up", assignment.assignee.used_by(by.operator)
    move(assignment, step, by=by, at=at, payload={"result": result, "reply": reply.code if reply else ""})
    assignment.done_at, assignment.result, assignment.reply = at, result, reply
    assignment.save(update_fields=["done_at", "result", "reply"])


def _judged_above(assignment: Assignment) -> bool:
    """Whoever leads what another organisation gave."""
    first = assignment.role == LEAD and assignment.parent_id is None
    return first and assignment.task_id is not None and assignment.task.giver_id is not None


def _waits_for_the_head(assignment: Assignment) -> bool:
    """The first one over a paper answers with a paper, which is approved on its own way."""
    given_on = assignment.parent_id is not None or assignment.task_id is not None
    return assignment.role == LEAD and given_on and assignment.matter.organisation.head_approves


def _head_over(assignment: Assignment) -> Post:
    return assignment.parent.assignee if assignment.parent else assignment.by


def _report(assignment: Assignment, *, by: Post, at: datetime, result: str, reply: Outgoing | None) -> None:
    """The task above is its holder's again, with the result to approve or to return; of the first one, whoever gave it."""
    parent, matter, head = assignment.parent, assignment.matter, _head_over(assignment)
    text = f"{by.operator} báo cáo kết quả xử lý {named(matter)}, chờ bạn duyệt."
    tell([head.user], text, at=at, url=matter.get_absolute_url(), kind=WORK)
    payload = {"result": result, "reply": reply.code if reply else ""}
    move(assignment, "report", by=by, at=at, payload=payload)
    assignment.result, assignment.reply = result, reply
    assignment.save(update_fields=["result", "reply"])
    if parent:
        move(parent, "reopen", by=head.used_by(by.operator), at=at)
    if on_main_line(assignment):
        hold(matter, head, at)


def withdraw_all(matter: Incoming | Task, *, by: Post, at: datetime, reason: str, note: str = "") -> None:
    """Ends every open task of what is no more, whoever gave it; `by` was asked about the whole."""
    payload = {"reason": reason} | ({"note": note} if note else {})
    for task in matter.assignments.open().select_related("incoming", "task"):
        carried(task, "withdraw", by=by, at=at, payload=payload)


def _close(task: Assignment, *, by, at, result, reply) -> None:
    """What it waited for is done, so it is done too, in its holder's place."""
    done(task, "close", by=task.assignee.used_by(by.operator), at=at, result=result, reply=reply)


def complete(matter: Incoming | Task, *, by, at, result, reply) -> None:
    description = (
        f"Hoàn thành xử lý. Văn bản trả lời: {reply.code}" if reply and reply.code else "Hoàn thành xử lý"
    )
    received = isinstance(matter, Task) and matter.giver_id is not None
    step = "report_above" if received else "complete"
    move(matter, step, by=by, at=at, payload={"result": result, "report": description})
    if received:  # that organisation approves it, or returns it
        order = Order.objects.select_for_update(of=("self",)).get(received=matter)
        between.move(order, Order.State.REPORTED, by=by.operator, at=at, said=result or description)
    matter.result = result or (f"Đã trả lời bằng văn bản {reply.code}" if reply else "")
    matter.save(update_fields=["result"])
    # The paper is answered: what supporters still held is no longer anybody's debt.
    for branch in (
        matter.assignments.open().exclude(role=INFO).select_related("assignee__user", "incoming", "task")
    ):
        if _judged_above(branch):
            continue
        holder = branch.assignee.used_by(by.operator)
        done(branch, "close", by=holder, at=at, result=f"Khép theo {matter.noun}", reply=None)
    wake_exchange()


def on_main_line(assignment: Assignment) -> bool:
    """Whether this branch carries the paper: it leads, and so does everything above it."""
    while assignment is not None and assignment.role == LEAD:
        assignment = assignment.parent
    return assignment is None


def hold(matter: Incoming | Task, post: Post, at: datetime) -> None:
    row_of(matter).update(holder=post, held_since=at)


def _check_no_result_waits(assignment: Assignment) -> None:
    if assignment.children.filter(state="reported").exists():
        raise ValidationError("Kết quả của việc này đang chờ bạn duyệt. Hãy duyệt, hoặc trả lại để làm tiếp.")


def check_below(by: Post, people: list[Receiver]) -> None:
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
