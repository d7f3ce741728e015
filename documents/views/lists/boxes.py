"""The lists of the rail: one box each, with filters in the address, newer and older by key."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from django.contrib import messages
from django.db.models import DateField, QuerySet, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from documents.absences import away_for
from documents.boxes import Box, Moment, box_for, boxes_for
from documents.counts import UP_TO, counts_of
from documents.kinds import CHOICES_IN
from documents.memory import memory_of
from documents.models import Urgency
from documents.search import by_words
from documents.views.lists.columns import Columns
from documents.views.lists.file import as_file, file_asked
from documents.views.lists.tools import first_view, many_of, shown_columns, tools
from documents.views.shared.acting import no_post
from documents.views.shared.follow_up import extension_rows
from documents.views.shared.rows import incoming_rows, moment, work_rows
from orgs.models import Post, Role
from ui.days import parse_day
from ui.paging import Page, page_of

NO_LIST = "Không có danh sách “{}” cho vị trí này; đây là danh sách thường mở."
IGNORED = "Đã bỏ qua điều kiện lọc không hiểu được: {}."
FAR = date(9999, 12, 31)  # a task without a deadline comes after every task with one
LABELS = {"kind": "loại văn bản", "urgency": "độ khẩn", "from": "từ ngày", "to": "đến ngày"}
DEFAULT_BOX = {
    Role.CLERK: "reception",
    Role.LEADER: "direction",
    Role.OFFICE_HEAD: "direction",
}


@require_safe
def incoming_list(request):
    post = request.post
    if post is None:
        return no_post(request)
    if first := first_view(request, "incoming"):
        return first
    now = moment()
    box = box_asked(request, post, now, "incoming", DEFAULT_BOX.get(post.role, "handling"))
    filters, columns = read_filters(request), shown_columns(request, "incoming")

    def papers() -> QuerySet:  # put together only where it is asked for
        return filtered(box.query(post, now), filters, post)

    def rows_of(some) -> list[dict]:
        rows = columns.put(incoming_rows(some, post, now), some)
        if post.role == Role.CLERK:
            _open_at_the_form(some, rows)
        return rows

    if file_asked(request):
        return as_file(
            request,
            "incoming",
            box.label,
            papers().for_rows(*columns.fields).with_away(now.today).order_by(*box.order),
            rows_of,
            columns,
        )

    def listed() -> Listed:
        found = papers()
        page = page_of(found.for_rows(*columns.fields).with_away(now.today), request, *box.order)
        return Listed(rows_of(page.rows), page, count_words(found, page=page))

    found = shown_of(request, "incoming", box, now, columns, listed)
    context = list_context(request, "incoming", box, columns, found, filters)
    return render(request, "documents/lists/incoming.html", context)


@require_safe
def work_list(request):
    post = request.post
    if post is None:
        return no_post(request)
    if first := first_view(request, "work"):
        return first
    now = moment()
    box, columns = box_asked(request, post, now, "work", "new"), shown_columns(request, "work")
    by_due, asked = box.name != "done", box.name == "extension"
    order = ("due_key", "pk") if by_due else ("-created_at", "-pk")

    def tasks() -> QuerySet:
        found = box.query(post, now).annotate(
            due_key=Coalesce("due_on", Value(FAR), output_field=DateField())
        )
        return (found.for_rows_of_requests if asked else found.for_rows)(*columns.fields)

    def rows_of(some) -> list[dict]:
        rows = extension_rows(some, now) if asked else work_rows(some, now, away_for(post, now.today))
        return columns.put(rows, some)

    if file_asked(request):
        return as_file(request, "work", box.label, tasks().order_by(*order), rows_of, columns)

    def listed() -> Listed:
        page = page_of(tasks(), request, *order)
        return Listed(rows_of(page.rows), page, count_words(box.query(post, now), "việc", page))

    found = shown_of(request, "work", box, now, columns, listed)
    context = list_context(request, "work", box, columns, found, None)
    context |= {"by_due": by_due}
    return render(request, "documents/lists/work.html", context)


def box_asked(request, post: Post, now: Moment, section: str, default: str) -> Box:
    """The box asked for; without a wish, or for one that is not this post's, the first that has something in it."""
    name = request.GET.get("box")
    if name:
        box = box_for(post, section, name)
        if box is not None:
            return box
        messages.warning(request, NO_LIST.format(name[:40]))
    boxes = boxes_for(post, section)
    ordered = sorted(boxes, key=lambda box: box.name != default)
    counts = counts_of(post, now)
    known = ((box, counts.get((section, box.name))) for box in ordered)
    return next(
        (box for box, count in known if count or (count is None and box.query(post, now).exists())),
        ordered[0],
    )


@dataclass(frozen=True)
class Filters:
    q: str = ""
    kind: str = ""
    urgency: int | None = None
    since: date | None = None
    until: date | None = None

    @property
    def any(self) -> bool:
        return self != Filters()


