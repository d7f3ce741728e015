"""To the archive of the office: 30 days' notice, handed in, checked byte by byte, taken over or given back (decree 30 art. 30)."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from casefiles.actions.closing import content_of
from casefiles.actions.exports import ask_of_taken
from casefiles.due import due_by, last_day
from casefiles.journey import hold, move
from casefiles.models import CaseEvent, CaseFile, CheckedFile, Item, Transfer, TransferFile
from casefiles.terms import goes_to_the_archive
from documents import blobs
from documents.models import Blob, File
from orgs.actions.notices import tell
from orgs.models import Post, Role
from orgs.models.notice import WORK

NOTICE = timedelta(days=30)
_AT_ONCE = 500


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
    forget_check([case])
    tell(users, text, at=at, url=case.get_absolute_url(), kind=WORK)  # accounts before the chain
    move(case, "submit_file", by=by, at=at, payload={"note": f"{case.documents} văn bản, {case.pages} trang"})


def forget_check(files: Iterable[CaseFile]) -> None:
    """What the archive found when these were handed in before, and given back since."""
    CheckedFile.objects.filter(case__in=[case.pk for case in files]).delete()


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
        if TransferFile.objects.filter(case=case, out_at=None).exists():
            raise ValidationError(
                f"Hồ sơ {case.code} nằm trong một đợt nộp lưu; nhận cùng cả đợt khi ký biên bản giao nhận."
            )
        text = f"Lưu trữ đã nhận hồ sơ {case.code}."
        tell([case.creator.user], text, at=at, url=case.get_absolute_url(), kind=WORK)
        ask_of_taken([case], by=by, at=at)
        move(case, "accept_file", by=by, at=at, payload={"note": note.strip()[:500]})


@transaction.atomic
def return_file(
    case: CaseFile, *, by: Post, at: datetime, reason: str = "", things: dict[int, str] | None = None
) -> None:
    """Back to its creator, with what is wrong of the whole and of each thing: `things` by their ordinals.

    Raises ValidationError without a word, for an ordinal that is not there, and once minutes have been written over it.
    """
    case = hold(case)
    things = {number: words.strip()[:300] for number, words in (things or {}).items()}
    if len(reason.strip()) < 10 and not any(len(words) >= 5 for words in things.values()):
        raise ValidationError(
            {"reason": "Hãy ghi thiếu gì, sai gì (ít nhất 10 ký tự), hoặc lý do theo từng văn bản."}
        )
    items = dict(case.items.filter(removed_at=None, ordinal__in=things).values_list("ordinal", "pk"))
    if missing := sorted(things.keys() - items.keys()):
        raise ValidationError({"things": f"Hồ sơ không có văn bản số {', '.join(map(str, missing))}."})
    place = TransferFile.objects.filter(case=case, out_at=None).select_related("transfer").first()
    if place and place.transfer.state != Transfer.State.CHECKING:
        raise ValidationError("Biên bản giao nhận đã lập có hồ sơ này; hãy hủy biên bản trước rồi trả lại.")
    whole = reason.strip() or f"{len(things)} văn bản, tài liệu phải bổ sung, sửa chữa"
    text = f"Lưu trữ trả lại hồ sơ {case.code}: {whole[:200]}"
    tell([case.creator.user], text, at=at, url=case.get_absolute_url(), kind=WORK)
    said = {"reason": whole[:500]}
    if things:
        said["things"] = [{"item": items[number], "reason": things[number]} for number in sorted(things)]
    move(case, "return_file", by=by, at=at, payload=said)
    if place:
        TransferFile.objects.filter(pk=place.pk).update(out_at=at)


def asked_to_mend(case: CaseFile) -> list[tuple[str, str]]:
    """Of a file that was given back: each thing that the archive named, and why. Without what a paper says."""
    last = (
        CaseEvent.objects.filter(case=case, event__kind="return_file")
        .select_related("event")
        .order_by("-event")
        .first()
    )
    things = last.event.payload.get("things", []) if last else []
    items = Item.objects.in_bulk([one["item"] for one in things]) if things else {}
    return [(items[one["item"]].place, one["reason"]) for one in things if one["item"] in items]


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
    text = f"Hồ sơ {case.code} ({case.year}) đến hạn nộp lưu ngày {last_day(case):%d/%m/%Y}."
    tell(users, text, at=at, url=f"{reverse('case_list')}?box=due", kind=WORK)
    return True
