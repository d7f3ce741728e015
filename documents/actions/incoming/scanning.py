"""The virus scanner's word on bytes: asked when they come, asked again while it is away, and kept with them.

It counts for the bytes, in whatever office and under whatever name they lie. Nothing that came while a scanner is
configured is ever taken for looked at without its word.
"""

import logging
import time
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from documents import blobs, scanner
from documents.journey import record
from documents.models import Blob, Document, Task

log = logging.getLogger(__name__)
GOOD_FOR = timedelta(days=1)  # a scanner learns every day
_SHIFT = 50  # seconds
_AT_ONCE = 500
_Scan = Blob.Scan


def scan(blob: Blob, *, at: datetime) -> Blob:
    """Asks about bytes that have just come. Returns them with what is known; raises nothing when nobody answers."""
    if not scanner.is_configured():
        return blob
    blob.refresh_from_db(fields=["scan", "scan_words", "scanned_at"])
    fresh = blob.scan == _Scan.CLEAN and blob.scanned_at > at - GOOD_FOR
    if blob.scan != _Scan.INFECTED and not fresh:
        _ask(blob, at)
    return blob


def scan_waiting(*, at: datetime) -> int:
    """Asks again about all that has no word yet, oldest first. Stops when the scanner is still away."""
    if not scanner.is_configured():
        return 0
    end, done = time.monotonic() + _SHIFT, 0
    for blob in Blob.objects.filter(scan=_Scan.WAITING).order_by("created_at")[:_AT_ONCE]:
        if time.monotonic() > end or not _ask(blob, at):
            break
        done += 1
        if blob.scan == _Scan.INFECTED:
            _tell(blob, at)
    return done


def _ask(blob: Blob, at: datetime) -> bool:
    """Whether the scanner is there at all. A word it gave before is not lost because it is away now."""
    there = True
    try:
        with blobs.path_of(blob).open("rb") as file:
            found = scanner.scan(file)
    except FileNotFoundError:  # destroyed meanwhile
        return True
    except scanner.ScannerAway as away:
        there = isinstance(away, scanner.CannotScan)
        if blob.scan == _Scan.CLEAN:
            return there
        blob.scan, blob.scan_words = _Scan.WAITING, str(away)
    else:
        blob.scan, blob.scan_words, blob.scanned_at = (_Scan.INFECTED if found else _Scan.CLEAN), found, at
    if blob.scan == _Scan.INFECTED:
        log.warning("virus %s in %s", blob.scan_words, blob.sha256[:12])
    Blob.objects.filter(pk=blob.pk).update(
        scan=blob.scan, scan_words=blob.scan_words, scanned_at=blob.scanned_at
    )
    return there


def _tell(blob: Blob, at: datetime) -> None:
    """Into the history of every paper that lies on a desk with it, and of what somebody reported on with it."""
    reported = "assignments__progress__files__blob"
    papers = Document.objects.filter(Q(files__blob=blob) | Q(**{f"incoming__{reported}": blob}))
    tasks = Task.objects.filter(**{reported: blob})
    for found in (papers, tasks):
        for matter in found.distinct().order_by("organisation_id", "pk"):
            with transaction.atomic():
                said = {"sha256": [blob.sha256], "text": blob.scan_words}
                record("hold", matter, by=None, at=at, payload=said)
