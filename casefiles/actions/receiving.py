"""A package made elsewhere, taken into the archive for reading: never trusted, checked byte by byte before a row speaks of it, kept
as it came."""

import posixpath
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from tempfile import SpooledTemporaryFile

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction

from casefiles.access import received_of
from casefiles.journey import tell_office
from casefiles.models import ReceivedPackage
from casefiles.package.boxes import Box, Unreadable, opened
from casefiles.package.checking import selfcheck
from casefiles.package.reading import Read, read
from documents import blobs
from documents.access import may
from documents.actions.incoming.scanning import scan
from documents.danger import look
from documents.models import Blob
from documents.uploads import safe_name
from orgs.models import Post

MOST = 500 << 20  # bytes of an upload, packed
MOST_OPENED = 2 << 30
_SHOWN = 10  # faults that are named
_IN_MEMORY = 8 << 20


def receive_package(upload: UploadedFile, *, by: Post, at: datetime) -> ReceivedPackage:
    """Raises ValidationError naming what is missing, changed, added or dangerous; PermissionDenied."""
    if not may(by, "receive_packages"):
        raise PermissionDenied("Chỉ lưu trữ của cơ quan nhận gói hồ sơ.")
    if upload.size > MOST:
        raise ValidationError(f"Gói lớn hơn {MOST >> 20} MB.")
    try:
        with opened(upload, most=MOST_OPENED) as box:
            faults = selfcheck(box)
            if faults:
                said = [f"Gói không toàn vẹn, không nhận: {one}." for one in faults[:_SHOWN]]
                raise ValidationError([*said, *_more(len(faults))])
            found = read(box)
            if found.kind not in ("SIP", "AIP"):
                raise ValidationError("Chỉ nhận gói SIP, AIP.")
            _harmless(box)
    except Unreadable as error:
        raise ValidationError(f"Không đọc được gói: {error}") from error
    blob = scan(blobs.store_file(upload, "application/zip"), at=at)
    if blob.scan == Blob.Scan.INFECTED:
        blobs.destroy(blob)
        raise ValidationError(f"Không nhận gói: máy quét vi-rút nhận ra “{blob.scan_words}”.")
    return _kept(found, blob, upload.name, by=by, at=at)


def pieces_of(package: ReceivedPackage, name: str) -> Iterator[bytes]:
    """The bytes of a file in it, as they came. Raises KeyError for one that is not named there."""
    if name not in {one["name"] for one in files_in(package)}:
        raise KeyError(name)
    with opened(blobs.path_of(package.blob)) as box:
        yield from box.pieces(name)


def files_in(package: ReceivedPackage) -> list[dict]:
    content = package.content
    return [*(file for paper in content["papers"] for file in paper["files"]), *content["beside"]]


@transaction.atomic
def _kept(found: Read, blob: Blob, name: str, *, by: Post, at: datetime) -> ReceivedPackage:
    values = found.values
    if received_of(by).filter(objid=found.objid).exists():
        raise ValidationError("Gói này đã được nhận.")
    code = values.get("fileCode") or values.get("arcFileCode", "")
    try:
        with transaction.atomic():
            kept = ReceivedPackage.objects.create(
                organisation=by.organisation, objid=found.objid[:200], kind=found.kind, title=values.get("title", "")[:1000],
                file_code=code[:200], office=found.office[:300], content=asdict(found), blob=blob, name=safe_name(name), by=by,
                user=by.operator, at=at, documents=len(found.papers),
            )  # fmt: skip
    except IntegrityError as error:
        raise ValidationError("Gói này vừa được người khác nhận.") from error
    payload = {"note": f"{found.kind} {code}"[:300], "package": kept.pk, "sha256": blob.pk}
    tell_office("receive_package", by=by, at=at, organisation=by.organisation, payload=payload)
    return kept


def _harmless(box: Box) -> None:
    """Every member is looked at as every file that comes in is."""
    for name in box.sizes:
        with SpooledTemporaryFile(max_size=_IN_MEMORY) as data:
            for piece in box.pieces(name):
                data.write(piece)
            seen = look(posixpath.basename(name), data)
        if seen.held:
            raise ValidationError(f"Không nhận gói: “{posixpath.basename(name)}” {seen.words}.")


def _more(count: int) -> list[str]:
    return [f"… và {count - _SHOWN} lỗi khác."] if count > _SHOWN else []
