"""Theo dõi, đôn đốc: in time and late by unit and person (decree 30 art. 24.1). A number opens its list."""

from datetime import date
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Exists, F, OuterRef, Q
from django.db.models.functions import TruncDate
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from documents.absences import away_for
from documents.access import may
from documents.boxes import Moment
from documents.models import Assignment
from documents.states import ASSIGNMENT_IN_HAND
from documents.views.lists.boxes import NO_LIST, count_words, midnight, read_filters
from documents.views.shared.acting import no_post
from documents.views.shared.rows import moment, work_rows
from orgs.models import Post, Unit
from ui.ids import parse_id
from ui.order import alphabetical
from ui.paging import page_of

CLASSES = {
    "total": "Tổng số",
    "done_in_time": "Hoàn thành đúng hạn",
    "done_late": "Hoàn thành quá hạn",
    "in_time": "Đang làm, trong hạn",
    "overdue": "Đang làm, quá hạn",
}
TONES = {"done_late": "soon", "overdue": "overdue"}
NOT_IN_HAND = ("returned", "withdrawn", "reported")
NO_UNIT = "Lãnh đạo, văn phòng"


@require_safe
def progress(request):
    post = request.post
    if post is None:
        return no_post(request)
    if not may(post, "see_progress"):
        raise PermissionDenied("Chỉ lãnh đạo, văn phòng, văn thư và người theo dõi được xem tình hình xử lý.")
    now, asked = moment(), request.GET.get("class")
    listed = asked in _rules(now.today)
    period = _period(request, listed)
    if listed:
        return _list(request, post, now, period)
    if asked:
        messages.warning(request, NO_LIST.format(asked[:40]))
    units = by_unit(post, now, period)
    whole = _line("Toàn cơ quan", _span(period)) | {
        name: sum(unit[name] for unit in units) for name in CLASSES
    }
    for unit in units:
        unit["cells"] = _cells(unit)
        for person in unit["people"]:
            person["cells"] = _cells(person)
    context = {"units": units, "whole": whole | {"cells": _cells(whole)}, "classes": CLASSES}
    return render(
        request, "documents/reports/progress.html", context | {"since": period[0], "until": period[1]}
    )


def by_unit(
    post: Post, now: Moment, period: tuple[date, date] | None = None, *, in_hand: bool = False
) -> list[dict]:
    """The organisation's tasks counted by unit, and in each by person; those in hand alone if told. One query."""
    rules = {name: Count("pk", filter=rule) for name, rule in _rules(now.today).items()}
    names = (
        "assignee__unit_id",
        "assignee__unit__order",
        "assignee__unit__name",
        "assignee_id",
        "assignee__user__full_name",
        "assignee__title",
    )
    tasks = _tasks(post, period).in_hand() if in_hand else _tasks(post, period)
    # Sorted here: the database would put the letters in their places anew for every task.
    rows = sorted(tasks.values(*names).annotate(**rules).order_by(), key=_by_unit_and_name)
    span = _span(period)
    units: dict[int | None, dict] = {}
    for row in rows:
        key = row["assignee__unit_id"]
        label = row["assignee__unit__name"] or NO_UNIT
        unit = units.setdefault(key, _line(label, {"unit": key or 0} | span) | {"people": []})
        person = f"{row['assignee__user__full_name']} – {row['assignee__title']}"
        unit["people"].append(_line(person, {"person": row["assignee_id"]} | span, row))
        for name in rules:
            unit[name] += row[name]
    return list(units.values())


def _by_unit_and_name(row: dict) -> tuple:
    return (
        row["assignee__unit_id"] is None, row["assignee__unit__order"] or 0, alphabetical(row["assignee__unit__name"] or ""),
        alphabetical(row["assignee__user__full_name"]), row["assignee_id"],
    )  # fmt: skip


def _line(label: str, query: dict, row: dict | None = None) -> dict:
    counts = {name: row[name] if row else 0 for name in [*CLASSES, "open"]}
    return {"label": label, "query": urlencode(query)} | counts


def _cells(line: dict) -> list[dict]:
    return [{"name": name, "count": line[name], "tone": TONES.get(name, "")} for name in CLASSES]


def _span(period: tuple[date, date] | None) -> dict:
    return {"from": period[0], "to": period[1]} if period else {}


def _list(request, post: Post, now: Moment, period):
    """The tasks behind one number of the table: the same rule, the same period, the same people."""
    name = request.GET["class"]
    rules = _rules(now.today)
    tasks = _tasks(post, period).filter(rules[name])
    unit, person = parse_id(request.GET.get("unit", "")), parse_id(request.GET.get("person", ""))
    whose = ""
    if person is not None:
        tasks = tasks.filter(assignee=person)
        found = (
            Post.objects.filter(organisation=post.organisation_id, pk=person).select_related("user").first()
        )
        whose = f"{found.user} – {found.title}" if found else ""
    elif unit is not None:
        tasks = tasks.filter(assignee__unit=unit or None)
        found = Unit.objects.filter(organisation=post.organisation_id, pk=unit).first()
        whose = found.name if found else "" if unit else NO_UNIT
    page = page_of(tasks.for_rows(), request, "-created_at", "-pk")
    context = {
        "title": CLASSES.get(name, "Đang làm") + (f": {whose}" if whose else ""),
        "rows": work_rows(page.rows, now, away_for(request.post, now.today)),
        "page": page,
        "shown": count_words(tasks, "việc"),
    }
    return render(request, "documents/reports/progress_list.html", context)


def _tasks(post: Post, period):
    """Tasks to be done, not those sent only "để biết"; what was given or taken back is nobody's any more.

    A task handed on counts once, with whoever has it in hand; what was reported, with whoever is to approve it.
    """
    below = Assignment.objects.filter(parent=OuterRef("pk")).exclude(state__in=NOT_IN_HAND)
    tasks = (
        Assignment.objects.filter(assignee__organisation=post.organisation_id, role__in=["lead", "support"])
        .exclude(state__in=NOT_IN_HAND)
        .exclude(Exists(below))
        .annotate(done_day=TruncDate("done_at"))
    )
    if period:
        since, until = period
        tasks = tasks.filter(created_at__gte=midnight(since), created_at__lt=midnight(until, days=1))
    return tasks


def _rules(today: date) -> dict[str, Q]:
    """The four classes of the office's report; together they are the total (law-and-practice §4.7)."""
    late = Q(state="done", due_on__lt=F("done_day"))
    overdue = Q(state__in=ASSIGNMENT_IN_HAND, due_on__lt=today)
    return {
        "total": Q(pk__isnull=False),
        "done_late": late,
        "done_in_time": Q(state="done") & (Q(due_on=None) | Q(due_on__gte=F("done_day"))),
        "overdue": overdue,
        "in_time": Q(state__in=ASSIGNMENT_IN_HAND) & (Q(due_on=None) | Q(due_on__gte=today)),
        "open": Q(state__in=ASSIGNMENT_IN_HAND),
    }


def _period(request, listed: bool) -> tuple[date, date] | None:
    """The period asked for by the day of assignment; without a wish, everything in this year.

    The dashboard counts what is in hand whatever its year: it asks without a period, and links so.
    """
    filters = read_filters(request)
    if listed and not (filters.since or filters.until):
        return None
    today = timezone.localdate()
    return filters.since or date(today.year, 1, 1), filters.until or date(today.year, 12, 31)
