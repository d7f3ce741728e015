"""The words of files for the search in what papers say, read by the worker behind the walls (documents/pdf): the newest file
first, then what was here before, in pieces. A row waits, is claimed, and ends in words or in a sentence; each run may be lost or
done again.
"""

import time
from datetime import datetime, timedelta
from itertools import islice

from django.conf import settings
from django.contrib.postgres.search import SearchVector
from django.db import DataError, OperationalError, transaction
from django.db.models import F, Min, Q, QuerySet, TextField, Value

from documents import blobs
from documents.models import Blob, File, FileText
from documents.pdf import PdfError, ReaderLost, seen_text, text_lines, word_lines, word_text
from documents.search import words_of
from ui.text import nfc

LEASE = timedelta(minutes=3)  # longer than any reading; after it whoever held the row is dead
MOST_TRIES, AT_ONCE = 3, 500
# Of a scan without a layer of text the first pages are recognised, as many as there is time for: a page takes seconds.
MOST_SEEN, SECONDS = 10, 45.0
MOST = 200_000  # letters of one file; what follows is not found
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
NO_WORDS = "Tệp không có chữ đọc được, cả khi nhận dạng ảnh."
OTHER_KIND = "Chỉ đọc được chữ của tệp PDF và Word (.docx)."
DEADLY = "Đọc tệp này nhiều lần đều hỏng giữa chừng."
GONE = "Tệp không còn nguyên vẹn trên máy chủ."
TOO_MANY_WORDS = "Tệp có quá nhiều chữ khác nhau, không phải một văn bản."
HELD = "Tệp đang bị giữ lại: {}."
# What goes nowhere with its paper, or says a second time what another file says.
LEFT_OUT = [File.Stage.RENEWED, File.Stage.PROPOSED, File.Stage.EXTRACT]
_State = FileText.State


def read_next(*, at: datetime) -> bool:
    """One file, or a piece of the backlog made to wait; False when all is read. What is wrong with a file is written on its row."""
    row = _claim(at)
    if row is None:
        return bool(_gather())
    try:
        _read(row)
    except ReaderLost as error:
        _fail(row, str(error)) if row.tries >= MOST_TRIES else _held(row).update(claimed_at=None)
    except PdfError as error:
        _fail(row, str(error))
    except (FileNotFoundError, blobs.Damaged):
        _fail(row, GONE)
    return True


def _claim(at: datetime) -> FileText | None:
    free = FileText.objects.filter(Q(claimed_at=None) | Q(claimed_at__lt=at - LEASE), state=_State.WAITING)
    free.filter(tries__gte=MOST_TRIES).update(state=_State.FAILED, problem=DEADLY)
    if settings.CLAMD_SOCKET:
        free = free.exclude(file__blob__scan=Blob.Scan.WAITING)
    for row in free.select_related("file__blob").order_by("-file")[:5]:
        mine = FileText.objects.filter(pk=row.pk, state=_State.WAITING, tries=row.tries)
        if mine.update(claimed_at=at, tries=F("tries") + 1):
            row.claimed_at, row.tries = at, row.tries + 1
            return row
    return None


def _gather() -> int:
    """What was here before the words were kept waits too, a piece at a time downwards; how many. The lowest row is where it stopped."""
    files = File.objects.exclude(Q(blob=None) | Q(stage__in=LEFT_OUT)).filter(made_from=None)
    lowest = FileText.objects.aggregate(pk=Min("file"))["pk"]
    if lowest is not None:
        files = files.filter(pk__lt=lowest)
    found = list(files.order_by("-pk").values_list("pk", "document", "document__organisation")[:AT_ONCE])
    rows = [FileText(file_id=file, document_id=paper, organisation_id=body) for file, paper, body in found]
    FileText.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _read(row: FileText) -> None:
    file = row.file
    if file.blob is None:
        _held(row).delete()
    elif file.part == File.Part.MAIN and _mains_of(row).filter(pk__gt=file.pk).exists():
        _held(row).update(state=_State.PASSED, claimed_at=None)
    elif file.held_why:
        _fail(row, HELD.format(file.held_why))
    else:
        text = _known(file.blob) or _text_of(file)
        _keep(row, text) if text else _fail(row, NO_WORDS)


def _known(blob: Blob) -> str:
    """Hundreds of offices hold the same bytes; they are read once."""
    return (
        FileText.objects.filter(file__blob=blob, state=_State.DONE).values_list("text", flat=True).first()
        or ""
    )


def _text_of(file: File) -> str:
    kind, data = file.blob.content_type, None
    if kind == "application/pdf":
        data = blobs.read(file.blob)
        pages = text_lines(data)
        lines = [line for page in pages for line in page]
        if not any(line.strip() for line in lines):
            lines = _seen(data, len(pages))
    elif kind == WORD or file.name.lower().endswith(".docx"):
        data = blobs.read(file.blob)
        lines = word_lines(word_text(data))
    else:
        raise PdfError(OTHER_KIND)
    text = nfc(" ".join(islice(lines, MOST)))[:MOST]
    return text.encode("utf-8", "ignore").decode()  # half a letter of UTF-16 is none


def _seen(pdf: bytes, pages: int) -> list[str]:
    end, found = time.monotonic() + SECONDS, []
    for number in range(1, min(pages, MOST_SEEN) + 1):
        if time.monotonic() > end:
            break
        found += seen_text(pdf, number).split()
    return found


def _keep(row: FileText, text: str) -> None:
    words = SearchVector(Value(" ".join(words_of(text)), TextField()), config="simple")
    try:
        with transaction.atomic():
            # Whoever destroys the bytes waits for us, and his trigger takes the words away; or he was first.
            if (
                File.objects.select_for_update(no_key=True).filter(pk=row.pk, blob=row.file.blob).first()
                is None
            ):
                return
            _held(row).update(state=_State.DONE, text=text, words=words, claimed_at=None, problem="")
            if row.file.part == File.Part.MAIN:
                older = FileText.objects.filter(
                    document=row.document_id, file__part=File.Part.MAIN, file__lt=row.pk
                )
                older.update(state=_State.PASSED, text="", words=None, claimed_at=None, problem="")
    except (DataError, OperationalError) as error:
        if "tsvector" not in str(error):
            raise
        _fail(row, TOO_MANY_WORDS)


def _mains_of(row: FileText) -> QuerySet:
    return File.objects.filter(document=row.document_id, part=File.Part.MAIN, made_from=None).exclude(
        Q(blob=None) | Q(stage__in=LEFT_OUT)
    )


def _fail(row: FileText, problem: str) -> None:
    _held(row).update(state=_State.FAILED, claimed_at=None, problem=problem[:300])


def _held(row: FileText) -> QuerySet:
    """The row, as long as it is in our hands."""
    return FileText.objects.filter(pk=row.pk, state=_State.WAITING, claimed_at=row.claimed_at)
