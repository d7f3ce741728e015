"""Rows into what the shared template parts show. Reads only; every function costs a fixed number of queries."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any

from django.urls import reverse
from django.utils import timezone

from documents import readings
from documents.absences import away_for
from documents.access import may
from documents.actions.incoming.correct import LABELS
from documents.actions.requests.change import FIELDS, in_words
from documents.boxes import Moment
from documents.deadlines import Due, due_words
from documents.journey import steps_open_to
from documents.models import Assignment, Document, Event, Incoming, Task
from documents.models.document import address_of
from documents.models.task import SEES_ALL_TASKS
from documents.states import ASSIGNMENT_OPEN, FINISHED, label_of
from orgs.absence import said
from orgs.calendar import calendar_of_pages
from orgs.models import Post
from ui.once import once

ICONS = {
    "receive": "incoming", "register": "register", "refuse": "bad", "present": "outgoing", "direct": "edit",
    "complete": "check", "sign": "sign", "sign_secretary": "sign", "seal": "seal", "issue": "outgoing", "send_back": "bad", "status": "exchange",
    "urge": "clock", "urged": "clock", "update": "edit", "ask_change": "edit", "change": "edit", "correct": "edit", "fill_own_fields": "edit",
    "amend": "edit", "retract": "bad", "call_off": "bad", "ask_extension": "clock", "grant_extension": "clock", "refuse_extension": "bad",
    "ask_above": "clock", "order_asks_extension": "clock", "order_withdraws_extension": "back", "extended_above": "clock", "not_extended_above": "bad",
    "remind_work": "clock", "near_deadline": "clock", "past_deadline": "clock", "escalate": "clock",
    "consult": "comment", "circulate": "comment", "give_opinion": "comment",
    "remind_asked": "bell", "extend_consultation": "calendar", "close_consultation": "check",
    "take_back_consultation": "back", "make_slip": "outgoing", "send_slip_again": "outgoing", "answer_slip": "comment",
    "approve_slip": "check", "return_slip": "bad", "void_slip": "warn", "replace_in_slip": "users", "extend_slip": "calendar", "take_back_slip": "back",
}  # fmt: skip
TONES = {
    "refuse": "bad", "send_back": "bad", "give_back": "bad", "refuse_number": "bad", "void_number": "bad", "purge": "bad", "retract": "bad", "call_off": "bad", "amend": "warn",
    "refuse_extension": "bad", "remind_work": "bad", "past_deadline": "bad", "escalate": "bad",
    "ask_above": "warn", "order_asks_extension": "warn", "extended_above": "ok", "not_extended_above": "bad",
    "ask_extension": "warn", "near_deadline": "warn", "grant_extension": "ok",
    "return_slip": "bad", "void_slip": "warn", "approve_slip": "ok",
    "urge": "warn", "urged": "warn", "ask_back": "warn", "ask_change": "warn", "complete": "ok", "issue": "ok", "finish": "ok", "sign": "info", "sign_secretary": "info", "seal": "info", "register": "info",
}  # fmt: skip
# Of `change.mended`, in a list: what is said of the paper, and its tone.
MENDED = {
    "replaced": {"label": "Bị thay thế", "tone": "warn"},
    "amends": {"label": "Được sửa đổi, bổ sung", "tone": "info"},
    "rectifies": {"label": "Được đính chính", "tone": "info"},
}
HIDDEN_TASK = "Nhiệm vụ bạn không được giao và không theo dõi"
ACCEPTED = "Chữ ký không hợp lệ, vẫn nhận với lý do"


@once
def moment() -> Moment:
    """Today, by the calendar as it stands; the same for a whole page."""
    return Moment(timezone.localdate(), calendar_of_pages())


def state_of(journey) -> dict:
    return {"label": journey.state_label, "tone": journey.state_tone}


def incoming_rows(papers: Iterable[Document], post: Post, now: Moment) -> list[dict]:
    papers = list(papers)
    tasks = Assignment.objects.filter(
        incoming__in=[p.pk for p in papers], assignee=post, state__in=ASSIGNMENT_OPEN
    )
    unseen, own = set(), {}
    for paper, state, role, due_on in tasks.values_list("incoming_id", "state", "role", "due_on"):
        if state == "new":
            unseen.add(paper)
        if role != "info" and due_on:
            own[paper] = min(due_on, own.get(paper, due_on))
    return [
        _row(paper, now, paper.arrival_number or "", paper.arrival_date or paper.arrived_at)
        | {
            **(_own(own[paper.pk], paper, now) if paper.pk in own else {}),
            "unread": paper.pk in unseen or paper.state == "awaiting_reception",
            "invalid": paper.has_invalid_signature,
            "away": said(paper.away) if paper.state not in FINISHED else "",
            "asked": paper.asked,
            "urged": paper.urged_at,
        }
        for paper in papers
    ]


def outgoing_rows(papers: Iterable[Document], post: Post, now: Moment) -> list[dict]:
    return [
        _row(paper, now, paper.number, paper.issued_on or paper.sorted_at)
        | {
            "notation": paper.code,
            "issuer": str(paper.drafter.user),
            "unread": paper.holder_id == post.pk and paper.state not in FINISHED | {"draft"},
        }
        for paper in papers
    ]


def work_rows(
    assignments: Iterable[Assignment], now: Moment, away: Mapping[int, str] = MappingProxyType({})
) -> list[dict]:
    """`away`: who is, in words (`documents.absences.away_for`)."""
    return [
        _row_of_matter(assignment, now)
        | {
            "value": assignment.pk,
            "state": {"label": _state_words(assignment), "tone": assignment.state_tone},
            "reminded": assignment.reminded if assignment.state in ASSIGNMENT_OPEN else 0,
            "holder": str(assignment.assignee.user),
            "away": away.get(assignment.assignee_id, "") if assignment.state in ASSIGNMENT_OPEN else "",
            "unread": assignment.state == "new",
            **_task_due(assignment, now),
        }
        for assignment in assignments
    ]


def work_rows_for(post: Post, assignments: Iterable[Assignment], now: Moment) -> list[dict]:
    """As `work_rows`, of everybody's work: of a task without a paper that this post may not see, only that it is there."""
    found = list(assignments)
    rows = work_rows(found, now, away_for(post, now.today))
    tasks = {one.task_id for one in found} - {None}
    if tasks and post.role not in SEES_ALL_TASKS:
        tasks -= set(Task.objects.visible_to(post).filter(pk__in=tasks).values_list("pk", flat=True))
        for row, one in zip(rows, found, strict=True):
            if one.task_id in tasks:
                row |= {"url": "", "subject": HIDDEN_TASK, "issuer": ""}
    return rows


