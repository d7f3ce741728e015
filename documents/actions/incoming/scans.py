"""Scans of many papers: put in, mended where they were cut wrongly, entered in the book one by one, or deleted.

Nothing has a number before a clerk enters it, by the very act of a paper from an envelope (`reception.register_paper`).
A paper that nobody has entered stays until a person acts; its list says for how long it has waited.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from documents import blobs
from documents.actions import unsent
from documents.actions.incoming import reception
from documents.actions.incoming.proposing import proposals_of_scan
from documents.actions.incoming.scan_sources import forget_sources, marks_of, seen_anew, sources_of
from documents.arrival import Arrival, NewFile
from documents.journey import NotAllowedNow, record
from documents.models import Blob, Incoming, NumberLine, ScanBatch, ScannedFile, ScannedPaper
from documents.numbering import written
from documents.pdf import PdfError, cut, inspect, joined
from documents.pdf.reading import MAX_PAGES
from documents.uploads import kept_pdf, main_pdf, safe_name
from orgs.models import Post

MOST_FILES = 300  # of a batch
MARKED = (
    "Trang đầu có dấu “{}” nên tệp không được lưu. Văn bản mật không được đưa vào hệ thống;"
    " nếu không phải, hãy vào sổ riêng văn bản này và xác nhận."
)
FIRST = "Đây là văn bản đầu của lô, không có văn bản nào chờ trước nó để nối."
CHANGED = "Bản quét vừa được tách, nối lại, xoay hoặc nhận dạng. Hãy xem lại rồi làm tiếp."
SIGNED = "Bản quét đã có chữ ký số, xoay thì mất chữ ký. Hãy xem như đã quét."
UNRECOGNISED = (
    "Máy chưa nhận dạng được ảnh quét này nên cũng chưa dò được dấu độ mật. Hãy xem kỹ các trang, rồi đánh dấu"
    " xác nhận là không có dấu."
)
_JOIN, _SPLIT, _TURN = "Nối với văn bản trước", "Tách", "Xoay"
_State = ScannedPaper.State


def batch_for(key: UUID, parting: str, *, by: Post, at: datetime) -> ScanBatch:
    """The batch of that key; begun, when there is none. Raises PermissionDenied for somebody else's."""
    begun = {
        "organisation": by.organisation,
        "by": by,
        "user": by.operator,
        "parting": parting,
        "at": at,
    }
    batch, _ = ScanBatch.objects.get_or_create(key=key, defaults=begun)
    if (batch.by_id, batch.user_id) != (by.pk, by.operator.pk):
        raise PermissionDenied("Lô quét này của người khác.")
    return batch


def put_in(batch: ScanBatch, upload: UploadedFile) -> ScannedFile:
    """One file through the door of all uploads. What it does not let in is a row with the sentence why, and no bytes;
    the same file sent again is the row that is there."""
    row = ScannedFile(batch=batch, name=safe_name(upload.name))
    try:
        if batch.files.count() >= MOST_FILES:
            raise ValidationError(f"Một lô nhận nhiều nhất {MOST_FILES} tệp. Hãy gửi tệp này trong lô sau.")
        data, row.pages, marks = main_pdf(upload, most=settings.MAX_SCAN_BYTES)
        if marks:
            raise ValidationError(MARKED.format(marks))
        row.blob = kept_pdf(upload.name, data, row.pages).blob
    except ValidationError as refused:
        row.state, row.problem = ScannedFile.State.FAILED, " ".join(refused.messages)[:500]
    ScannedFile.objects.bulk_create([row], ignore_conflicts=True)
    return row


