"""To the archive of the office: 30 days' notice, handed in, checked byte by byte, taken over or given back (decree 30 art. 30)."""

from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from casefiles.actions.closing import content_of
from casefiles.journey import hold, move
from casefiles.models import CaseFile
from casefiles.terms import HANDED_OVER_FROM, goes_to_the_archive
from documents import blobs
from documents.models import Blob, File
from orgs.actions.notices import tell
from orgs.models import Post, Role
from orgs.models.notice import WORK

NOTICE = timedelta(days=30)
_AT_ONCE = 500
_TOO_SHORT = [str(years) for years in range(1, HANDED_OVER_FROM)]


def due_on(ended_on: date) -> date:
    """One year from the day the work ended (art. 30.2); of the 29th of February the 28th."""
    try:
        return ended_on.replace(year=ended_on.year + 1)
    except ValueError:
        return ended_on.replace(year=ended_on.year + 1, day=28)


def due_by(files, day: date):
    """Of these, files that are to be handed in up to `day`; never those kept under five years (art. 31.3c)."""
    last = date(day.year - 1, day.month, min(day.day, 28))
    while due_on(last + timedelta(days=1)) <= day:
        last += timedelta(days=1)
    return files.filter(state__in=("closed", "returned"), ended_on__lte=last).exclude(term__in=_TOO_SHORT)


@transaction.atomic
def submit_file(case: CaseFile, *, by: Post, at: datetime) -> None:
    """Nộp lưu: from now on nobody changes it, unless the archive gives it back.

    Raises ValidationError for a file that the archive does not take.
    """
    case = hold(case)
    if not goes_to_the_archive(case.term):
        raise ValidationError("Chỉ nộp hồ sơ có thời hạn bảo quản từ 5 năm; hồ sơ này lưu tại đơn vị.")
    keepers = Post.objects.on(timezone.localdate(at)).filter(
        organisation=case.organisation_id, role=Role.ARCHIVIST
    )
    text = f"{by.operator} nộp hồ sơ {case.code} vào lưu trữ, chờ kiểm tra."
    users = [post.user for post in keepers.select_related("user") if post.user_id != by.operator.pk]
    tell(users, text, at=at, url=case.get_absolute_url(), kind=WORK)  # accounts before the chain
    move(case, "submit_file", by=by, at=at, payload={"note": f"{case.documents} văn bản, {case.pages} trang"})


def checked(case: CaseFile) -> list[str]:
    """What the archive finds of every byte: what is missing or is no longer what its hash says, by the thing's ordinal. Reads
    all of them."""
    content, wrong = content_of(case), []
    of_papers: dict[int, list[str]] = {}
    for paper, blob in File.objects.filter(
        document__in=[one.document_id for one in content.items if one.document_id], blob__isnull=False
    ).values_list("document", "blob"):
        of_papers.setdefault(paper, []).append(blob)
    for item in content.items:
        hashes = [item.blob_id] if item.blob_id else of_papers.get(item.document_id, [])
        if any(not blobs.intact(Blob(sha256=sha256)) for sha256 in hashes):
            wrong.append(f"Số {item.ordinal}: tệp thiếu hoặc không còn nguyên vẹn.")
    return wrong


def accept_file(case: CaseFile, *, by: Post, at: datetime, note: str = "") -> None:
    """Taken over, once every byte is what it was. Raises ValidationError naming what is not."""
    if wrong := checked(case):  # outside the transaction: a large file takes its time
        raise ValidationError(wrong)
    with transaction.atomic():
        case = hold(case)
        text = f"Lưu trữ đã nhận hồ sơ {case.code}."
        tell([case.creator.user], text, at=at, url=case.get_absolute_url(), kind=WORK)
        move(case, "accept_file", by=by, at=at, payload={"note": note.strip()[:500]})


@transaction.atomic
def return_file(case: CaseFile, *, by: Post, at: datetime, reason: str) -> None:
    if len(reason.strip()) < 10:
        raise ValidationError({"reason": "Hãy ghi thiếu gì, sai gì (ít nhất 10 ký tự)."})
    case = hold(case)
    text = f"Lưu trữ trả lại hồ sơ {case.code}: {reason.strip()[:200]}"
    tell([case.creator.user], text, at=at, url=case.get_absolute_url(), kind=WORK)
    move(case, "return_file", by=by, at=at, payload={"reason": reason.strip()[:500]})


def tell_of_due(*, at: datetime) -> int:
    """Thirty days before the day, once: the creator and the head of his unit (Phụ lục VI III.5b). How many files. Twice at
    once, each is told once."""
    day = timezone.localdate(at) + NOTICE
    waiting = due_by(CaseFile.objects.filter(due_told_on=None, ended_on__isnull=False), day).order_by("pk")
    return sum(_told(pk, at) for pk in waiting.values_list("pk", flat=True)[:_AT_ONCE])


@transaction.atomic
def _told(pk: int, at: datetime) -> bool:
    today = timezone.localdate(at)
    if not CaseFile.objects.filter(pk=pk, due_told_on=None).update(due_told_on=today):
        return False
    case = CaseFile.objects.select_related("creator__user").get(pk=pk)
    heads = (
        Post.objects.on(today).filter(role=Role.UNIT_HEAD, unit=case.unit_id)
        if case.unit_id
        else Post.objects.none()
    )
    users = {case.creator.user, *(post.user for post in heads.select_related("user"))}
    text = f"Hồ sơ {case.code} ({case.year}) đến hạn nộp lưu ngày {due_on(case.ended_on):%d/%m/%Y}."
    tell(users, text, at=at, url=f"{reverse('case_list')}?box=due", kind=WORK)
    return True
