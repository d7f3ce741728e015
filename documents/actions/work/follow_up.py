"""While a task is under way: how far it is, told by who has it; and urging, by who waits for it."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from documents.access import has_left
from documents.actions.work.assignments import named, seen_at
from documents.arrival import NewFile
from documents.journey import check, lock, move
from documents.models import Assignment, ProgressReport, Reminder, ReportFile
from orgs.actions.notices import tell
from orgs.models import Post, Role
from orgs.models.notice import WORK

SHORTEST = 10  # letters of an urging


@transaction.atomic
def report_progress(
    assignment: Assignment, *, by: Post, at: datetime, percent: int, text: str, files: Iterable[NewFile] = ()
) -> ProgressReport:
    """Adds to the history of the task, and closes nothing: 100 per cent is not yet its result. `files`: what goes with it,
    the same bytes once; whoever sees the task may take them.

    Raises ValidationError outside 0–100, without a word or with too many files; NotAllowedNow when the task has ended.
    """
    if not 0 <= percent <= 100:
        raise ValidationError("Tiến độ từ 0 đến 100 phần trăm.")
    if not text.strip():
        raise ValidationError("Hãy ghi đã làm được gì.")
    kept = list({file.blob.pk: file for file in files}.values())
    if len(kept) >= settings.MAX_FILES_PER_PAPER:
        raise ValidationError(
            {"attachments": f"Mỗi báo cáo kèm nhiều nhất {settings.MAX_FILES_PER_PAPER - 1} tệp."}
        )
    lock(assignment.matter)
    fills, payload = {"percent": percent}, {"text": text, "note": f"{percent}%"}
    if kept:
        payload |= {"files": [file.name for file in kept], "sha256": [file.blob.pk for file in kept]}
    move(assignment, "report_progress", by=by, at=at, fills=fills, payload=payload)
    report = ProgressReport.objects.create(assignment=assignment, by=by, at=at, percent=percent, text=text)
    ReportFile.objects.bulk_create(ReportFile(report=report, blob=file.blob, name=file.name) for file in kept)
    return report


@transaction.atomic
def remind_work(assignment: Assignment, *, by: Post, at: datetime, kind: str, text: str) -> Reminder:
    """Đôn đốc, the n-th time for this task: counted under the row's lock, never changed afterwards.

    Criticism is for whoever gives work; who only follows it reminds. Raises ValidationError for too few words, or when
    the person can receive nothing any more; PermissionDenied; NotAllowedNow when the task has ended.
    """
    if len(text.strip()) < SHORTEST:
        raise ValidationError(f"Hãy ghi nội dung đôn đốc, ít nhất {SHORTEST} ký tự.")
    lock(assignment.matter)
    task = Assignment.objects.select_for_update(no_key=True, of=("self",)).get(pk=assignment.pk)
    assignment.state, assignment.reminded = task.state, task.reminded + 1
    check(assignment, "remind_work", by=by)
    if kind not in kinds_for(by):
        raise PermissionDenied("Phê bình, kiểm điểm do người giao việc hoặc lãnh đạo thực hiện.")
    if has_left(assignment.assignee):
        raise ValidationError(
            f"{assignment.given_to} không còn nhận được: người này đã thôi giữ vị trí hoặc tài khoản đã khóa."
            " Hãy thu hồi việc và giao người khác."
        )
    words = Reminder.Kind(kind).label.lower()
    told = f"{by.operator} {words} về việc xử lý {named(assignment.matter)} (lần thứ {assignment.reminded}): {text}"
    tell([assignment.assignee.user], told, at=at, url=seen_at(assignment.matter), kind=WORK)
    reminder = Reminder.objects.create(
        assignment=assignment, number=assignment.reminded, kind=kind, by=by, at=at, text=text
    )
    note = f"{Reminder.Kind(kind).label} {assignment.assignee.user}, lần thứ {reminder.number}"
    payload = {"text": text, "note": note, "kind": kind, "number": reminder.number}
    move(assignment, "remind_work", by=by, at=at, fills={"reminded": reminder.number}, payload=payload)
    return reminder


def kinds_for(post: Post) -> list[str]:
    """The kinds of urging open to this post."""
    return [Reminder.Kind.REMIND] if post.role == Role.MONITOR else list(Reminder.Kind)
