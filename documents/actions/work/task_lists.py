"""Tasks of another system, by a file: taken under its own ids, and how they stand given back."""

import csv
import io
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from documents.access import may
from documents.actions.work.receivers import CANNOT_HANDLE, HEADS_A_ROOM
from documents.actions.work.sheets import Row
from documents.actions.work.tasks import give_task
from documents.journey import NotAllowedNow, record
from documents.models import Assignment, Event, Task
from orgs.models import Post, Unit
from ui.text import fold

BEHIND_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass
class Taken:
    tasks: list[Task] = field(default_factory=list)
    refused: list[Row] = field(default_factory=list)  # each with its `problem`


def checked(rows: list[Row], *, by: Post, today: date) -> list[Row]:
    """The same rows with what stands against each: a code that is there already or twice, a day that is past, nobody of
    that name. Two queries."""
    codes = [row.code for row in rows if row.code]
    there = set(
        Task.objects.filter(organisation=by.organisation_id, foreign_code__in=codes).values_list(
            "foreign_code", flat=True
        )
    )
    leads, times = _leads(by, today), Counter(codes)
    for row in rows:
        problems = [row.problem] if row.problem else []
        if row.code and row.code in there:
            problems.append(f"mã {row.code} đã có")
        elif row.code and times[row.code] > 1:
            problems.append(f"mã {row.code} có {times[row.code]} lần trong tệp")
        if row.due_on and date.fromisoformat(row.due_on) < today:
            problems.append("thời hạn đã qua")
        if row.lead and len(leads.get(fold(row.lead), ())) != 1:
            found = len(leads.get(fold(row.lead), ()))
            problems.append(f"{'có nhiều' if found else 'không tìm thấy'} “{row.lead[:60]}” trong cơ quan")
        row.problem = "; ".join(problems)
    return rows


@transaction.atomic
def take_list(rows: list[Row], *, by: Post, at: datetime, once: str = "") -> Taken:
    """A task for each row: given to whoever it names, else it waits to be given. Rows that do not fit are reported, with
    why; the others are taken all the same. Under the same `once` a list is taken once, also of rows without a code.
    Raises PermissionDenied; NotAllowedNow when it was taken already."""
    if not may(by, "import_tasks"):
        raise PermissionDenied("Lãnh đạo, chánh văn phòng mới nhập danh sách nhiệm vụ.")
    if once:
        _spend(once, by)
    today, taken = timezone.localdate(at), Taken()
    leads = _leads(by, today)
    for row in checked(rows, by=by, today=today):
        if not row.problem:
            try:
                with transaction.atomic():
                    taken.tasks.append(_take(row, leads, by=by, at=at))
                continue
            except ValidationError as error:
                row.problem = " ".join(error.messages)
            except IntegrityError:  # somebody was faster with the same list
                row.problem = f"mã {row.code} đã có"
        taken.refused.append(row)
    if once:
        note = f"Nhận {len(taken.tasks)} nhiệm vụ, không nhận {len(taken.refused)} dòng"
        payload = {"list": once, "note": note}
        record("take_list", None, by=by, at=at, payload=payload, organisation=by.organisation)
    return taken


def _spend(once: str, by: Post) -> None:
    """Held until the transaction ends, whose event says that it is spent; a press that waited reads that event."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"task list {once}"])
    of_nothing = Event.objects.filter(organisation=by.organisation_id, document=None, task=None)
    if of_nothing.filter(kind="take_list", payload__list=once).exists():
        raise NotAllowedNow("Danh sách này đã được nhập rồi; mỗi bản xem trước chỉ nhập một lần.")


def _take(row: Row, leads: dict[str, list[Post | Unit]], *, by: Post, at: datetime) -> Task:
    due_on = date.fromisoformat(row.due_on) if row.due_on else None
    asked = {"title": row.title, "product": row.product, "urgency": row.urgency, "foreign_code": row.code}
    text = row.text or row.title
    if row.lead:
        lead = leads[fold(row.lead)][0]
        return give_task(by=by, at=at, text=text, lead=lead, due_on=due_on, **asked)
    task = Task.objects.create(
        organisation_id=by.organisation_id, by=by, holder=by, held_since=at, created_at=at, content=text, due_on=due_on, **asked
    )  # fmt: skip
    record("take_task", task, by=by, at=at, payload={"note": row.code, "text": text})
    return task


def _leads(by: Post, today: date) -> dict[str, list[Post | Unit]]:
    """Rooms and people of the office by their folded names; a room without a head can be given nothing."""
    found: dict[str, list[Post | Unit]] = {}
    here = Post.objects.on(today).filter(organisation=by.organisation_id).exclude(role__in=CANNOT_HANDLE)
    people = list(here.exclude(pk=by.pk).select_related("user", "unit"))
    for post in people:
        found.setdefault(fold(str(post.user)), []).append(post)
    for unit in {post.unit for post in people if post.unit_id and post.role in HEADS_A_ROOM}:
        for name in {fold(unit.name), fold(unit.abbreviation)} - {""}:
            found.setdefault(name, []).append(unit)
    return found


def state_file(post: Post) -> bytes:
    """CSV (UTF-8 with a mark, for spreadsheets) of the tasks under foreign ids that this post may see: how each stands.
    Two queries. What would be a formula to a spreadsheet is made words."""
    tasks = list(
        Task.objects.visible_to(post)
        .exclude(foreign_code="")
        .order_by("foreign_code")
        .select_related("holder__user")
    )
    leads = {
        one.task_id: one
        for one in Assignment.objects.filter(task__in=tasks, role="lead", parent=None)
        .exclude(state__in=["returned", "withdrawn"]).select_related("assignee__user", "unit")
    }  # fmt: skip
    out = io.StringIO()
    sheet = csv.writer(out)
    sheet.writerow(
        [
            "Mã nhiệm vụ",
            "Tên nhiệm vụ",
            "Trạng thái",
            "Chủ trì",
            "Thời hạn",
            "Tiến độ (%)",
            "Hoàn thành ngày",
            "Kết quả",
        ]
    )
    for task in tasks:
        sheet.writerow([_words(cell) for cell in _state(task, leads.get(task.pk))])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _state(task: Task, lead: Assignment | None) -> list[str]:
    done = timezone.localdate(task.held_since) if task.state == "completed" else None
    return [
        task.foreign_code, task.title, task.state_label, lead.given_to if lead else "",
        f"{task.due_on:%d/%m/%Y}" if task.due_on else "",
        f"{lead.percent}" if lead and lead.percent is not None else "",
        f"{done:%d/%m/%Y}" if done else "", task.result,
    ]  # fmt: skip


def _words(cell: str) -> str:
    return f"'{cell}" if cell.startswith(BEHIND_A_FORMULA) else cell