def _row_of_matter(assignment: Assignment, now: Moment) -> dict:
    """The line of the paper, or of the task without one."""
    paper = assignment.incoming
    if paper is None:
        return _row_of_task(assignment.task, assignment.created_at)
    row = _row(paper, now, paper.arrival_number or "", assignment.created_at)
    return row | {"invalid": paper.has_invalid_signature}


def task_row(task: Task, now: Moment) -> dict:
    """A task without a paper, as a line of a list of its own."""
    return _row_of_task(task, task.created_at) | {
        "due": due_words(task.due_on, now.today, now.calendar, finished=not task.is_open),
        "due_on": task.due_on,
        "state": state_of(task),
        "holder": str(task.holder.user) if task.holder_id and task.is_open else "",
    }


def _row_of_task(task: Task, day: datetime) -> dict:
    return {
        "url": address_of("task", task.pk),
        "value": task.pk,
        "number": "",
        "date": day,
        "notation": "Nhiệm vụ",
        "whole": "Nhiệm vụ",
        "issuer": task.foreign_code or (f"Họp: {task.meeting}" if task.meeting else ""),
        "subject": task.title,
        "urgency": task.urgency,
    }


def _state_words(assignment: Assignment) -> str:
    """The role, the state, and how far an open task is, as it was last told."""
    words = f"{assignment.get_role_display()} · {assignment.state_label}"
    told = assignment.percent is not None and assignment.state in ASSIGNMENT_OPEN
    return f"{words} · {assignment.percent}%" if told else words


def _task_due(assignment: Assignment, now: Moment) -> dict:
    """Who is only told has no deadline, and reads whom it comes from."""
    if assignment.role == Assignment.Role.INFO:
        return {"due": Due("", "none"), "due_on": None, "holder": f"{assignment.by.user} giao"}
    return _own(assignment.due_on, assignment.matter, now, finished=assignment.state == "done")


def _own(day: date | None, paper: Incoming | Task, now: Moment, *, finished: bool = False) -> dict:
    """One's own deadline first; that of the whole second, where it is another day."""
    second = paper.deadline if paper.deadline != day and not finished else None
    due = due_words(day, now.today, now.calendar, finished=finished)
    return {"due": due, "due_on": day, "due_of_paper": second}


def own_due(paper: Incoming | Task, tasks: Iterable[Assignment], now: Moment) -> Due | None:
    """The nearest deadline among one's own open tasks, when it is another day than the paper's."""
    days = [
        task.due_on for task in tasks if task.role != "info" and task.due_on and task.state in ASSIGNMENT_OPEN
    ]
    return due_words(min(days), now.today, now.calendar) if days and min(days) != paper.due_on else None


def _row(paper, now: Moment, number, day) -> dict:
    return {
        "url": paper.get_absolute_url(),
        "value": paper.pk,
        "number": number,
        "date": day,
        "notation": paper.code,
        "subject": paper.subject,
        "issuer": paper.issuer_name,
        "urgency": paper.urgency,
        "due": due_words(paper.deadline, now.today, now.calendar, finished=paper.state in FINISHED),
        "due_on": paper.deadline,
        "state": state_of(paper),
        "holder": paper.holder_label,
        "mended": MENDED.get(paper.mended),
    }


def step_url(url_name: str, step: str, pk: int) -> str:
    """Where a step of the table is taken, whichever floor takes it."""
    return reverse(f"{url_name}_{step}", args=[pk])


