"""The registers as books: sổ đăng ký văn bản đến, văn bản đi, ten columns each (decree 30 Phụ lục IV, mẫu I.4, I.5)."""

from collections import defaultdict
from datetime import date

from django.db.models import QuerySet
from django.utils import timezone

from documents.access import FALLEN
from documents.models import Assignment, Delivery
from progress.reports.asking import Asking
from progress.reports.spreadsheet import Sheet

LINES = {"xlsx": 5000, "pdf": 300}  # of one book that is written out while somebody waits
_NAMED = 20  # recipients in one line; the paper's page has them all
_IN = (
    "Ngày đến", "Số đến", "Tác giả", "Số, ký hiệu", "Ngày tháng văn bản", "Tên loại và trích yếu",
    "Đơn vị hoặc người nhận", "Ngày chuyển", "Ký nhận", "Ghi chú",
)  # fmt: skip
_OUT = (
    "Số, ký hiệu", "Ngày tháng văn bản", "Tên loại và trích yếu", "Người ký", "Nơi nhận", "Đơn vị, người nhận bản lưu",
    "Số lượng bản", "Ngày chuyển", "Ký nhận", "Ghi chú",
)  # fmt: skip
BOOKS = {"book_in", "book_out"}


def register_of(ask: Asking, found: QuerySet) -> Sheet:
    """The lines in the order of their numbers. Two queries."""
    incoming = ask.report.name == "book_in"
    rows = _lines_in(found) if incoming else _lines_out(found)
    made = f"Lập lúc {timezone.localtime(ask.question.now):%H:%M %d/%m/%Y}, người lập: {ask.post.operator}"
    head = (ask.post.organisation.name, ask.question.period.words, made)
    return Sheet(ask.report.title, head, _IN if incoming else _OUT, rows)


def _lines_in(found: QuerySet) -> list[list[str]]:
    papers = list(found.order_by("arrival_date", "book", "arrival_number"))
    leads = Assignment.objects.filter(incoming__in=[one.pk for one in papers], parent=None, role="lead")
    leads = leads.exclude(state__in=FALLEN).select_related("assignee__user", "assignee__unit").order_by("pk")
    given = {one.incoming_id: one for one in leads}
    return [
        [_day(one.arrival_date), f"{one.arrival_number}", one.issuer_name, one.code, _day(one.issued_on), _about(one),
         *_taken(given.get(one.pk)), "", "Nơi gửi đã thu hồi" if one.state == "recalled" else one.note]
        for one in papers
    ]  # fmt: skip


def _taken(task: Assignment | None) -> tuple[str, str]:
    if task is None:
        return "", ""
    unit = f", {task.assignee.unit}" if task.assignee.unit_id else ""
    return f"{task.assignee.user}{unit}", _day(timezone.localdate(task.created_at))


def _lines_out(found: QuerySet) -> list[list[str]]:
    found = found.select_related("signer__user", "drafter__user", "drafter__unit")
    papers = list(found.order_by("issued_at", "pk"))
    ways = Delivery.objects.filter(outgoing__in=[one.pk for one in papers]).order_by("pk")
    names = defaultdict(list)
    for paper, name in ways.values_list("outgoing", "recipient_name"):
        names[paper].append(name)
    return [
        [one.code, _day(one.issued_on), _about(one), one.signer_name or f"{one.signer.user}", _to(names[one.pk]),
         f"{one.drafter.unit or one.drafter.user}", f"{len(names[one.pk])}", _day(timezone.localdate(one.issued_at)), "",
         "Đã thu hồi" if one.state == "revoked" else one.note]
        for one in papers
    ]  # fmt: skip


def _to(names: list[str]) -> str:
    more = f" và {len(names) - _NAMED} nơi khác" if len(names) > _NAMED else ""
    return "; ".join(names[:_NAMED]) + more


def _about(paper) -> str:
    return f"{paper.kind_label}: {paper.subject}"


def _day(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else ""