@transaction.atomic
def enter(
    scan: ScannedPaper, arrival: Arrival, *, seen: str, files: list[NewFile], by: Post, at: datetime,
    acceptance_reason: str = "", looked: bool = False, by_hand: tuple[NumberLine, date] | None = None,
    own: Mapping[str, Any] | None = None,
) -> Incoming:  # fmt: skip
    """Enters it as a paper from an envelope. `seen`: the hash of the scan that the clerk looked at; `looked`: that he has
    looked for a mark of secrecy where the machine could not; `by_hand`, `own` as in `reception.register`. Raises what `reception.register_paper` raises, ValidationError
    where nobody has looked, and NotAllowedNow, also when it was joined, split or turned since, or a mark was seen."""
    _hold(scan, what="Vào sổ")
    if not seen == scan.blob_id == files[0].blob.pk or (scan.marks and not arrival.secrecy_marks):
        raise NotAllowedNow(CHANGED)
    if scan.unrecognised and not looked:
        raise ValidationError({"looked": UNRECOGNISED})
    incoming = reception.register_paper(
        arrival, files=files, by=by, at=at, acceptance_reason=acceptance_reason, by_hand=by_hand, own=own
    )
    if scan.unrecognised:
        said = {"scan": scan.pk, "sha256": scan.blob_id}
        record("look_for_marks", incoming, by=by, at=at, payload=said)
    _end(scan, _State.REGISTERED, by=by, at=at, incoming=incoming)
    return incoming


def previous_of(scan: ScannedPaper) -> ScannedPaper | None:
    """The paper before it in its batch that waits too."""
    batch = ScannedPaper.objects.filter(file__batch=scan.file.batch_id, state=_State.WAITING)
    order = [(one.file_id, one.first, one.pk) for one in batch.only("file_id", "first")]
    before = [place for place in sorted(order) if place < (scan.file_id, scan.first, scan.pk)]
    return batch.select_related("file__blob", "blob").get(pk=before[-1][2]) if before else None


def join(scan: ScannedPaper, *, by: Post, at: datetime) -> ScannedPaper:
    """Onto the paper before it, whose proposals stay. Sheets that were taken for blank between the two come back.
    Raises ValidationError when there is none before it, NotAllowedNow when somebody was faster."""
    _wait(scan, what=_JOIN)
    before = previous_of(scan)
    if before is None:
        raise ValidationError(FIRST)
    seen = (before.blob_id, scan.blob_id)
    together = _lies_together(before, scan)
    pages = scan.last - before.first + 1 if together else before.pages + scan.pages
    if pages > MAX_PAGES:
        raise ValidationError(f"Nối lại thành {pages} trang, nhiều hơn mức {MAX_PAGES} trang cho phép.")
    left_out = before.file.turns(before.last + 1, scan.first - 1) if together else []
    turns = [*_turns(before), *left_out, *_turns(scan)]
    data = _joined(before, scan, turns if together else None)
    with _kept(before.file.name, (data, pages)) as (blob,), transaction.atomic():
        _hold(before, scan, what=_JOIN)
        if seen != (before.blob_id, scan.blob_id):
            raise NotAllowedNow(CHANGED)
        gone = [before.blob, scan.blob]
        before.blob, before.pages, before.last = blob, pages, scan.last if together else None
        before.marks = marks_of(before.marks, scan.marks)
        before.turns = turns if any(turns) else []
        if before.unrecognised or scan.unrecognised:  # of the two, the first page alone would be tried again
            before.unrecognised = before.UNSEEN
        before.save(update_fields=["blob", "pages", "last", "marks", "turns", "unrecognised"])
        scan.joined_onto = before
        _end(scan, _State.JOINED, by=by, at=at)
        unsent.forget_about_scan(scan)
        said = {"scan": scan.pk, "onto": before.pk, "pages": pages}
        record("join_scan", None, by=by, at=at, payload=said, organisation=by.organisation)
        _destroy(gone)
    return before


