"""Every month every byte and every event of the files in the archive again (archive.md §8.39): a piece at a time, each going on
where the last one ended, however that was. What was found whole gets its PDF/A where it has none (`renditions`)."""

import time
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q

from casefiles.actions.renditions import make_missing
from casefiles.models import ArchiveRound, CaseEvent, CaseFile, Export, Item
from documents import blobs
from documents.models import Blob, Event, File

EVERY = timedelta(days=28)  # from the beginning of one round to the next: each calendar month has one
SHARES = 32  # rounds in which every byte of the store is read once: in less than three years (archive.md §6)
_AT_ONCE = 100
_SHOWN = 100


def audit_piece(*, at: datetime, seconds: float = 300) -> dict:
    """Goes on with the round, or begins the next when a month is over; the result is that of the round so far (`hanoi_docs.watch`
    shows it, and raises an alarm unless it is clean)."""
    found, end = _round(at), time.monotonic() + seconds
    while found.ended_at is None and time.monotonic() < end:
        found = _one_more(found, at)
    return _told(found)


def _round(at: datetime) -> ArchiveRound:
    """The one that is under way; else the last, until it is a month old."""
    last = ArchiveRound.objects.order_by("-pk").first()
    if last and (last.ended_at is None or at - last.began_at < EVERY):
        return last
    try:
        with transaction.atomic():
            return ArchiveRound.objects.create(began_at=at)
    except IntegrityError:  # another worker has just begun it
        return ArchiveRound.objects.get(ended_at=None)


def _one_more(found: ArchiveRound, at: datetime) -> ArchiveRound:
    """The next file. Written by compare-and-swap: two at once look twice and count once."""
    mine = ArchiveRound.objects.filter(pk=found.pk, upto=found.upto, ended_at=None)
    case = (
        CaseFile.objects.filter(pk__gt=found.upto, state__in=("submitted", "archived"))
        .select_related("organisation")
        .order_by("pk")
        .first()
    )
    if case is None:
        _of_the_store(found, mine, at)
    else:
        files, size, faults = looked_at(case)
        if case.state == "archived" and not faults:
            make_missing(case, at=at)
        mine.update(
            upto=case.pk, cases=found.cases + 1, files=found.files + files, size=found.size + size, broken=found.broken + len(faults),
            faults=(found.faults + faults)[:_SHOWN],
        )  # fmt: skip
    return ArchiveRound.objects.get(pk=found.pk)


def _of_the_store(found: ArchiveRound, mine, at: datetime) -> None:
    """When all files have been read: the next bytes of this round's share of the store, whatever they belong to."""
    share = 256 // SHARES * (ArchiveRound.objects.filter(pk__lt=found.pk).count() % SHARES)
    last = f"{share + 256 // SHARES:02x}" if share + 256 // SHARES < 256 else "g"
    rows = Blob.objects.filter(pk__gte=f"{share:02x}", pk__lt=last, pk__gt=found.upto_blob).order_by("pk")[
        :_AT_ONCE
    ]
    some = list(rows)
    if not some:
        mine.filter(upto_blob=found.upto_blob).update(ended_at=at)
        return
    wrong = [blob for blob in some if not _whole(blob)]
    faults = [f"Kho tệp: tệp {blob.pk[:16]}… thiếu hoặc không còn nguyên vẹn." for blob in wrong]
    mine.filter(upto_blob=found.upto_blob).update(
        upto_blob=some[-1].pk, files=found.files + len(some), size=found.size + sum(blob.size for blob in some),
        broken=found.broken + len(faults), faults=(found.faults + faults)[:_SHOWN],
    )  # fmt: skip


def looked_at(case: CaseFile) -> tuple[int, int, list[str]]:
    """How many files and bytes were read again, and a sentence for everything that is not what it was."""
    items = list(Item.objects.filter(case=case, removed_at=None).order_by("ordinal"))
    papers = {one.document_id: one.ordinal for one in items if one.document_id}
    kept = [(one.ordinal, one.blob_id) for one in items if one.blob_id]
    of_papers = File.objects.filter(document__in=papers, blob__isnull=False).order_by("pk")
    kept += [(papers[document], sha256) for document, sha256 in of_papers.values_list("document", "blob")]
    sizes = dict(Blob.objects.filter(pk__in=[sha256 for _, sha256 in kept]).values_list("pk", "size"))
    name = f"Hồ sơ {case.code} ({case.year}) của {case.organisation}"
    wrong = dict.fromkeys(n for n, sha256 in sorted(set(kept)) if not _whole(Blob(sha256=sha256)))
    faults = [f"{name}: tệp ở số {n} thiếu hoặc không còn nguyên vẹn." for n in wrong]
    for one in Export.objects.filter(case=case, blob__isnull=False).select_related("blob"):
        sizes[one.blob_id] = one.blob.size
        if not _whole(one.blob):
            faults.append(f"{name}: gói AIP “{one.name}” thiếu hoặc không còn nguyên vẹn.")
    of_case = CaseEvent.objects.filter(case=case).values("event")
    for seq in Event.objects.filter(Q(pk__in=of_case) | Q(document__in=papers)).altered():
        faults.append(f"{name}: sự kiện số {seq} trong lịch sử không còn đúng với mã của nó.")
    return len(sizes), sum(sizes.values()), faults


def _whole(blob: Blob) -> bool:
    """Also of what was destroyed, as it must be, while we looked."""
    return blobs.intact(blob) or not Blob.objects.filter(pk=blob.pk).exists()


def _told(found: ArchiveRound) -> dict:
    first = next(iter(found.faults), "")
    more = f" Và {found.broken - 1} điều nữa." if found.broken > 1 else ""
    return {
        "ok": not found.broken, "case_files": found.cases, "kept_files": found.files, "problem": first + more if first else "",
        "waiting": "" if found.ended_at else "Đợt kiểm tra tháng này còn đang chạy.", "faults": found.faults[:20],
    }  # fmt: skip
