"""The ratio 90/80/60 out of the rows: by office, unit and month, each figure with the list it counts (archive.md §7).

The rows say what was found at closing (casefiles/counting.py); nothing is reckoned anew, so a figure and its list are one.
"""

import csv
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path

from django.db.models import Count, Exists, OuterRef
from django.db.models.functions import TruncMonth
from django.utils import timezone

from casefiles import counting
from casefiles.models import CaseFile, Item, SecretCount
from documents.models import Incoming
from orgs.models import Organisation, Post

_TIER_OF = {"so_ban_nganh": "thanh_pho", "don_vi": "thanh_pho"}
FIGURES = ("all", *CaseFile.Counted.values)


@dataclass(frozen=True)
class Target:
    tier: str
    percent: int
    since: date
    until: date | None
    source: str


@dataclass
class Line:
    """Of one unit, month or office: how many ended, and how each counts."""

    label: str
    query: str  # of the list behind each figure, without the figure
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(CaseFile.Counted.values, 0))

    @property
    def all(self) -> int:
        return sum(self.counts.values())

    @property
    def online(self) -> int:
        return self.counts[CaseFile.Counted.ONLINE]

    @property
    def ratio(self) -> str:
        return counting.said(self.online, self.all)


@cache
def targets() -> tuple[Target, ...]:
    """The thresholds by date, each with where it is written (casefiles/data/online_targets.csv)."""
    with (Path(__file__).parent / "data/online_targets.csv").open(encoding="utf-8", newline="") as rows:
        return tuple(
            Target(
                row["tier"], int(row["percent"]), date.fromisoformat(row["valid_from"]),
                date.fromisoformat(row["valid_to"]) if row["valid_to"] else None, row["source"],
            )
            for row in csv.DictReader(rows)
        )  # fmt: skip


def target_for(office: Organisation, day: date) -> Target | None:
    tier = _TIER_OF.get(office.kind, office.kind)
    return next(
        (
            one
            for one in targets()
            if one.tier == tier and one.since <= day and (one.until is None or day < one.until)
        ),
        None,
    )


def ended(since: date, until: date):
    """Files whose work ended in the period."""
    return CaseFile.objects.filter(ended_on__gte=since, ended_on__lte=until)


def lines(post: Post, since: date, until: date) -> dict[str, list[Line]]:
    """Of one's own office: the whole, its units, the months. One query."""
    found = (
        ended(since, until).filter(organisation=post.organisation_id)
        .annotate(month=TruncMonth("ended_on"))
        .values("month", "unit", "unit__name", "counted").order_by("month", "unit__name")
        .annotate(number=Count("pk"))
    )  # fmt: skip
    whole, units, months = Line("Cả cơ quan", ""), {}, {}
    for row in found:
        unit = units.setdefault(
            row["unit"], Line(row["unit__name"] or "Lãnh đạo, văn thư", f"unit={row['unit'] or 0}")
        )
        month = months.setdefault(
            row["month"], Line(f"Tháng {row['month']:%m/%Y}", f"month={row['month']:%Y-%m}")
        )
        for line in (whole, unit, month):
            line.counts[row["counted"]] += row["number"]
    return {"whole": [whole], "units": list(units.values()), "months": list(months.values())}


def offices(since: date, until: date) -> list[Line]:
    """Every office of the city, for whoever steers it: figures and names of offices, no file. One query."""
    found = (
        ended(since, until).filter(organisation__external=False)
        .values("organisation", "organisation__name", "organisation__order_key", "counted")
        .order_by("organisation__order_key", "organisation").annotate(number=Count("pk"))
    )  # fmt: skip
    rows: dict[int, Line] = {}
    for row in found:
        line = rows.setdefault(row["organisation"], Line(row["organisation__name"], ""))
        line.counts[row["counted"]] += row["number"]
    return list(rows.values())


def of_figure(post: Post, since: date, until: date, figure: str, *, unit: str = "", month: str = ""):
    """The files behind one figure of one's own office: as many as it says."""
    found = ended(since, until).filter(organisation=post.organisation_id)
    if figure in CaseFile.Counted.values:
        found = found.filter(counted=figure)
    if unit:
        found = found.filter(unit=int(unit)) if int(unit) else found.filter(unit=None)
    if month:
        first = date.fromisoformat(f"{month}-01")
        found = found.filter(ended_on__gte=first, ended_on__lt=_next_month(first))
    return found


def unfiled(post: Post, since: date, until: date):
    """Papers that came, were settled in the period, and lie in no file."""
    filed = Item.objects.filter(document=OuterRef("pk"), removed_at=None)
    return Incoming.objects.filter(
        organisation=post.organisation_id, state="completed", held_since__gte=_midnight(since),
        held_since__lt=_midnight(until + timedelta(days=1)),
    ).filter(~Exists(filed))  # fmt: skip


def secret(post: Post, since: date, until: date) -> int:
    found = SecretCount.objects.filter(
        organisation=post.organisation_id, month__gte=since.replace(day=1), month__lte=until
    )
    return sum(found.values_list("count", flat=True))


def splits(since: date, until: date) -> bool:
    """Whether the period spans a day on which thresholds change: then no one threshold holds for it."""
    return any(since < day <= until for one in targets() for day in (one.since, one.until) if day)


def _next_month(first: date) -> date:
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1)


def _midnight(day: date):
    return timezone.make_aware(datetime.combine(day, time()))
