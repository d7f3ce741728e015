"""Days that do not count towards the deadline of a paper: the sender is to complete it, or another office is asked."""

from datetime import date, datetime, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from documents.access import may
from documents.actions.work.assignments import named, promise, seen_at
from documents.due.rules import answers, matter_of, pauses_of
from documents.journey import NotAllowedNow, lock, record
from documents.models import Assignment, DuePause, Incoming
from documents.states import ASSIGNMENT_OPEN, IN_OPEN
from orgs.actions.notices import tell
from orgs.calendar import DAY, working_days
from orgs.models import Post
from orgs.models.notice import WORK

LONGEST = timedelta(days=180)


@transaction.atomic
def pause_due(paper: Incoming, *, why: str, note: str, last: date, by: Post, at: datetime) -> DuePause:
    """From today until the end of `last` no day counts; the deadline moves on at once, and with it that of every open task of
    the paper that had the same day. Only a deadline that follows from a rule which may be paused.

    Raises PermissionDenied; NotAllowedNow when the paper is finished or paused already; ValidationError for a deadline that
    somebody gave, a rule without pauses, or a day that lies behind us or too far ahead.
    """
    _hold(paper, by)
    today = timezone.localdate(at)
    if paper.due_pauses.filter(ended_at=None, last__gte=today).exists():
        raise NotAllowedNow(
            "Hạn của văn bản này đang tạm dừng. Muốn đổi ngày, hãy tính tiếp rồi tạm dừng lại.", paper
        )
    if not today <= last <= today + LONGEST:
        raise ValidationError({"last": f"Từ hôm nay đến {today + LONGEST:%d/%m/%Y}."})
    _follows_a_rule(paper, at)
    made = DuePause.objects.create(incoming=paper, why=why, note=note, first=today, last=last, by=by, at=at)
    days = _moved(paper, by=by, at=at)
    said = f"{made.get_why_display().lower()}, {made.first:%d/%m/%Y}–{last:%d/%m/%Y}; hạn {days}"
    record("pause_due", paper, by=by, at=at, payload={"reason": note, "note": said, "pause": made.pk})
    return made


@transaction.atomic
def resume_due(paper: Incoming, *, by: Post, at: datetime) -> None:
    """What was waited for has come: from today on days count again, and the deadline is that much nearer.

    Raises PermissionDenied; NotAllowedNow when nothing is paused.
    """
    _hold(paper, by)
    today = timezone.localdate(at)
    pause = paper.due_pauses.filter(ended_at=None, last__gte=today).first()
    if pause is None:
        raise NotAllowedNow("Hạn của văn bản này không tạm dừng.", paper)
    follows = paper.due_on == _due(paper, at)
    DuePause.objects.filter(pk=pause.pk).update(last=today - DAY, ended_by=by, ended_at=at)
    days = _moved(paper, by=by, at=at) if follows else "giữ nguyên, vì đã được ghi khác"
    record("resume_due", paper, by=by, at=at, payload={"note": f"hạn {days}", "pause": pause.pk})


def check(paper: Incoming, *, by: Post) -> None:
    """Raises PermissionDenied, or NotAllowedNow for a paper that is in no book yet, or finished."""
    if not may(by, "pause_due", paper):
        raise PermissionDenied("Chỉ người chủ trì hoặc người chỉ đạo tạm dừng tính hạn.")
    if paper.state not in IN_OPEN:
        raise NotAllowedNow("Văn bản đã kết thúc xử lý hoặc chưa vào sổ; không còn hạn để tạm dừng.", paper)


def _hold(paper: Incoming, by: Post) -> None:
    lock(paper)
    paper.refresh_from_db(fields=["state", "holder", "due_on"])
    check(paper, by=by)


def _follows_a_rule(paper: Incoming, at: datetime) -> None:
    found = answers(matter_of(paper, at), working_days(), pauses=pauses_of(paper))
    if not found or paper.due_on != found[0].reckoning.due:
        raise ValidationError(
            "Hạn này do người ghi hoặc được gia hạn, không tính theo quy tắc. Hãy sửa chỉ đạo hoặc xin gia hạn."
        )
    if not found[0].rule.pausable:
        raise ValidationError(f"“{found[0].rule.name}” không được tạm dừng. Hãy xin gia hạn.")


def _due(paper: Incoming, at: datetime) -> date | None:
    found = answers(matter_of(paper, at), working_days(), pauses=pauses_of(paper))
    return found[0].reckoning.due if found else None


def _moved(paper: Incoming, *, by: Post, at: datetime) -> str:
    """The deadline as the rules say it now; who works on the paper is told. In words: from, to."""
    before, after = paper.due_on, _due(paper, at)
    if after is None or after == before:
        return f"{before:%d/%m/%Y}"
    promise(paper, after)
    tasks = Assignment.objects.filter(incoming=paper, state__in=ASSIGNMENT_OPEN, due_on=before)
    people = {task.assignee.user for task in tasks.select_related("assignee__user")} - {by.operator}
    tasks.update(due_on=after)
    days = f"{before:%d/%m/%Y} → {after:%d/%m/%Y}"
    tell(people, f"Hạn xử lý {named(paper)} nay là: {days}.", at=at, url=seen_at(paper), kind=WORK)
    return days
