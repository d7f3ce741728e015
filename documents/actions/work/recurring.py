"""Tasks that are given again and again: set up, ended, and given when their day has come, each turn once."""

import logging
from datetime import date, datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from documents.access import has_left, may
from documents.actions.work.receivers import receivers
from documents.actions.work.tasks import give_task
from documents.journey import NotAllowedNow, record
from documents.models import Recurring
from documents.models.recurring import day_of
from orgs.actions.notices import tell
from orgs.calendar import working_days
from orgs.models import Post, Unit
from orgs.models.notice import WORK

logger = logging.getLogger(__name__)
MOST_DAYS = 60  # working days for one turn


@transaction.atomic
def set_recurring(
    *, by: Post, at: datetime, title: str, text: str, lead: Post | Unit, every: str, first_on: date, days: int,
    product: str = "", urgency: int = 0,
) -> Recurring:  # fmt: skip
    """From `first_on` on, every week, month or quarter. Nothing is given before its day.

    Raises PermissionDenied; ValidationError without words, for a day that is past, or for somebody who does not work here.
    """
    if not may(by, "give_task"):
        raise PermissionDenied("Lãnh đạo, chánh văn phòng và trưởng phòng giao nhiệm vụ.")
    if not title.strip() or not text.strip():
        raise ValidationError("Hãy ghi tên và nội dung nhiệm vụ.")
    today = timezone.localdate(at)
    if first_on < today:
        raise ValidationError("Ngày giao lần đầu không thể ở trong quá khứ.")
    if not 1 <= days <= MOST_DAYS:
        raise ValidationError(f"Số ngày làm việc từ 1 đến {MOST_DAYS}.")
    receivers(lead, [], [], by=by, today=today)
    room = lead if isinstance(lead, Unit) else None
    made = Recurring.objects.create(
        by=by, every=every, first_on=first_on, next_on=first_on, days=days, title=title.strip(), text=text,
        product=product, urgency=urgency, lead=None if room else lead, unit=room, created_at=at,
    )  # fmt: skip
    payload = {
        "recurring": made.pk,
        "note": f"{made.get_every_display()} từ {first_on:%d/%m/%Y}: {made.title}",
    }
    record("set_recurring", None, by=by, at=at, payload=payload, organisation=by.organisation)
    return made


@transaction.atomic
def end_recurring(recurring: Recurring, *, by: Post, at: datetime) -> None:
    """Nothing more is given; what was given goes on. Raises PermissionDenied, or NotAllowedNow when it has ended."""
    if not may(by, "end_recurring", recurring):
        raise PermissionDenied(
            "Người đặt nhiệm vụ định kỳ, chánh văn phòng hoặc người đứng đầu mới dừng được."
        )
    if not Recurring.objects.filter(pk=recurring.pk, ended_at=None).update(ended_at=at):
        raise NotAllowedNow("Nhiệm vụ định kỳ này đã dừng.")
    payload = {"recurring": recurring.pk, "note": recurring.title}
    record("end_recurring", None, by=by, at=at, payload=payload, organisation=by.organisation)


def give_due(*, at: datetime) -> int:
    """Gives what is due today and was not given yet; how many tasks. Safe to run twice and at once."""
    due = Recurring.objects.filter(ended_at=None, next_on__lte=timezone.localdate(at)).order_by("pk")
    return sum(_give(pk, at) for pk in list(due.values_list("pk", flat=True)))


@transaction.atomic
def _give(pk: int, at: datetime) -> int:
    """Of turns that a standstill let pass, the last alone: nobody is given the same thing three times."""
    today = timezone.localdate(at)
    held = Recurring.objects.select_for_update(of=("self",), skip_locked=True)
    one = held.filter(pk=pk, ended_at=None, next_on__lte=today).first()
    if one is None:
        return 0
    day = one.next_on
    while day_of(one.first_on, one.every, one.turn + 1) <= today:
        one.turn += 1
        day = day_of(one.first_on, one.every, one.turn)
    problem = _problem(one, day, at)
    one.turn += 1
    one.next_on, one.problem = day_of(one.first_on, one.every, one.turn), problem[:300]
    one.save(update_fields=["turn", "next_on", "problem"])
    if problem and one.by.user.is_active:
        text = f"Nhiệm vụ định kỳ ngày {day:%d/%m/%Y} chưa giao được: {problem}"
        tell([one.by.user], text, at=at, kind=WORK)
    return 0 if problem else 1


def _problem(one: Recurring, day: date, at: datetime) -> str:
    """Gives the task of that day; why it could not be given, or nothing."""
    if left := next((post for post in (one.by, one.lead) if has_left(post)), None):
        return f"{left.user} không còn giữ vị trí."
    due_on = working_days().add(timezone.localdate(at), one.days)
    try:
        with transaction.atomic():
            give_task(
                by=one.by, at=at, title=one.title, text=one.text, lead=one.to, due_on=due_on, product=one.product,
                urgency=one.urgency, recurring=one, turn_on=day,
            )  # fmt: skip
    except (ValidationError, PermissionDenied) as refusal:
        logger.warning("recurring task %s was not given", one.pk)
        return " ".join(refusal.messages) if isinstance(refusal, ValidationError) else str(refusal)
    return ""