def read_filters(request: HttpRequest) -> Filters:
    """Filters from the address. What makes no sense is as good as not asked, and said."""
    asked = {name: request.GET.get(name, "").strip() for name in ("kind", "urgency", "from", "to")}
    found = {
        "kind": asked["kind"] if asked["kind"] in dict(CHOICES_IN) else "",
        "urgency": int(asked["urgency"]) if asked["urgency"] in {"0", "1", "2", "3"} else None,
        "from": _day(asked["from"]),
        "to": _day(asked["to"]),
    }
    ignored = [
        f"{LABELS[name]} “{words[:40]}”"
        for name, words in asked.items()
        if words and found[name] in ("", None)
    ]
    if ignored:
        messages.warning(request, IGNORED.format(", ".join(ignored)))
    return Filters(
        request.GET.get("q", "").strip()[:200], found["kind"], found["urgency"], found["from"], found["to"]
    )


def filtered(papers: QuerySet, filters: Filters, post: Post) -> QuerySet:
    if filters.q:
        papers = by_words(papers, filters.q, post.organisation_id)
    if filters.kind:
        papers = papers.filter(kind=filters.kind)
    if filters.urgency is not None:
        papers = papers.filter(urgency=filters.urgency)
    if filters.since:
        papers = papers.filter(sorted_at__gte=midnight(filters.since))
    if filters.until:
        papers = papers.filter(sorted_at__lt=midnight(filters.until, days=1))
    return papers


def count_words(queryset: QuerySet, noun: str = "văn bản", page: Page | None = None) -> str:
    """How much a list holds. A page of it that is all of it is counted as it lies there."""
    whole = page is not None and page.rows and not (page.older_url or page.newer_url)
    count = len(page.rows) if whole else queryset.order_by()[: UP_TO + 1].count()
    return f"{count} {noun}" if count <= UP_TO else f"hơn {UP_TO} {noun}"


@dataclass(frozen=True)
class Listed:
    """One page of a list as its template shows it, and how much the list holds, in words."""

    rows: list[dict]
    page: Page
    shown: str
    drawn_rows: str = ""  # instead of the rows, where they are remembered


def shown_of(
    request, section: str, box: Box, now: Moment, columns: Columns, listed: Callable[[], Listed]
) -> Listed:
    """The first page of a whole box, which people come back to all day, is made once between two events of the office.
    Other pages, and what is filtered, are made each time."""
    asked = request.GET.urlencode()
    if asked not in ("", f"box={box.name}"):
        return listed()
    name = f"{section}.{box.name}.{bool(asked)}.{now.today}.{now.soon}.{columns.key}"
    many = many_of(request.post, section, box)
    select = many["select"] if many else ""

    def kept() -> Listed:  # what is marked as seen is drawn with the form around it
        return _with_rows(listed()) if box.name == "told" else _drawn(listed(), select)

    return memory_of(request.post).fetch(name, kept)


def _with_rows(found: Listed) -> Listed:
    """Rows are plain values; the papers behind them are not kept."""
    return replace(found, page=replace(found.page, rows=[]))


def _drawn(found: Listed, select: str) -> Listed:
    """Of no rows nothing is drawn: the list then says that it is empty."""
    if not found.rows:
        return _with_rows(found)
    lines = render_to_string("documents/lists/_rows.html", {"rows": found.rows, "select": select})
    return replace(_with_rows(found), rows=[], drawn_rows=lines)


def list_context(
    request, section: str, box: Box, columns: Columns, listed: Listed, filters: Filters | None
) -> dict:
    return tools(request, section, columns) | {
        "many": many_of(request.post, section, box),
        "boxes": _tabs(request, section, box),
        "box": box,
        "rows": listed.rows,
        "drawn_rows": listed.drawn_rows,
        "page": listed.page,
        "shown": listed.shown,
        "filters": filters,
        "kinds": CHOICES_IN,
        "urgencies": Urgency.choices,
    }


def _tabs(request, section: str, current: Box) -> list[dict]:
    here = reverse(f"{section}_list")
    return [
        {"label": box.label, "url": f"{here}?box={box.name}", "active": box.name == current.name}
        for box in boxes_for(request.post, section)
    ]


def _open_at_the_form(papers, rows: list[dict]) -> None:
    """For the clerk a paper that waits opens at the form of the book."""
    for paper, row in zip(papers, rows, strict=True):
        if paper.state == "awaiting_reception":
            row["url"] = reverse("incoming_register", args=[paper.pk])


def _day(text: str) -> date | None:
    day = parse_day(text)
    return day if day and 1900 < day.year < 3000 else None


def midnight(day: date, *, days: int = 0) -> datetime:
    """The first moment of a day in the office's own time zone, or of a day so many days later."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=days), time.min))
