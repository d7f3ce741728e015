"""Mục lục văn bản, tài liệu of one file (decree 30 Phụ lục V, seven columns; output V.5) as PDF and xlsx."""

import io
from collections.abc import Iterator

from django.template.loader import render_to_string

from casefiles.actions.closing import Content
from casefiles.models import CaseFile, Item
from documents.layout.engine import write_pdf
from documents.layout.ruled import Ruled
from documents.models import Incoming, Outgoing, Task
from orgs.models import Post
from ui.spreadsheet import write_rows

COLUMNS = (
    ("STT", 16.0), ("Số, ký hiệu văn bản", 19.0), ("Ngày tháng năm văn bản", 29.0), ("Tên loại và trích yếu nội dung văn bản", 28.0),
    ("Tác giả văn bản", 22.0), ("Trang số", 29.0), ("Ghi chú", 20.0),
)  # fmt: skip
# On a page that lies on its side the words of a paper want the room: the law gives the widths of an upright one.
_WIDTHS = (10, 24, 20, 92, 44, 20, 40)
HIDDEN = "Văn bản bạn không được xem"
_CSS = """@page { size: A4 landscape; margin: 20mm 25mm } body { font-family: Tinos; font-size: 14pt; text-align: center }
h1 { font-size: 20pt; font-weight: bold; margin: 12mm 0 4mm } .code { font-weight: bold } p { text-indent: 0 }
dl { display: table; margin: 8mm auto 0; text-align: left } div { display: table-row } dt, dd { display: table-cell; padding: 0 6mm 2mm 0 }
dt { font-style: italic; white-space: nowrap }"""


def lines(content: Content, seen: set[int]) -> Iterator[list[str]]:
    """A line for each thing, in its order. Of a paper the reader does not see, its place alone. Pages count through the
    file: where a number of pages is not known, the rest stays open."""
    page: int | None = 1
    for item in sorted(content.items, key=lambda one: one.ordinal):
        number = content.pages(item)
        upto = None if page is None or not number else page + number - 1
        pages = "" if upto is None else f"{page}" if number == 1 else f"{page}–{upto}"
        page = None if upto is None else upto + 1
        yield [str(item.ordinal), *words_of(item, content, seen), pages, _note(item)]


def words_of(item: Item, content: Content, seen: set[int]) -> tuple[str, str, str, str]:
    """Code, day, kind and subject, author."""
    day = f"{content.day(item):%d/%m/%Y}"
    paper = content.paper(item)
    if paper is not None:
        if paper.pk not in seen:
            return "", "", HIDDEN, ""
        subject = paper.subject
        if getattr(paper, "purged_at", None):
            subject = "Nội dung đã hủy theo yêu cầu của nơi gửi"
        return paper.code, day, f"{paper.kind_label}: {subject}", paper.issuer_name
    if item.task_id:
        task = content.tasks[item.task_id]
        if -task.pk not in seen:
            return "", "", HIDDEN, ""
        return "", day, f"Nhiệm vụ: {task.title}", ""
    return "", day, f"Tài liệu: {item.name}", str(item.by.user)


def seen_by(content: Content, post: Post) -> set[int]:
    """Keys of the papers that this post sees; of tasks with a minus, for they have numbers of their own. Three queries, fewer
    where there is nothing of a kind."""
    found: set[int] = set()
    for model, keys in ((Incoming, content.incoming), (Outgoing, content.outgoing)):
        if keys:
            found |= set(model.objects.visible_to(post).filter(pk__in=keys).values_list("pk", flat=True))
    if content.tasks:
        tasks = Task.objects.visible_to(post).filter(pk__in=content.tasks).values_list("pk", flat=True)
        found |= {-pk for pk in tasks}
    return found


def index_pdf(case: CaseFile, content: Content, seen: set[int]) -> bytes:
    cover = write_pdf(
        render_to_string("casefiles/index_cover.html", {"case": case, "content": content}), _CSS
    )
    columns = [(words, width) for (words, _), width in zip(COLUMNS, _WIDTHS, strict=True)]
    running = (case.organisation.name, f"MỤC LỤC VĂN BẢN, TÀI LIỆU – HỒ SƠ {case.code}", f"Năm {case.year}")
    book = Ruled(cover, columns, running=running)
    for line in lines(content, seen):
        book.add(line)
    return book.finish()


def index_xlsx(case: CaseFile, content: Content, seen: set[int]) -> bytes:
    out = io.BytesIO()
    head = [f"Số, ký hiệu hồ sơ: {case.code}", f"Năm {case.year}", case.title]
    columns = [(words, max(width // 2, 9)) for (words, _), width in zip(COLUMNS, _WIDTHS, strict=True)]
    write_rows(
        out, title="Mục lục văn bản, tài liệu", head=head, columns=columns, rows=lines(content, seen),
        under=[f"({n})" for n in range(1, len(COLUMNS) + 1)],
    )  # fmt: skip
    return out.getvalue()


def _note(item: Item) -> str:
    return "" if item.document_id or item.task_id else "Tệp kèm theo hồ sơ"
