"""What a report is: rows of one base, told apart by groups, counted by measures. A figure and its list are the same
base under the same rule, so they agree."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import reduce

from django.db.models import Aggregate, Count, Q, QuerySet, Sum

from documents.response_deadlines import Clock
from orgs.calendar import Calendar
from progress.reports.periods import Period, midnight
from ui.text import sort_key

NONE = "-"  # in an address: the row of what has no unit, no person


@dataclass(frozen=True)
class Question:
    """What is asked: of which offices, over which period, as things stand at `now`."""

    offices: tuple[int, ...]
    period: Period
    now: datetime
    today: date
    soon: date  # the last day that still counts as "sắp đến hạn"
    clock: Clock

    @property
    def calendar(self) -> Calendar:
        return self.clock.calendar

    @property
    def week_end(self) -> date:
        """The Sunday of this week."""
        return self.today + timedelta(days=6 - self.today.weekday())

    def calendar_back(self, days: int) -> datetime:
        """The beginning of the day so many working days ago."""
        return midnight(self.calendar.add(self.today, -days))


@dataclass(frozen=True)
class Measure:
    """One column. `rule`: which of the base's rows it counts; `tone` is its colour, always beside its word."""

    name: str
    label: str
    rule: Callable[[Question], Q]
    tone: str = ""
    part: bool = False  # one of the classes that together make the whole: drawn in the chart


@dataclass(frozen=True)
class Grouping:
    """Rows by whom or what. `key`: the field that tells them apart; `fields`: what their names are made of."""

    name: str
    label: str
    key: str
    fields: tuple[str, ...] = ()
    words: Callable[[Sequence], str] = lambda values: str(values[0])
    none: str = "Chưa rõ"
    # Names people, so it is shown inside their own office alone.
    people: bool = False
    text: bool = False  # the key is a word, not a number


@dataclass(frozen=True)
class Ratio:
    """A share of what is counted, in per cent: of `of` together, `part` together; nothing where there is nothing to
    divide by."""

    label: str
    part: tuple[str, ...]
    of: tuple[str, ...]
    unit: str = "%"

    def of_line(self, counts: dict[str, int], question: Question) -> float | None:
        whole = sum(counts[name] for name in self.of)
        return 100 * sum(counts[name] for name in self.part) / whole if whole else None


@dataclass(frozen=True)
class Estimate:
    """What is reckoned from the counts of a row, not counted itself."""

    label: str
    reckon: Callable[[dict[str, int], Question], float | None]
    unit: str = ""

    def of_line(self, counts: dict[str, int], question: Question) -> float | None:
        return self.reckon(counts, question)


@dataclass(frozen=True)
class Report:
    name: str
    number: str  # in the list of law-and-practice §4.7
    title: str
    hint: str
    noun: str  # what is counted: "văn bản"
    base: Callable[[Question], QuerySet]
    measures: tuple[Measure, ...]
    groupings: tuple[Grouping, ...]
    rows: str  # which kind of list a figure opens: incoming, outgoing, work, deliveries
    newest: str = "sorted_at"  # what that list is ordered by
    ascending: bool = False
    ratios: tuple[Ratio | Estimate, ...] = ()
    averages: dict[str, str] = field(
        default_factory=dict
    )  # label → a duration of the base's rows, shown in hours
    # The same rows without what only the names of some of their groups need.
    bare: Callable[[Question], QuerySet] | None = None
    timeless: bool = False  # as things stand now, whatever the period
    missing: str = ""  # what the law asks for beside, and why it is not here: one sentence on the page

    def rows_for(self, question: Question, grouping: Grouping | None) -> QuerySet:
        """Its base, as bare as that way to tell rows apart allows."""
        light = self.bare is not None and (grouping is None or grouping.name == "organisation")
        return self.bare(question) if light else self.base(question)

    def measure(self, name: str) -> Measure | None:
        return next((one for one in self.measures if one.name == name), None)

    def grouping(self, name: str, *, inside: bool) -> Grouping:
        """The one asked for, else the first that may be shown."""
        found = self.shown_groupings(inside=inside)
        return next((one for one in found if one.name == name), found[0])

    def shown_groupings(self, *, inside: bool) -> list[Grouping]:
        """`inside`: it is one's own office alone that is looked at, which is one row of a table of offices."""
        shown = [
            one
            for one in self.groupings
            if not ((inside and one.name == "organisation") or (one.people and not inside))
        ]
        return shown or list(self.groupings)

    def counts(self) -> list[str]:
        return [one.name for one in self.measures]


