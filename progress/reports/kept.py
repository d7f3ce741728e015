"""Counting the whole city without reading its papers: what is over is kept as sums by month, what still runs is counted
live, and so is the part of a month at either end of a period (progress/reports/many.py). The sums of an office serve as
long as its chain of events ends where it ended when they were made; an office whose chain has moved on is counted live
until the job has followed (docs/decisions/0015)."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Min, OuterRef, Q, Subquery
from django.db.models.functions import TruncMonth
from django.utils import timezone

from documents.models import Assignment, ChainHead, Document, Event, Outgoing, Task
from documents.response_deadlines import Clock
from orgs.calendar import Calendar
from progress.models import Counted, MonthCount
from progress.reports import papers_in, papers_out, work
from progress.reports.periods import DAY, first_of_next, stretch
from progress.reports.report import Question, Report, columns_of, counts_in

RULES = 2  # raised when what a column counts is changed: everything is counted anew
BEHIND = 25  # so many offices that have moved on are counted live; beyond, the sums serve until the job has followed
ANEW = timedelta(days=1)  # what was changed by hand, past every act, shows after that


@dataclass(frozen=True)
class Kept:
    """A report whose finished rows are kept. `running`: those that are not; `moment`: what any row's day is taken from."""

    report: Report
    running: Q
    moment: str


KEPT = {
    one.report.name: one
    for one in (
        Kept(papers_in.REPORT, papers_in.OPEN, "sorted_at"),
        Kept(papers_out.PAPERS_OUT, papers_out.NOT_OUT, "counted_at"),
        Kept(work.REPORT, work.OPEN, "created_at"),
    )
}


@dataclass(frozen=True)
class Standing:
    """Which offices are read from their sums, and which are counted live."""

    kept: tuple[int, ...]
    live: tuple[int, ...]
    late: int = 0  # of `kept`, those that have moved on since: too many to be counted while somebody waits


def standing(question: Question, *, whole: bool = False) -> Standing:
    """`whole`: nobody waits for it, so every office that has moved on is counted live. One query."""
    heads = ChainHead.objects.filter(organisation__in=question.offices).annotate(
        counted=Subquery(Counted.objects.filter(pk=OuterRef("pk")).values("seq")),
        basis=Subquery(Counted.objects.filter(pk=OuterRef("pk")).values("basis")),
    )
    basis, kept, moved, never = basis_of(question.calendar), [], [], []
    for key, seq, counted, theirs in heads.values_list("pk", "seq", "counted", "basis"):
        (kept if (counted, theirs) == (seq, basis) else moved if theirs == basis else never).append(key)
    # Whoever was never counted has no sums to be read from.
    most = None if whole else BEHIND
    live = (never + moved)[:most]
    late = (never + moved)[len(live) :]
    return Standing(tuple(kept + late), tuple(live), len(late))


def follow(*, at: datetime, calendar: Calendar) -> int:
    """Counts the offices whose chains have moved since they were counted, each in its own transaction. How many."""
    heads = ChainHead.objects.annotate(
        counted=Subquery(Counted.objects.filter(pk=OuterRef("pk")).values("seq")),
        basis=Subquery(Counted.objects.filter(pk=OuterRef("pk")).values("basis")),
        whole_at=Subquery(Counted.objects.filter(pk=OuterRef("pk")).values("whole_at")),
    ).values_list("pk", "seq", "counted", "basis", "whole_at")
    done = 0
    for key, seq, counted, basis, whole_at in list(heads):
        anew = basis != basis_of(calendar) or whole_at < at - ANEW
        if anew or counted != seq:
            count_office(key, anew=anew, at=at, calendar=calendar)
            done += 1
    return done


@transaction.atomic
def count_office(organisation_id: int, *, anew: bool, at: datetime, calendar: Calendar) -> None:
    """Makes the sums of an office as its papers stand: of the months its new events speak of, or of all."""
    Counted.objects.bulk_create(
        [Counted(organisation_id=organisation_id, seq=0, basis="", whole_at=at)], ignore_conflicts=True
    )
    mark = Counted.objects.select_for_update().get(pk=organisation_id)
    # The end of the chain first: what is read after it is at least as new.
    end = ChainHead.objects.values_list("seq", flat=True).get(pk=organisation_id)
    everything = anew or mark.basis != basis_of(calendar)
    _count(organisation_id, None if everything else _months(organisation_id, mark.seq, end), at, calendar)
    mark.seq, mark.basis = end, basis_of(calendar)
    mark.whole_at = at if everything else mark.whole_at
    mark.save(update_fields=["seq", "basis", "whole_at"])


def _months(organisation_id: int, after: int, until: int) -> set[date]:
    """The months under which the papers of those events, and their tasks, are counted."""
    events = Event.objects.filter(organisation=organisation_id, seq__gt=after, seq__lte=until)
    papers = list(events.exclude(document=None).order_by().values_list("document", flat=True).distinct())
    tasks = list(events.exclude(task=None).order_by().values_list("task", flat=True).distinct())
    found: set[datetime | None] = set()
    for rows, moment in (
        (Document.objects.filter(pk__in=papers), "sorted_at"),
        (Outgoing.objects.filter(pk__in=papers), "issued_at"),
        (Assignment.objects.filter(incoming__in=papers), "created_at"),
        (Assignment.objects.filter(task__in=tasks), "created_at"),
    ):
        found |= set(rows.order_by().values_list(TruncMonth(moment), flat=True).distinct())
    return {timezone.localdate(month) for month in found - {None}}


def _count(organisation_id: int, months: set[date] | None, at: datetime, calendar: Calendar) -> None:
    if months is not None and not months:
        return
    old = MonthCount.objects.filter(organisation=organisation_id)
    (old if months is None else old.filter(month__in=months)).delete()
    today = timezone.localdate(at)
    first = min(months) if months else _first_day(organisation_id) or today
    last = first_of_next(max(months) if months else today) - DAY
    question = Question((organisation_id,), stretch(first, last), at, today, today, Clock(at, calendar, 0))
    rows = []
    for kept in KEPT.values():
        base = (
            kept.report.rows_for(question, None).exclude(kept.running).annotate(month=TruncMonth(kept.moment))
        )
        for found in base.order_by().values("month").annotate(**columns_of(kept.report, question)):
            month = timezone.localdate(found["month"])
            rows += [
                MonthCount(
                    report=kept.report.name, measure=name, organisation_id=organisation_id, month=month, count=count
                )
                for name, count in counts_in(kept.report, found).items()
                if count and (months is None or month in months)
            ]  # fmt: skip
    MonthCount.objects.bulk_create(rows, batch_size=5000)


def _first_day(organisation_id: int) -> date | None:
    found = [
        model.objects.filter(organisation=organisation_id).aggregate(at=Min("created_at"))["at"]
        for model in (Document, Task)
    ]
    first = min((at for at in found if at), default=None)
    return timezone.localdate(first) if first else None


def basis_of(calendar: Calendar) -> str:
    """What the sums rest on beside the papers: the rules of the columns, and the days off."""
    days = ",".join(f"{day}{'+' if worked else '-'}" for day, worked in sorted(calendar.days.items()))
    return hashlib.sha256(f"{RULES}|{days}".encode()).hexdigest()
