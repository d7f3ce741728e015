"""Xin gia hạn: whoever has a task asks for a later day; whoever gave it grants it, another one, or none.

Two levels: nobody grants a day after the one he was given himself, so that a head first asks for his own task.
"""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from documents.access import has_left
from documents.actions.work.assignments import check_due, last_day, latest, named, promise, seen_at
from documents.actions.work.receivers import LEAD
from documents.journey import NotAllowedNow, check, lock, move
from documents.models import Assignment, Extension
from documents.states import ASSIGNMENT_OPEN
from orgs.actions.notices import tell
from orgs.models import Post, Role
from orgs.models.notice import WORK


class PastTheOneAbove(ValidationError):
    """The day is later than the one `above` has, the task that this one was given on from."""

    def __init__(self, above: Assignment):
        self.above = above
        super().__init__(
            f"Việc cấp trên giao cho {above.assignee.user} có hạn {above.due_on:%d/%m/%Y}; không thể cho cấp dưới hạn"
            f" muộn hơn. Hãy duyệt đến ngày đó, hoặc xin {above.by.user} gia hạn việc đó trước."
        )


@transaction.atomic
def ask_extension(assignment: Assignment, *, by: Post, at: datetime, due_on: date, reason: str) -> Extension:
    """Puts the request to whoever gave the task; the deadline stays until it is granted.

    Raises ValidationError for a day that is no later or past, without a reason, or beyond the office's number;
    NotAllowedNow when the task has ended or another request waits.
    """
    _hold(assignment)
    check(assignment, "ask_extension", by=by)
    if waits := assignment.extensions.waiting().select_related("to__user").first():
        raise NotAllowedNow(
            f"Đã có đề nghị gia hạn đến {waits.due_asked:%d/%m/%Y} đang chờ {waits.to.user} duyệt."
            " Muốn xin ngày khác, hãy rút đề nghị đó trước.",
            assignment.matter,
        )
    if not reason.strip():
        raise ValidationError("Hãy ghi lý do xin gia hạn.")
    _check_number(assignment)
    if due_on <= assignment.due_on:
        raise ValidationError(f"Ngày xin phải sau thời hạn hiện tại ({assignment.due_on:%d/%m/%Y}).")
    check_due(due_on, timezone.localdate(at))
    to = _judge(assignment, timezone.localdate(at))
    days = f"{assignment.due_on:%d/%m/%Y} → {due_on:%d/%m/%Y}"
    text = f"{by.operator} xin gia hạn xử lý {named(assignment.matter)}: {days}, chờ bạn duyệt."
    tell([to.user], text, at=at, url=seen_at(assignment.matter), kind=WORK)
    asked = Extension.objects.create(
        assignment=assignment, by=by, to=to, at=at, reason=reason, due_before=assignment.due_on, due_asked=due_on
    )  # fmt: skip
    payload = {"reason": reason, "note": f"{days}, trình {to.user}", "extension": asked.pk}
    move(assignment, "ask_extension", by=by, at=at, payload=payload)
    return asked


@transaction.atomic
def grant_extension(extension: Extension, *, by: Post, at: datetime, due_on: date | None = None) -> None:
    """The task has until `due_on`, by default the day that was asked for; its paper too, where that had the same day.

    Raises ValidationError for a day that does not lie after today's deadline and up to the one asked for, or is past;
    PastTheOneAbove; NotAllowedNow when it was decided or withdrawn, or the task has ended.
    """
    task = _open(extension, "grant_extension", by=by)
    before, due_on = task.due_on, due_on or extension.due_asked
    if before is None:
        raise ValidationError("Việc này nay không có thời hạn; không còn gì để gia hạn. Hãy từ chối đề nghị.")
    if not before < due_on <= extension.due_asked:
        raise ValidationError(
            f"Hạn mới phải sau hạn hiện tại ({before:%d/%m/%Y}) và không sau ngày được xin"
            f" ({extension.due_asked:%d/%m/%Y})."
        )
    check_due(due_on, timezone.localdate(at))
    if late := beyond(task, due_on):
        raise PastTheOneAbove(late)
    check_last_day(task, due_on)
    _check_number(task)
    days = f"{before:%d/%m/%Y} → {due_on:%d/%m/%Y}"
    text = f"{by.operator} đồng ý gia hạn xử lý {named(task.matter)}: {days}."
    tell([task.assignee.user], text, at=at, url=seen_at(task.matter), kind=WORK)
    Assignment.objects.filter(pk=task.pk).update(due_on=due_on, extended=F("extended") + 1)
    task.due_on, task.extended = due_on, task.extended + 1
    task.matter.refresh_from_db(fields=["due_on"])
    if (
        task.parent_id is None
        and task.role == LEAD
        and task.matter.due_on == before
        and not last_day(task.matter)
    ):
        promise(task.matter, due_on)
    fills = {"due_before": before, "due_granted": due_on, "decided_by": by, "decided_at": at}
    note = f"{task.assignee.user}: {days}, lần thứ {task.extended}"
    payload = {"note": note, "due_before": before.isoformat(), "due_on": due_on.isoformat()}
    move(extension, "grant_extension", by=by, at=at, fills=fills, payload=payload)


