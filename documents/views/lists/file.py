"""A list as an .xlsx, a .docx or a .pdf (decree 30 Phụ lục VI III.6h): the same rows, under the same filter, with the columns the person
has chosen."""

import io
import tempfile
from collections.abc import Callable, Iterator
from itertools import islice
from typing import IO

from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from documents.layout.ruled_list import ruled_list
from documents.layout.word_list import word_list
from documents.models import Urgency
from documents.models.list_choice import ListChoice
from documents.views.lists.columns import ALWAYS, Columns
from ui.spreadsheet import TYPE, write_rows

# Rows: more take longer than anybody waits for a page; a .docx or .pdf is made as one piece.
MOST = {"xlsx": 10_000, "docx": 2_000, "pdf": 2_000}
AT_ONCE = 500
KINDS = {"xlsx": "Excel", "docx": "Word", "pdf": "PDF"}
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TOO_MANY = (
    "Danh sách có hơn {:,} dòng, nhiều hơn một tệp {} được phép. Hãy lọc bớt, ví dụ theo ngày, rồi xuất lại."
)
NAMES = {
    "incoming": "van-ban-den", "outgoing": "van-ban-di", "work": "cong-viec", "task": "nhiem-vu",
    "consultation": "y-kien", "slip": "phieu-trinh", "search": "ket-qua-tim",
}  # fmt: skip
# What each column of a list is in the file: labels with widths, and the values of a row.
PARTS: dict[str, tuple[list[tuple[str, int]], Callable[[dict], list]]] = {
    "number": ([("Số", 9), ("Ngày", 12)], lambda row: [row["number"], row["date"]]),
    "notation": ([("Số ký hiệu", 20), ("", 32)], lambda row: [row["notation"], row["issuer"]]),
    "due": ([("Hạn", 12), ("Thời hạn", 24)], lambda row: [row["due_on"], row["due"].words]),
    "state": ([("Trạng thái", 24), ("Người giữ", 28)], lambda row: [row["state"]["label"] if row["state"] else "", row["holder"]]),
}  # fmt: skip
LABELS = ALWAYS | {"task": ALWAYS["task"] | {"number": "Số, giao ngày"}}
SUBJECT = ([("Trích yếu", 60), ("Độ khẩn", 12)], lambda row: [row["subject"], Urgency(row["urgency"]).label])


def file_asked(request: HttpRequest) -> bool:
    return request.GET.get("as") in MOST


def as_file(
    request: HttpRequest, section: str, box: str, found: QuerySet, rows_of: Callable[[list], list[dict]],
    columns: Columns | None = None,
) -> HttpResponse:  # fmt: skip
    """`found`: what the list shows, in its order and by its own rule of who sees what; `rows_of`: a piece of it as rows."""
    kind = request.GET["as"]
    most = MOST[kind]
    if found[: most + 1].count() > most:
        messages.warning(request, TOO_MANY.format(most, KINDS[kind]).replace(",", "."))
        return redirect(f"{request.path}?{_without_file(request)}")
    columns = columns or Columns(section)
    parts = _parts(section, columns)
    now = timezone.localtime()
    name = " – ".join(filter(None, (ListChoice.Section(section).label, box)))
    head = (f"{request.post.organisation} · {request.post}", f"Xuất lúc {now:%H:%M ngày %d/%m/%Y}")
    told = {
        "title": name, "head": head, "columns": [one for labels, _ in parts for one in labels],
        "rows": ([value for _, values in parts for value in values(row)] for row in _rows(found, rows_of)),
    }  # fmt: skip
    file, type_ = _written(kind, told)
    named = f"{NAMES[section]}-{now:%Y%m%d-%H%M}.{kind}"
    return FileResponse(file, as_attachment=True, filename=named, content_type=type_)


def _written(kind: str, told: dict) -> tuple[IO[bytes], str]:
    if kind == "docx":
        return io.BytesIO(word_list(**told)), WORD
    if kind == "pdf":
        return io.BytesIO(ruled_list(**told)), "application/pdf"
    out = tempfile.TemporaryFile()  # noqa: SIM115 - closed by the answer
    write_rows(out, **told)
    out.seek(0)
    return out, TYPE


def _parts(section: str, columns: Columns) -> list:
    """The columns of the file, as those of the list stand."""
    labels = LABELS[section]
    before = [_part(name, labels) for name in ("number", "notation") if name not in columns.hidden]
    more = [
        ([(one.label, 20)], lambda row, n=n: [row["more"][n]["words"]]) for n, one in enumerate(columns.more)
    ]
    after = [_part(name, labels) for name in ("due", "state") if name not in columns.hidden]
    return [*before, SUBJECT, *more, *after]


def _part(name: str, labels: dict[str, str]):
    """Two things stand in one column of the list, named with a comma between."""
    parts, values = PARTS[name]
    said = [word.strip()[:1].upper() + word.strip()[1:] for word in labels[name].split(",")]
    if len(said) == len(parts):
        parts = [(label, width) for label, (_, width) in zip(said, parts, strict=True)]
    return parts, values


def _rows(found: QuerySet, rows_of: Callable[[list], list[dict]]) -> Iterator[dict]:
    """By pieces, from one reading of the list."""
    left = found.iterator(chunk_size=AT_ONCE)
    while some := list(islice(left, AT_ONCE)):
        yield from rows_of(some)


def _without_file(request: HttpRequest) -> str:
    query = request.GET.copy()
    query.pop("as", None)
    return query.urlencode()
