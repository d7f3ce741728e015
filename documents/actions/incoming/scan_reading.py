"""The worker's part in a scan: it looks at the sheets, cuts out the papers and reads what each proposes.

In steps of seconds, each of which may be lost or done again: what is done is a row. A file is held for one step only, and
the one that has waited longest is next, so a scan of 300 pages keeps nobody's single letter waiting.
"""

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet
from django.db.models.functions import Greatest

from documents import blobs
from documents.actions.incoming.proposing import proposals_of_scan
from documents.actions.incoming.scan_sources import SUSPECTED_ELSEWHERE, seen_anew
from documents.journey import record
from documents.models import ScanBatch, ScannedFile, ScannedPaper
from documents.pdf import PdfError, ReaderLost, cut, inspect, sheets
from documents.uploads import kept_pdf

AT_ONCE = 5  # pages looked at in one step: a second or two each, where it is a picture
LEASE = timedelta(minutes=3)  # longer than any step; after it whoever held the file is dead
_MOST_DEATHS = 3
# So long after it was scanned, a picture that could not be recognised is tried once more: the machine was perhaps busy.
AGAIN_AFTER = {1: timedelta(minutes=1), 2: timedelta(minutes=10)}
GONE = "Bản quét không còn trên máy chủ. Hãy quét lại."
DEADLY = "Đọc tệp này nhiều lần đều hỏng giữa chừng. Hãy quét lại, hoặc vào sổ riêng từng văn bản."
CUT_UP_TO = "Đã tách đến hết trang {}, các văn bản đó vẫn chờ vào sổ."
NO_PAPER = "Tệp chỉ có tờ trắng hoặc tờ ngăn, không có văn bản nào."
Parting, _State, _Paper = ScanBatch.Parting, ScannedFile.State, ScannedPaper


def step(*, at: datetime) -> bool:
    """One step of one file, or one more look at a paper that could not be recognised; False when nothing waits. What is
    wrong with a file is written on its row."""
    file = _claim(at)
    if file is None:
        return _recognise_again(at)
    try:
        _go_on(file, at)
    except ReaderLost:
        _died(file)
    except PdfError as error:
        _fail(file, str(error))
    except ValidationError as error:
        _fail(file, " ".join(error.messages))
    except FileNotFoundError:
        _fail(file, GONE)
    _held(file).update(claimed_at=None)
    return True


def release_settled() -> int:
    """Forgets the scans of which every paper is settled; how many. Their papers in the book have bytes of their own."""
    waiting = ScannedPaper.objects.filter(file=OuterRef("pk"), state=ScannedPaper.State.WAITING)
    over = ScannedFile.objects.filter(~Exists(waiting), blob__isnull=False)
    files = list(over.filter(state__in=[_State.DONE, _State.FAILED]).select_related("blob")[:100])
    for file in files:
        with transaction.atomic():
            ScannedFile.objects.filter(pk=file.pk).update(blob=None)
            blobs.destroy(file.blob)
    return len(files)


def pieces(kinds: list[str], parting: str) -> list[tuple[int, int]]:
    """First and last page of each paper. A blank sheet after a separator is its back."""
    found, first, before = [], None, ""
    for number, kind in enumerate([*kinds, "sheet"], start=1):
        parts = kind == "sheet" or (kind == "blank" and (parting == Parting.BLANK or before == "sheet"))
        if parts and first:
            found.append((first, number - 1))
            first = None
        elif not parts and not first:
            first = number
        before = kind
    return found


def _claim(at: datetime) -> ScannedFile | None:
    free = ScannedFile.objects.filter(state=_State.WAITING).filter(
        Q(claimed_at=None) | Q(claimed_at__lt=at - LEASE)
    )
    in_turn = free.select_related("batch__organisation", "blob").order_by(
        F("stepped_at").asc(nulls_first=True), "pk"
    )
    while file := in_turn.first():
        deaths = file.deaths + (file.claimed_at is not None)
        claim = {"claimed_at": at, "stepped_at": at, "deaths": deaths}
        same = ScannedFile.objects.filter(pk=file.pk, state=_State.WAITING, claimed_at=file.claimed_at)
        if not same.update(**claim):
            continue  # another worker has it
        file.claimed_at, file.deaths = at, deaths
        if deaths < _MOST_DEATHS:
            return file
        _fail(file, _deadly(file))
    return None


