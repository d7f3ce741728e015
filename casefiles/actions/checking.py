"""The archivist's check of a file that was handed in: every byte against its hash, every signature again, what cannot be kept.

Each file is a row, so that a long check goes on where the last press stopped. Nothing here changes the file.
"""

import time
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError

from casefiles.actions.archive import accept_file
from casefiles.actions.closing import Content, content_of
from casefiles.journey import check as check_step
from casefiles.models import CaseFile, CheckedFile, Item
from documents import blobs
from documents.models import Blob, File
from documents.pdf.reading import PdfError, Scanned, scanned, text_lines
from orgs.models import Post
from signatures.actions.copies import LEAST_DPI
from signatures.public import verdict_on
from signatures.public_words import TITLES

SECONDS = 20  # of one press; what is left waits for the next
_BARE = (File.Stage.DRAFT, File.Stage.PROPOSED, File.Stage.EXTRACT)  # nobody signs these stages
# What archives read for decades (TT 05/2025 art. 8; decree 30 Phụ lục VI III.5e): of the others a note, no refusal.
KEEPS = ("application/pdf", "image/png", "image/jpeg", "image/tiff", "audio/mpeg", "video/mp4")


@dataclass(frozen=True)
class Lying:
    """One file of one thing in the case file, as it is to be looked at."""

    item: Item
    blob: Blob
    name: str
    signed: bool
    held: str


def lying_in(content: Content) -> list[Lying]:
    """All files whose bytes are kept, in order; one query."""
    by_paper: dict[int, list[File]] = {}
    papers = [one.document_id for one in content.items if one.document_id]
    for file in File.objects.filter(document__in=papers, blob__isnull=False).select_related("blob"):
        by_paper.setdefault(file.document_id, []).append(file)
    found = []
    for item in sorted(content.items, key=lambda one: one.ordinal):
        if item.blob_id:
            found.append(Lying(item, item.blob, item.name, True, item.held_why))
        for file in by_paper.get(item.document_id, ()):
            found.append(Lying(item, file.blob, file.name, file.stage not in _BARE, file.held_why))
    return list({(one.item.pk, one.blob.pk): one for one in found}.values())


def check_files(case: CaseFile, *, at: datetime, seconds: float = SECONDS) -> int:
    """Looks at what has not been looked at since the file was handed in, for so many seconds; how many are left."""
    known = set(CheckedFile.objects.filter(case=case).values_list("item", "sha256"))
    waiting = [one for one in lying_in(content_of(case)) if (one.item.pk, one.blob.pk) not in known]
    end = time.monotonic() + seconds
    for number, one in enumerate(waiting):
        if time.monotonic() > end and (number or seconds <= 0):  # a press looks at one thing at least
            return len(waiting) - number
        CheckedFile.objects.bulk_create([_looked_at(case, one, at)], ignore_conflicts=True)
    return 0


def left_to_check(case: CaseFile) -> int:
    """How many files of `lying_in` have no row yet."""
    things = Item.objects.filter(case=case, removed_at=None)
    added = things.filter(blob__isnull=False).values_list("pk", "blob")
    of_papers = things.filter(document__files__blob__isnull=False).values_list("pk", "document__files__blob")
    known = CheckedFile.objects.filter(case=case).order_by().values_list("item", "sha256")
    return added.order_by().union(of_papers.order_by()).difference(known).count()


def accept_checked(case: CaseFile, *, by: Post, at: datetime, note: str = "") -> None:
    """Takes one file over after the whole check. What the check found wrong is taken over only with a word why.

    Raises ValidationError for what is not whole, not looked at yet, or wrong without a word.
    """
    check_step(case, "accept_file", by=by)
    check_wholly(case, at=at, note=note)
    accept_file(case, by=by, at=at, note=note)


def check_wholly(case: CaseFile, *, at: datetime, note: str, seconds: float = SECONDS) -> None:
    """Raises ValidationError as `accept_checked` does. Several files share one press: `seconds` is what is left of it."""
    if left := check_files(case, at=at, seconds=seconds):
        raise ValidationError(
            f"Hồ sơ {case.code}: còn {left} tệp chưa kiểm tra. Bấm “Kiểm tra” để làm tiếp rồi nhận."
        )
    wrong = [one.line for one in wrong_in(case)]
    broken = CheckedFile.objects.filter(case=case, intact=False).exists()
    if wrong and (broken or len(note.strip()) < 10):
        why = "" if broken else " Vẫn nhận thì ghi rõ lý do ở Ghi chú (ít nhất 10 ký tự)."
        raise ValidationError(
            [*(f"Hồ sơ {case.code}, {one}" for one in wrong[:20]), *filter(None, [why.strip()])]
        )


@dataclass(frozen=True)
class Wrong:
    ordinal: int
    words: str

    @property
    def line(self) -> str:
        return f"số {self.ordinal}: {self.words}"


def wrong_in(case: CaseFile) -> list[Wrong]:
    rows = CheckedFile.objects.filter(case=case, wrong=True).select_related("item")
    return [Wrong(one.item.ordinal, f"“{one.name}” {one.words}") for one in rows]


def _looked_at(case: CaseFile, one: Lying, at: datetime) -> CheckedFile:
    intact, verdict, words = blobs.intact(one.blob), "", []
    if not intact:
        words.append("thiếu hoặc không còn nguyên vẹn.")
    elif one.blob.content_type == "application/pdf" and one.signed:
        verdict = verdict_on(one.blob)[0]
        words.append(f"Chữ ký số: {TITLES[verdict][1].lower()}.")
    if intact and one.blob.content_type == "application/pdf":
        words += _of_scan(blobs.read(one.blob))
    if one.held:
        words.append(f"Bị giữ lại: {one.held}.")
    if one.blob.content_type not in KEEPS:
        words.append(f"Định dạng {one.blob.content_type} không phải định dạng lưu trữ lâu dài.")
    return CheckedFile(
        case=case, item=one.item, sha256=one.blob.pk, name=one.name, size=one.blob.size, intact=intact, verdict=verdict,
        words=" ".join(words)[:500], wrong=not intact or verdict == "invalid" or bool(one.held), at=at,
    )  # fmt: skip


def _of_scan(pdf: bytes) -> list[str]:
    """What a digitised paper should be and this one is not (TT 05/2025 art. 8); notes, no refusal."""
    try:
        pages = scanned(pdf)
        lines = text_lines(pdf) if pages else []
    except PdfError:
        return []
    said = []
    if coarse := [one for one in pages if one.dpi < LEAST_DPI - 2]:  # the paper's edge is cut to whole dots
        said.append(f"Bản quét dưới {LEAST_DPI} dpi: {_pages(coarse)} ({coarse[0].dpi} dpi).")
    if grey := [one for one in pages if not one.coloured]:
        said.append(f"Bản quét không phải ảnh màu: {_pages(grey)}.")
    if mute := [one for one in pages if not "".join(lines[one.page - 1]).strip()]:
        said.append(f"Bản quét không có lớp chữ: {_pages(mute)}.")
    return said


def _pages(found: list[Scanned]) -> str:
    numbers = ", ".join(str(one.page) for one in found[:10])
    return f"trang {numbers}" + (f" và {len(found) - 10} trang khác" if len(found) > 10 else "")