@transaction.atomic
def refuse_extension(extension: Extension, *, by: Post, at: datetime, reason: str) -> None:
    """The deadline stays. Raises ValidationError without a reason; NotAllowedNow as for granting."""
    if not reason.strip():
        raise ValidationError("Hãy ghi lý do từ chối.")
    task = _open(extension, "refuse_extension", by=by)
    text = f"{by.operator} không đồng ý gia hạn xử lý {named(task.matter)}. Lý do: {reason}"
    tell([task.assignee.user], text, at=at, url=seen_at(task.matter), kind=WORK)
    fills = {"refusal_reason": reason, "decided_by": by, "decided_at": at}
    move(extension, "refuse_extension", by=by, at=at, fills=fills, payload={"reason": reason})


@transaction.atomic
def withdraw_extension(extension: Extension, *, by: Post, at: datetime) -> None:
    """By whoever asked, as long as nobody has decided."""
    task = _open(extension, "withdraw_extension", by=by)
    text = f"{by.operator} rút đề nghị gia hạn xử lý {named(task.matter)}."
    tell([extension.to.user], text, at=at, url=seen_at(task.matter), kind=WORK)
    move(extension, "withdraw_extension", by=by, at=at, fills={"decided_by": by, "decided_at": at})


def left_to_grant(assignment: Assignment) -> int:
    """How often the deadline may still be put off."""
    return max(assignment.matter.organisation.extension_limit - assignment.extended, 0)


def beyond(assignment: Assignment, due_on: date) -> Assignment | None:
    """The task above, when its own deadline is earlier than that day."""
    above = assignment.parent
    return above if above is not None and above.due_on and above.due_on < due_on else None


def check_last_day(assignment: Assignment, due_on: date) -> None:
    """Raises ValidationError for a day after the one that another organisation, or the whole of a part, has."""
    matter, last = assignment.matter, latest(assignment.matter)
    if last and due_on > last:
        if last_day(matter) is None:
            raise ValidationError(
                f"Nhiệm vụ lớn có hạn {last:%d/%m/%Y}; phần việc không thể có hạn muộn hơn."
            )
        raise ValidationError(
            f"{matter.giver} giao nhiệm vụ này đến {last:%d/%m/%Y}; không thể cho hạn muộn hơn."
            " Hãy xin nơi giao gia hạn trước, ở trang nhiệm vụ."
        )


def _hold(assignment: Assignment) -> None:
    """From here on the task is as it is read, and so is what the office allows."""
    lock(assignment.matter)
    assignment.refresh_from_db(fields=["state", "due_on", "extended"])
    if assignment.parent_id:
        assignment.parent.refresh_from_db(fields=["due_on"])
    assignment.matter.organisation.refresh_from_db(fields=["extension_limit"])


def _open(extension: Extension, step: str, *, by: Post) -> Assignment:
    """The task, held, of a request that may be decided now."""
    task = extension.assignment
    _hold(task)
    extension.refresh_from_db(fields=["state"])
    check(extension, step, by=by)
    if task.state not in ASSIGNMENT_OPEN:
        sentence = f"Đề nghị gia hạn không còn cần quyết định: việc hiện ở trạng thái “{task.state_label}”."
        raise NotAllowedNow(sentence, task.matter)
    return task


def _check_number(assignment: Assignment) -> None:
    if not left_to_grant(assignment):
        raise ValidationError(
            f"Việc này đã được gia hạn {assignment.extended} lần; cơ quan cho phép nhiều nhất"
            f" {assignment.matter.organisation.extension_limit} lần. Hãy báo cáo người giao việc để giao lại."
        )


def _judge(assignment: Assignment, today: date) -> Post:
    """Whoever gave the task; when he has left, the next above him, at last the head of the organisation."""
    above = assignment
    while above is not None:
        if not has_left(above.by) and above.by.user_id != assignment.assignee.user_id:
            return above.by
        above = above.parent
    head = head_of(assignment.matter.organisation_id, today, but=assignment.assignee.user_id)
    if head is None:
        raise ValidationError(
            f"{assignment.by.user} không còn giữ vị trí, và cơ quan chưa có người đứng đầu để duyệt."
            " Hãy báo chánh văn phòng giao lại việc."
        )
    return head


def head_of(organisation_id: int, today: date, *, but: int | None = None) -> Post | None:
    """Who leads the organisation, unless it is that account."""
    heads = Post.objects.on(today).filter(
        organisation=organisation_id, role=Role.LEADER, head=True, user__is_active=True
    )
    return heads.exclude(user=but).select_related("user").first()
