"""Which rule says by when an incoming paper is dealt with, and its reckoning. Reads only."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from documents.due.reckoning import Line, Pause, Reckoning, reckon
from documents.models import DuePause, DueRule, Extension, Incoming
from documents.models.due_rule import STARTS
from documents.response_deadlines import SPANS, moment_of
from orgs.calendar import Calendar
from orgs.law import cited
from orgs.models import DayOff
from ui.text import fold

OPENS = SPANS[0][0]


@dataclass(frozen=True)
class Matter:
    """What the rules look at. `since`: the moment it came."""

    organisation: int
    kind: str
    urgency: int
    subject: str
    since: datetime
    issued_on: date | None = None


@dataclass(frozen=True)
class Answer:
    """One rule, what it says and why."""

    rule: DueRule
    reckoning: Reckoning

    day: date  # on which the time began

    @property
    def basis(self) -> str:
        return basis_of(self.rule, self.day)


def basis_of(rule: DueRule, day: date | None = None) -> str:
    """What it rests on, as the law was called that day, today by default: "khoản 2 Điều 24 Nghị định …"."""
    return f"{rule.clause} {cited(f'{{{rule.law}}}', day)}" if rule.law else rule.clause


def matter_of(paper: Incoming, at: datetime) -> Matter:
    """Time begins when it came; where it came into the book on a later day, when the office opened that day. What is in no
    book yet comes into it now."""
    day = paper.arrival_date or timezone.localdate(at)
    since = paper.arrived_at if timezone.localdate(paper.arrived_at) == day else _opening(day)
    return Matter(
        paper.organisation_id, paper.kind, paper.urgency, paper.subject, since, issued_on=paper.issued_on
    )


def answers(
    matter: Matter, calendar: Calendar, *, pauses: list[Pause] | None = None, names: Mapping[date, str] | None = None
) -> list[Answer]:  # fmt: skip
    """Every rule that concerns it, the strictest first, of two alike the law's: so what an office sets counts only where it
    is stricter. One query."""
    day = timezone.localdate(matter.since)
    said = f" {fold(matter.subject)} "
    rules = [
        rule
        for rule in DueRule.objects.known_to(matter.organisation).on(day)
        if rule.kind in ("", matter.kind) and rule.urgency in (None, matter.urgency) and _named(rule.words, said)
    ]  # fmt: skip
    found = [
        Answer(rule, _reckoned(rule, matter, calendar, pauses or [], names or {}), day) for rule in rules
    ]
    return sorted(
        found, key=lambda one: (one.reckoning.due, one.rule.organisation_id is not None, one.rule.pk)
    )


def proposed(matter: Matter, calendar: Calendar) -> Answer | None:
    """What a form offers where no day is written yet."""
    return next(iter(answers(matter, calendar)), None)


def explained(paper: Incoming, calendar: Calendar, at: datetime) -> list[Answer]:
    """As `answers`, of a paper with its pauses and the names of the days off."""
    pauses = pauses_of(paper)
    names = dict(DayOff.objects.filter(working=False).values_list("date", "name"))
    return answers(matter_of(paper, at), calendar, pauses=pauses, names=names)


def granted(paper: Incoming) -> list[Line]:
    """More time that was given to whoever leads the work, in order."""
    rows = Extension.objects.filter(
        state="granted", assignment__incoming=paper, assignment__parent=None, assignment__role="lead"
    ).order_by("decided_at")
    return [
        Line("extension", f"Gia hạn từ {row.due_before:%d/%m/%Y} đến {row.due_granted:%d/%m/%Y}: {row.decided_by.user} đồng ý, lý do: {row.reason}")
        for row in rows.select_related("decided_by__user")
    ]  # fmt: skip


def pauses_of(paper: Incoming, but: DuePause | None = None) -> list[Pause]:
    return [
        Pause(row.first, row.last, f"{row.get_why_display().lower()}, {row.note}")
        for row in paper.due_pauses.all()
        if row != but and row.last >= row.first
    ]


def _reckoned(
    rule: DueRule, matter: Matter, calendar: Calendar, pauses: list[Pause], names: Mapping[date, str]
) -> Reckoning:
    by_its_day = rule.starts == "issued" and matter.issued_on is not None
    start = _opening(matter.issued_on) if by_its_day else matter.since
    return reckon(
        rule.count, rule.unit, start, calendar, said=STARTS["issued" if by_its_day else "arrived"], names=names,
        pauses=pauses if rule.pausable else [],
    )  # fmt: skip


def _named(words: str, said: str) -> bool:
    """Whether one of them stands in the subject, as whole words; none at all: every subject."""
    wanted = [fold(word) for word in words.split(",") if word.strip()]
    return not wanted or any(f" {word} " in said for word in wanted)


def _opening(day: date) -> datetime:
    return moment_of(day, OPENS)