def split(scan: ScannedPaper, *, page: int, by: Post, at: datetime) -> ScannedPaper:
    """From this page on (2 or later) it is a paper of its own: the new one. Raises ValidationError for a page that is not
    there, NotAllowedNow when somebody was faster."""
    _wait(scan, what=_SPLIT)
    if not 2 <= page <= scan.pages:
        raise ValidationError(f"Văn bản có {scan.pages} trang. Hãy chọn trang từ 2 trở đi.")
    seen, data = scan.blob_id, _read(scan.blob)
    try:
        head, tail = cut(data, 1, page - 1), cut(data, page, scan.pages)
        marks = inspect(tail).marks
    except PdfError as error:
        raise ValidationError(str(error)) from error
    found = proposals_of_scan(tail)
    pieces = (head, page - 1), (tail, scan.pages - page + 1)
    with _kept(scan.file.name, *pieces) as (first, second), transaction.atomic():
        _hold(scan, what=_SPLIT)
        if seen != scan.blob_id:
            raise NotAllowedNow(CHANGED)
        gone, last = scan.blob, scan.last
        scan.blob, scan.pages = first, page - 1
        scan.last = last and scan.first + page - 2
        turns, scan.turns = scan.turns[page - 1 :], scan.turns[: page - 1]
        unrecognised = 0 if found.recognised else 1
        if scan.unrecognised == scan.UNSEEN and (unrecognised or pieces[1][1] > 1):
            unrecognised = scan.UNSEEN  # the first page alone was looked at
        scan.save(update_fields=["blob", "pages", "last", "turns"])
        new = ScannedPaper.objects.create(
            organisation=scan.organisation, file=scan.file, split_from=scan, first=scan.first + page - 1, last=last,
            blob=second, pages=pieces[1][1], at=at, proposed=found.values, source=found.source,
            words=found.words, turns=turns, unrecognised=unrecognised,
            marks=marks_of(found.marks or ", ".join(marks)) or scan.marks,
        )  # fmt: skip
        said = {"scan": scan.pk, "from_page": page, "new": new.pk}
        record("split_scan", None, by=by, at=at, payload=said, organisation=by.organisation)
        _destroy([gone])
    return new


def turn(scan: ScannedPaper, *, page: int | None = None, by: Post, at: datetime) -> None:
    """A quarter clockwise: this page, or all. Nothing that is on them changes. A first page that lies otherwise is read
    anew, for words and for marks. Raises ValidationError for a page that is not there and for a signed scan, NotAllowedNow
    when somebody was faster."""
    _wait(scan, what=_TURN)
    if page is not None and not 1 <= page <= scan.pages:
        raise ValidationError(f"Văn bản có {scan.pages} trang. Hãy chọn trang từ 1 đến {scan.pages}.")
    seen, data = scan.blob_id, _read(scan.blob)
    quarter = [90 if page in (None, number) else 0 for number in range(1, scan.pages + 1)]
    try:
        if b"/ByteRange" in data and inspect(data).signatures:
            raise ValidationError(SIGNED)
        turned = cut(data, 1, scan.pages, quarter)
    except PdfError as error:
        raise ValidationError(str(error)) from error
    found = proposals_of_scan(turned) if quarter[0] else None
    with _kept(scan.file.name, (turned, scan.pages)) as (blob,), transaction.atomic():
        _hold(scan, what=_TURN)
        if seen != scan.blob_id:
            raise NotAllowedNow(CHANGED)
        gone = scan.blob
        turns = [(one + more) % 360 for one, more in zip(_turns(scan), quarter, strict=True)]
        scan.blob, scan.turns = blob, turns if any(turns) else []
        scan.save(update_fields=["blob", "turns"])
        if found:
            seen_anew(scan, found)
        said = {"scan": scan.pk, "page": page}
        record("turn_scan", None, by=by, at=at, payload=said, organisation=by.organisation)
        _destroy([gone])


@transaction.atomic
def delete(scan: ScannedPaper, *, reason: str, by: Post, at: datetime, secret: bool = False) -> None:
    """With its bytes and every word read from them. `secret`: the scans it was cut from go as well, so that the papers
    beside it cannot be put together anew. Raises ValidationError without a reason."""
    if len(reason.strip()) < 5:
        raise ValidationError("Hãy ghi rõ lý do xóa (ít nhất 5 ký tự).")
    _hold(scan, what="Xóa")
    gone = [scan.blob]
    said = {
        "scan": scan.pk, "reason": reason.strip(), "secret": secret, "pages": scan.pages, "sha256": scan.blob_id,
    }  # fmt: skip
    scan.reason = reason.strip()[:500]
    _end(scan, _State.DELETED, by=by, at=at)
    unsent.forget_about_scan(scan)
    if secret:
        gone += forget_sources(sources_of([scan]))
    record("delete_scan", None, by=by, at=at, payload=said, organisation=by.organisation)
    if secret:
        reception.suspect_elsewhere([blob for blob in gone if blob])
    _destroy(gone)