def buttons(post: Post, journey, url_name: str, *, without: frozenset[str] = frozenset()) -> list[dict]:
    """The steps open to this post, the main one first. `url_name` is a prefix: "incoming" → incoming_register.

    `without`: steps that follow from other acts and are never pressed themselves.
    """
    found = [
        {
            "name": name,
            "label": step.label,
            "url": step_url(url_name, name, journey.pk),
            "tone": "bad" if step.tone == "bad" else "",
            "needs_form": step.form,
            "main": step.tone == "main",
        }
        for name, step in steps_open_to(post, journey, without=without).items()
    ]
    return sorted(found, key=lambda button: not button["main"])


def flow(document: Document, post: Post) -> dict:
    """The history of a paper; how often it was looked at, for whoever answers for it."""
    seen = readings.counted(document) if may(post, "see_readings", document) else None
    return {"items": timeline(document), "seen": seen}


def timeline(matter: Document | Task) -> list[dict]:
    """Luân chuyển: what happened, who did it, and how long the holder of that moment then kept the paper."""
    events = list(
        Event.objects.filter(**{"task" if isinstance(matter, Task) else "document": matter}).select_related(
            "post__user", "post__unit", "post__organisation", "user"
        )
    )
    # Beginning a leading task begins the paper too: one press, two events, one line.
    events = [
        event for event, later in zip(events, [*events[1:], None], strict=True) if not _same(event, later)
    ]
    ends = [event.at for event in events[1:]] + [None]
    return [_moment_of(event, until) for event, until in zip(events, ends, strict=True)]


def _same(event: Event, later: Event | None) -> bool:
    if later is None or event.kind != "start":
        return False
    return (later.kind, later.post_id, later.at) == (event.kind, event.post_id, event.at)


def _moment_of(event: Event, until: datetime | None) -> dict:
    who = str(event.user or "Hệ thống")
    if event.post and event.user_id != event.post.user_id:
        who = f"{who} (thay {event.post.user})"
    title = label_of(event.kind, of_task=event.task_id is not None)
    to = event.payload.get("to")
    arrow = f" → {to}" if to and event.payload.get("to_post") != event.post_id else ""
    return {
        "at": event.at,
        "who": who,
        "post": str(event.post) if event.post else "",
        "title": title[:1].upper() + title[1:] + arrow,
        "detail": _detail(event),
        "held_for": duration(until - event.at) if until and to else "",
        "tone": "bad" if "acceptance_reason" in event.payload else TONES.get(event.kind, "calm"),
        "icon": ICONS.get(event.kind, "history"),
    }


def _detail(event: Event) -> str:
    said = event.payload
    lines = [
        said.get("finding"), said.get("text"), said.get("reason"), said.get("result"), said.get("note"),
        f"Số đến {said['number']}" if said.get("number") else "",
        f"Số, ký hiệu {said['code']}" if said.get("code") and event.kind != "status" else "",
        "; ".join(said.get("amended", [])),
        f"Chủ trì: {said['lead']}" if said.get("lead") else "",
        f"Cơ quan nhận: {', '.join(said['offices'])}" if said.get("offices") else "",
        f"Phối hợp: {', '.join(said['support'])}" if said.get("support") else "",
        f"Để biết: {', '.join(said['info'])}" if said.get("info") else "",
        f"Văn bản trả lời: {said['reply']}" if said.get("reply") else "",
        f"{said['recipient']}: {said['description']}" if event.kind == "status" else "",
        f"Gửi thêm: {', '.join(said['added'])}" if said.get("added") else "",
        f"Rút: {', '.join(said['withdrawn'])}" if said.get("withdrawn") else "",
        f"Hạn trả lời: {_both(*said['due_on'])}" if event.kind == "update" and said.get("due_on") else "",
        f"Bởi văn bản {said['by']}" if event.kind in ("replaced", "rectified", "amended") else "",
        *(f"{LABELS[name]}: {_both(*both, name)}" for name, both in said.get("changes", {}).items()),
        *(f"{label}: {_words(*both)}" for label, both in said.get("own", {}).items()),
        f"Mục khác: {', '.join(FIELDS[name] for name in said['fields'])}" if said.get("fields") else "",
        f"Tệp: {', '.join(said['files'])}" if said.get("files") else "",
        f"{ACCEPTED}: {said['acceptance_reason']}" if said.get("acceptance_reason") else "",
    ]  # fmt: skip
    return " · ".join(line for line in lines if line)


def _words(before: str, after: str) -> str:
    """Of a field of the office's own: words already."""
    return f"{before} → {after or '(trống)'}" if before else after


def _both(before: Any, after: Any, name: str = "due_on") -> str:
    return " → ".join(in_words(name, value) or "(trống)" for value in (before, after))


def duration(span: timedelta) -> str:
    minutes = int(span.total_seconds() // 60)
    if minutes < 1:
        return "dưới 1 phút"
    if minutes < 60:
        return f"{minutes} phút"
    if minutes < 60 * 24:
        return f"{minutes // 60} giờ {minutes % 60} phút"
    return f"{minutes // 1440} ngày {minutes % 1440 // 60} giờ"