def _held(file: ScannedFile) -> QuerySet[ScannedFile]:
    """The file, as long as it is ours."""
    return ScannedFile.objects.filter(pk=file.pk, claimed_at=file.claimed_at, state=_State.WAITING)


def _fail(file: ScannedFile, sentence: str) -> None:
    _held(file).update(state=_State.FAILED, problem=sentence[:500], claimed_at=None)


def _died(file: ScannedFile) -> None:
    """The process that read the file did: perhaps it was only busy, so it is tried again, as often as for a dead worker."""
    _held(file).update(deaths=F("deaths") + 1)
    if file.deaths + 1 >= _MOST_DEATHS:
        _fail(file, _deadly(file))


def _deadly(file: ScannedFile) -> str:
    """With the last page that is in a paper, so that only the rest is scanned again."""
    reached = file.papers.aggregate(page=Greatest(Max("last"), Max("cut_at")))["page"]
    return f"{DEADLY} {CUT_UP_TO.format(reached)}" if reached else DEADLY


def _go_on(file: ScannedFile, at: datetime) -> None:
    if file.blob is None:
        raise FileNotFoundError
    data = blobs.read(file.blob)
    # Cut apart or turned, a signature would be lost; nobody signs a scan of many papers.
    signed = b"/ByteRange" in data and inspect(data).signatures > 0
    if not signed and len(file.sheets) < file.pages:
        seen = sheets(data, len(file.sheets) + 1, AT_ONCE)
        _held(file).update(sheets=[*file.sheets, *seen])
        return
    whole = signed or file.batch.parting == Parting.NONE
    found = [(1, file.pages)] if whole else pieces(file.sheets, file.batch.parting)
    if not found:
        raise PdfError(NO_PAPER)
    made = set(file.papers.values_list("cut_at", flat=True))
    left = [piece for piece in found if piece[0] not in made]
    if left:
        _make(file, data, *left[0], at=at)
    if len(left) <= 1:
        _held(file).update(state=_State.DONE, claimed_at=None)


def _make(file: ScannedFile, data: bytes, first: int, last: int, *, at: datetime) -> None:
    """One paper, with what its first page proposes. A file that is one paper and lies right keeps its bytes, and so
    its signatures."""
    turns = file.turns(first, last)
    alone = (first, last) == (1, file.pages) and not any(turns)
    pdf = data if alone else cut(data, first, last, turns)
    found = proposals_of_scan(pdf)
    kept = kept_pdf(file.name, pdf, last - first + 1)
    values = {
        "organisation_id": file.batch.organisation_id, "first": first, "last": last, "blob": kept.blob,
        "pages": kept.pages, "at": at, "proposed": found.values, "source": found.source, "words": found.words,
        "turns": turns if any(turns) else [], "unrecognised": 0 if found.recognised else 1,
        "marks": (found.marks or ", ".join(inspect(pdf).marks))[:50],
    }  # fmt: skip
    with transaction.atomic():
        ours = _held(file).select_for_update().first()
        if ours is None:
            blobs.destroy(kept.blob)  # we were thought dead, or it was deleted as a secret
            return
        if ours.suspected:  # perhaps since we began
            values["marks"] = values["marks"] or SUSPECTED_ELSEWHERE
        paper, new = ScannedPaper.objects.get_or_create(file=file, cut_at=first, defaults=values)
        if new:
            said = {"scan": paper.pk, "file": file.pk, "pages": paper.pages, "sha256": kept.blob.sha256}
            record("scan", None, by=None, at=at, payload=said, organisation=file.batch.organisation)


def _recognise_again(at: datetime) -> bool:
    """One try for one paper. It counts before it is made: whoever dies over a picture has tried it."""
    due = Q()
    for tries, after in AGAIN_AFTER.items():
        due |= Q(unrecognised=tries, at__lt=at - after)
    paper = (
        _Paper.objects.filter(due, state=_Paper.State.WAITING).select_related("blob").order_by("pk").first()
    )
    if paper is None:
        return False
    same = _Paper.objects.filter(pk=paper.pk, state=_Paper.State.WAITING, blob=paper.blob)
    tries = paper.unrecognised + 1
    if not same.filter(unrecognised=paper.unrecognised).update(unrecognised=tries):
        return True  # somebody was faster
    try:
        found = proposals_of_scan(blobs.read(paper.blob))
    except FileNotFoundError:
        return True
    if found.recognised:
        with transaction.atomic():
            for still in same.filter(unrecognised=tries).select_for_update():
                seen_anew(still, found)
    return True
