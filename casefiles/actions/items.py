"""What is put into a file and taken out again. Papers and tasks are linked, never copied; a removal keeps its record."""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max

from casefiles.journey import hold, move
from casefiles.models import CaseFile, Item, Unfiled
from documents import blobs
from documents.arrival import NewFile
from documents.journey import lock, record
from documents.models import Blob, Document, Incoming, Outgoing, Task
from orgs.models import Post
from ui.text import nfc

MOST = 2000  # things in one file


@transaction.atomic
def file_paper(case: CaseFile, matter: Document | Task, *, by: Post, at: datetime) -> bool:
    """Đưa vào hồ sơ: links a paper or a task that `by` sees. False where it lies there already.

    Raises PermissionDenied, NotAllowedNow once the file is closed, ValidationError for what cannot be filed.
    """
    lock(matter)
    case = hold(case)
    if matter.organisation_id != case.organisation_id or case.organisation_id != by.organisation_id:
        raise ValidationError("Chỉ đưa văn bản của cơ quan mình vào hồ sơ của cơ quan mình.")
    if isinstance(matter, Incoming) and not matter.arrival_number:
        raise ValidationError("Văn bản đến chưa vào sổ, chưa đưa vào hồ sơ được.")
    about = {"task": matter} if isinstance(matter, Task) else {"document_id": matter.pk}
    if case.items.filter(removed_at=None, **about).exists():
        return False
    item = _put(case, by=by, at=at, **about)
    said = {"item": item.pk, "pages": getattr(matter, "pages", None), "at": at.isoformat()}
    move(case, "file_paper", by=by, at=at, about=matter, payload=said)
    return True


@transaction.atomic
def add_to_file(case: CaseFile, *, files: Iterable[NewFile], by: Post, at: datetime) -> int:
    """Free files: photographs, tables, scans. The same bytes are there once; how many were new."""
    case = hold(case)
    files = list({file.blob.pk: file for file in files}.values())
    known = set(case.items.filter(removed_at=None).values_list("blob", flat=True))
    new = [file for file in files if file.blob.pk not in known]
    for file in new:
        _put(
            case,
            by=by,
            at=at,
            blob=file.blob,
            name=file.name,
            pages=file.pages,
            held=file.held,
            seen=file.seen,
        )
    if new:
        said = {"note": ", ".join(file.name for file in new)[:1000], "blobs": [file.blob.pk for file in new]}
        move(case, "add_to_file", by=by, at=at, payload=said | {"at": at.isoformat()})
    return len(new)


@transaction.atomic
def take_out(item: Item, *, by: Post, at: datetime, reason: str) -> None:
    """Out of this one file, with a reason; the paper, and its place in other files, stay, of a free file the bytes go when
    nothing else holds them. Taken out twice, it is out once."""
    if not reason.strip():
        raise ValidationError({"reason": "Hãy ghi lý do bỏ khỏi hồ sơ."})
    matter = item.task or item.document
    if matter is not None:
        lock(matter)
    case = hold(item.case)
    gone = Item.objects.filter(pk=item.pk, removed_at=None)
    if not gone.update(removed_at=at, removed_by=by, removed_why=nfc(reason.strip())[:300], blob=None):
        return
    move(case, "take_out", by=by, at=at, about=matter, payload=removal(item, reason))
    destroy([item.blob_id])


def destroy(hashes: Iterable[str | None]) -> None:
    """The bytes of free files that were taken out, when nobody else has them. Last of all: what was rolled back after it would
    miss its bytes; their rows are held in one order."""
    held = Blob.objects.select_for_update().filter(pk__in=[one for one in hashes if one]).order_by("pk")
    for blob in list(held):
        blobs.destroy(blob)


def removal(item: Item, reason: str) -> dict:
    """What the chain says of it. Why a paper went stands in the file alone (`removed_why`): it may name the file."""
    said = {"item": item.pk}
    return said if item.document_id or item.task_id else said | {"reason": reason.strip()[:300]}


@transaction.atomic
def leave_unfiled(paper: Document, *, by: Post, at: datetime, reason: str) -> None:
    """Why a paper is completed and lies in no file."""
    Unfiled.objects.create(document_id=paper.pk, reason=nfc(reason.strip())[:300], by=by, at=at)
    record("leave_unfiled", paper, by=by, at=at, payload={"reason": reason.strip()[:300]})


def filed_anywhere(paper: Document) -> bool:
    return Item.objects.filter(document=paper.pk, removed_at=None).exists()


def seen_matter(post: Post, document: int | None, task: int | None) -> Document | Task | None:
    """What is to be filed, if this post sees it."""
    if task is not None:
        return Task.objects.visible_to(post).filter(pk=task).first()
    for model in (Incoming, Outgoing):
        if found := model.objects.visible_to(post).filter(pk=document).first():
            return found
    return None


def _put(case: CaseFile, *, by: Post, at: datetime, **what) -> Item:
    there = case.items.filter(removed_at=None).aggregate(last=Max("ordinal"))["last"] or 0
    if there >= MOST:
        raise ValidationError(f"Một hồ sơ có nhiều nhất {MOST} văn bản, tài liệu. Hãy mở hồ sơ tiếp theo.")
    return Item.objects.create(case=case, ordinal=there + 1, by=by, at=at, **what)