@dataclass
class Line:
    """One row of a report: its name, its key in an address, and what was counted."""

    label: str
    key: str
    counts: dict[str, int]
    spent: dict[str, tuple[timedelta, int]] = field(default_factory=dict)  # in all, over how many

    def in_order(self) -> tuple:
        """By name; what has none comes last."""
        return self.key == NONE, sort_key(self.label)

    @property
    def averages(self) -> dict[str, float | None]:
        """In hours."""
        return {
            label: total.total_seconds() / 3600 / over if over else None
            for label, (total, over) in self.spent.items()
        }


def lines(report: Report, question: Question, grouping: Grouping) -> list[Line]:
    """The report's rows, in order of their names. One query."""
    names = {grouping.key, *grouping.fields}
    rows = report.rows_for(question, grouping)
    found = rows.order_by().values(*sorted(names)).annotate(**columns_of(report, question))
    made: dict[str, Line] = {}
    for row in found:
        line = _line(report, row, *_named(grouping, row))
        if any(line.counts.values()):
            made[line.key] = _joined(made[line.key], line) if line.key in made else line
    return sorted(made.values(), key=Line.in_order)


def lines_in_parts(
    report: Report, question: Question, grouping: Grouping, parts: list[tuple[int, ...]]
) -> Iterator[list[Line]]:
    """The same as `lines`, some offices after the others, each time with what was found up to there."""
    made: dict[str, Line] = {}
    for offices in parts:
        for line in lines(report, replace(question, offices=offices), grouping):
            made[line.key] = _joined(made[line.key], line) if line.key in made else line
        yield sorted(made.values(), key=Line.in_order)


def listed(
    report: Report, question: Question, measure: Measure, grouping: Grouping | None, key: str
) -> QuerySet:
    """The rows behind one figure; of the whole column without a grouping."""
    rows = report.rows_for(question, grouping).filter(measure.rule(question))
    if grouping is None:
        return rows
    if key == NONE:
        return rows.filter(Q(**{grouping.key: ""}) if grouping.text else Q(**{grouping.key: None}))
    return rows.filter(**{grouping.key: key})


def named(report: Report, question: Question, grouping: Grouping, key: str) -> str:
    """The name of a row; empty for one that is not there. At most one query."""
    if key == NONE:
        return grouping.none
    rows = report.base(question).order_by().filter(**{grouping.key: key})
    row = rows.values(grouping.key, *(name for name in grouping.fields if name != grouping.key)).first()
    return _named(grouping, row)[0] if row else ""


def whole(report: Report, question: Question) -> Line:
    """The last row: everything together. One query."""
    row = report.rows_for(question, None).order_by().aggregate(**columns_of(report, question))
    return _line(report, row, "Tổng cộng", "")


def together(report: Report, lines: list[Line]) -> Line:
    """The same from rows that are counted already: no row of the base is in two of them."""
    nothing = dict.fromkeys(report.averages, (timedelta(), 0))
    return reduce(_joined, lines, Line("Tổng cộng", "", dict.fromkeys(report.counts(), 0), nothing))


def valid(grouping: Grouping, key: str) -> bool:
    """Whether an address may name such a row."""
    if key == NONE:
        return True
    if grouping.text:
        return 0 < len(key) <= 200 and "\x00" not in key
    return key.isascii() and key.isdigit() and len(key) < 19


def columns_of(report: Report, question: Question) -> dict[str, Aggregate]:
    """For `annotate` and `aggregate`; `counts_in` reads what they give."""
    columns: dict[str, Aggregate] = {
        f"count_{one.name}": Count("pk", filter=one.rule(question)) for one in report.measures
    }
    for n, name in enumerate(report.averages.values()):
        columns |= {f"spent_{n}": Sum(name), f"over_{n}": Count(name)}
    return columns


def _named(grouping: Grouping, row: dict) -> tuple[str, str]:
    key = row[grouping.key]
    if key in (None, ""):
        return grouping.none, NONE
    return grouping.words([row[name] or "" for name in grouping.fields]), str(key)


def _line(report: Report, row: dict, label: str, key: str) -> Line:
    spent = {
        label: (row[f"spent_{n}"] or timedelta(), row[f"over_{n}"]) for n, label in enumerate(report.averages)
    }
    return Line(label, key, counts_in(report, row), spent)


def counts_in(report: Report, row: dict) -> dict[str, int]:
    return {name: row[f"count_{name}"] for name in report.counts()}


def _joined(one: Line, other: Line) -> Line:
    """Rows of one key under two names, as after a change of name, are one row."""
    counts = {name: one.counts[name] + other.counts[name] for name in one.counts}
    spent = {
        label: (total + other.spent[label][0], over + other.spent[label][1])
        for label, (total, over) in one.spent.items()
    }
    return Line(one.label, one.key, counts, spent)
