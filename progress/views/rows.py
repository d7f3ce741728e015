"""The rows behind a figure. In one's own office papers and tasks stand as in every list; what is no paper, and what
belongs to an office below, stands in a plain table: of another office's papers nothing that they say."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery, Sum
from django.urls import reverse
from django.utils import timezone

from documents.models import Reading
from documents.models.document import address_of
from documents.states import ASSIGNMENT_LABELS, STATE_LABELS
from documents.views.shared.rows import incoming_rows, moment, outgoing_rows, work_rows_for
from orgs.models import Role
from progress.reports.asking import Asking

HIDDEN = "Nội dung thuộc cơ quan cấp dưới"


@dataclass(frozen=True)
class Shown:
    """`papers`: rows of the house's own list; else `columns` and `rows`, each of cells and an address."""

    papers: list[dict] = field(default_factory=list)
    columns: tuple[str, ...] = ()
    rows: list[tuple[list[str], str]] = field(default_factory=list)
    number_label: str = ""
    link: int = 0  # in which cell of a plain row the address stands


def rows_for(ask: Asking, found: QuerySet, *, inside: bool) -> QuerySet:
    """With what the rows show, and no more."""
    kind = ask.report.rows
    if inside and kind in ("incoming", "outgoing", "work"):
        return found.for_rows()
    if kind in ("incoming", "outgoing", "papers", "readings", "documents"):
        found = found.select_related("organisation")
        if kind == "papers":
            return found.select_related("holder__user")
        return found.annotate(looks=_looks(ask)) if kind == "readings" else found
    related = {
        "work": ("incoming__organisation", "assignee__organisation"),
        "deliveries": ("outgoing", "recipient", "sender"),
        "accesses": ("user", "organisation"),
        "posts": ("user", "organisation", "unit"),
        "organisations": ("parent",),
    }[kind]
    return found.select_related(*related)


def list_of(ask: Asking, found: list, *, inside: bool) -> Shown:
    kind, now = ask.report.rows, moment()
    if inside and kind == "incoming":
        return Shown(incoming_rows(found, ask.post, now), number_label="Số đến, ngày")
    if inside and kind == "outgoing":
        return Shown(outgoing_rows(found, ask.post, now), number_label="Số đi, ngày")
    if inside and kind == "work":
        return Shown(work_rows_for(ask.post, found, now), number_label="Số đến, giao")
    columns, made = _TABLES[kind]
    link = columns.index("Văn bản") if "Văn bản" in columns else 0
    rows = [made(one, inside) for one in found]
    if inside and columns[-1] == "Cơ quan":  # one's own, in every row
        columns, rows = columns[:-1], [(cells[:-1], url) for cells, url in rows]
    return Shown(columns=columns, rows=rows, link=link)


def _looks(ask: Asking) -> Subquery:
    period = ask.question.period
    looks = Reading.objects.filter(
        document=OuterRef("pk"), day__range=(period.since, period.until)
    ).order_by()
    return Subquery(looks.values("document").annotate(all=Sum("count")).values("all"))


def _incoming(paper, inside: bool):
    number = f"{paper.arrival_number or ''}"
    cells = [
        number,
        _day(paper.arrival_date),
        paper.get_kind_display(),
        _day(paper.due_on),
        STATE_LABELS[paper.state],
    ]
    return [*cells, paper.organisation.name], ""


def _outgoing(paper, inside: bool):
    cells = [
        _moment(paper.issued_at),
        paper.get_kind_display(),
        STATE_LABELS[paper.state],
        paper.organisation.name,
    ]
    return cells, ""


def _task(task, inside: bool):
    cells = [
        _moment(task.created_at),
        task.get_role_display(),
        _day(task.due_on),
        ASSIGNMENT_LABELS[task.state],
    ]
    return [*cells, task.assignee.organisation.name], ""


def _delivery(way, inside: bool):
    paper = f"{way.outgoing.code}: {way.outgoing.subject}" if inside else HIDDEN
    recipient = way.recipient_name if inside else way.recipient.name  # as the registry says
    cells = [_moment(way.queued_at), paper, recipient, way.get_channel_display(), way.state_label]
    return cells, f"{way.outgoing.get_absolute_url()}?tab=deliveries" if inside else ""


def _access(one, inside: bool):
    who = str(one.user or "Tên không có trong hệ thống") if inside else "Người dùng của cơ quan cấp dưới"
    office = one.organisation.name if one.organisation else ""
    return [_moment(one.at), one.get_kind_display(), who, office], ""


def _post(post, inside: bool):
    who = str(post.user) if inside else "Người dùng của cơ quan cấp dưới"
    return [who, post.title, Role(post.role).label, str(post.unit or ""), post.organisation.name], ""


def _organisation(body, inside: bool):
    return [body.full_name, body.code, body.get_kind_display()], reverse("organisation", args=[body.pk])


def _reading(paper, inside: bool):
    words = f"{paper.code or paper.kind_label}: {paper.subject}" if inside else HIDDEN
    url = _address(paper) if inside else ""
    return [
        _moment(paper.sorted_at),
        words,
        paper.get_direction_display(),
        f"{paper.looks or 0}",
        paper.organisation.name,
    ], url


def _document(paper, inside: bool):
    words = f"{paper.code or paper.kind_label}: {paper.subject}" if inside else HIDDEN
    cells = [_moment(paper.sorted_at), words, paper.get_direction_display(), STATE_LABELS[paper.state]]
    return [*cells, paper.organisation.name], _address(paper) if inside else ""


def _held(paper, inside: bool):
    words = f"{paper.code or paper.kind_label}: {paper.subject}" if inside else HIDDEN
    who = paper.holder_label if inside else ""
    cells = [
        _moment(paper.held_since),
        words,
        STATE_LABELS[paper.state],
        who,
        _day(paper.due_on),
        paper.organisation.name,
    ]
    return cells, _address(paper) if inside else ""


def _address(paper) -> str:
    return address_of("incoming" if paper.direction == "in" else "outgoing", paper.pk)


_TABLES: dict[str, tuple[tuple[str, ...], Any]] = {
    "incoming": (("Số đến", "Ngày đến", "Loại", "Hạn", "Trạng thái", "Cơ quan"), _incoming),
    "outgoing": (("Phát hành", "Loại", "Trạng thái", "Cơ quan"), _outgoing),
    "work": (("Giao lúc", "Vai trò", "Hạn", "Trạng thái", "Cơ quan"), _task),
    "deliveries": (("Gửi lúc", "Văn bản", "Nơi nhận", "Kênh", "Trạng thái"), _delivery),
    "accesses": (("Lúc", "Việc", "Người dùng", "Cơ quan"), _access),
    "posts": (("Người dùng", "Chức vụ", "Vai trò", "Đơn vị", "Cơ quan"), _post),
    "organisations": (("Cơ quan", "Mã định danh", "Loại"), _organisation),
    "readings": (("Ngày", "Văn bản", "Đến, đi", "Lượt", "Cơ quan"), _reading),
    "documents": (("Ngày", "Văn bản", "Đến, đi", "Trạng thái", "Cơ quan"), _document),
    "papers": (("Giữ từ", "Văn bản", "Đang chờ", "Người giữ", "Hạn", "Cơ quan"), _held),
}  # fmt: skip


def _day(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else ""


def _moment(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%d/%m/%Y %H:%M}" if at else ""