def _hold(*scans: ScannedPaper, what: str) -> None:
    """Until the transaction ends, as they stand now. Raises NotAllowedNow, with who did what, unless all wait."""
    pks = sorted(scan.pk for scan in scans)
    list(ScannedPaper.objects.filter(pk__in=pks).order_by("pk").select_for_update().values_list("pk"))
    for scan in scans:
        _wait(scan, what=what)


def _wait(scan: ScannedPaper, *, what: str) -> None:
    """As it stands now. Raises NotAllowedNow, with who did what, unless it waits."""
    scan.refresh_from_db(
        fields=["state", "blob", "pages", "first", "last", "turns", "marks", "unrecognised", "incoming", "ended_by", "ended_at"]
    )  # fmt: skip
    if scan.state != _State.WAITING:
        raise NotAllowedNow(f"Không thể “{what}”: {ended_words(scan)}", scan.incoming)


@contextmanager
def _kept(name: str, *pieces: tuple[bytes, int]) -> Iterator[list[Blob]]:
    """The bytes and number of pages of each, for the block: where that fails they are gone again, unless others hold them."""
    kept: list[Blob] = []
    try:
        for data, pages in pieces:
            kept.append(kept_pdf(name, data, pages).blob)
        yield kept
    except BaseException:
        _destroy(kept)
        raise


def ended_words(scan: ScannedPaper) -> str:
    """Who settled it, how and when."""
    when = timezone.localtime(scan.ended_at).strftime("%H:%M ngày %d/%m/%Y")
    number = f" số đến {written(scan.incoming.arrival_number)}" if scan.incoming else ""
    return f"{scan.ended_by.user} ({scan.ended_by}): {scan.get_state_display().lower()}{number} lúc {when}."


def _end(scan: ScannedPaper, state: str, *, by: Post, at: datetime, incoming: Incoming | None = None) -> None:
    """Nothing of it stays here: the bytes of a paper in the book are held there."""
    scan.state, scan.ended_by, scan.ended_at, scan.incoming = state, by, at, incoming
    scan.blob, scan.proposed = None, {}
    scan.save(
        update_fields=[
            "state",
            "ended_by",
            "ended_at",
            "incoming",
            "joined_onto",
            "blob",
            "proposed",
            "reason",
        ]
    )


def _turns(scan: ScannedPaper) -> list[int]:
    return scan.turns or [0] * scan.pages


def _lies_together(before: ScannedPaper, scan: ScannedPaper) -> bool:
    """Both are pages of one scan that is still there, with nothing between them but sheets that were left out."""
    if before.file_id != scan.file_id or not (before.is_whole and scan.is_whole):
        return False
    between = ScannedPaper.objects.filter(file=scan.file_id, first__gt=before.last, first__lt=scan.first)
    return before.last < scan.first and not between.exclude(state=_State.JOINED).exists()


def _joined(before: ScannedPaper, scan: ScannedPaper, turns: list[int] | None) -> bytes:
    """From the scan both lie in, with its pages turned so; without turns from what each has now."""
    try:
        if turns is None:
            return joined(_read(before.blob), _read(scan.blob))
        data = _read(scan.file.blob)
        whole = (before.first, scan.last) == (1, scan.file.pages) and not any(turns)
        return data if whole else cut(data, before.first, scan.last, turns)
    except PdfError as error:
        raise ValidationError(str(error)) from error


def _read(blob: Blob | None) -> bytes:
    try:
        return blobs.read(blob)
    except (AttributeError, FileNotFoundError) as error:
        raise NotAllowedNow(CHANGED) from error


def _destroy(gone: list[Blob | None]) -> None:
    """Last of all: what was rolled back after it would miss its bytes."""
    for blob in filter(None, gone):
        blobs.destroy(blob)
