"""The ratio 90/80/60 out of the rows: by office, unit and month, each figure with the list it counts (archive.md §7).

The rows say what was found at closing (casefiles/counting.py); nothing is reckoned anew, so a figure and its list are one.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Count, FilteredRelation, Q
from django.db.models.functions import TruncMonth

from casefiles import counting
from casefiles.models import CaseFile, FrozenFile, FrozenMonth, OnlineTarget, SecretCount
from orgs.models import Organisation, Post

_TIER_OF = {"so_ban_nganh": "thanh_pho", "don_vi": "thanh_pho"}
NO_UNIT = "Lãnh đạo, văn thư"
FIGURES = ("all", *CaseFile.Counted.values)


@dataclass
class Line:
    """Of one unit, month or office: how many ended, and how each counts."""

    label: str
    query: str  # of the list behind each figure, without the figure
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(CaseFile.Counted.values, 0))
    frozen: bool = False  # its counts are what the month said when it was closed
    corrections: dict[str, int] = field(default_factory=dict)  # what has changed since, where something has

    @property
    def all(self) -> int:
        return sum(self.counts.values())

    @property
    def online(self) -> int:
        return self.counts[CaseFile.Counted.ONLINE]

    @property
    def ratio(self) -> str:
        return counting.said(self.online, self.all)


def target_for(office: Organisation, day: date, targets: Iterable[OnlineTarget]) -> OnlineTarget | None:
    """Of these thresholds, the one of its tier that holds on a day."""
    tier = _TIER_OF.get(office.kind, office.kind)
    return next((one for one in targets if one.tier == tier and one.holds_on(day)), None)


def ended(since: date, until: date):
    """Files whose work ended in the period."""
    return CaseFile.objects.filter(ended_on__gte=since, ended_on__lte=until)


def lines(post: Post, since: date, until: date) -> dict[str, list[Line]]:
    """Of one's own office: the whole and its units as they are now; the months, those that were frozen as they were then, with
    what has changed since. Two queries."""
    found = (
        ended(since, until).filter(organisation=post.organisation_id)
        .annotate(month=TruncMonth("ended_on"))
        .values("month", "unit", "unit__name", "counted").order_by("month", "unit__name")
        .annotate(number=Count("pk"))
    )  # fmt: skip
    whole, units, months = Line("Cả cơ quan", ""), {}, {}
    for row in found:
        unit = units.setdefault(row["unit"], Line(row["unit__name"] or NO_UNIT, f"unit={row['unit'] or 0}"))
        month = months.setdefault(row["month"], _month(row["month"]))
        for line in (whole, unit, month):
            line.counts[row["counted"]] += row["number"]
    _freeze(months, post.organisation_id, since, until)
    return {
        "whole": [whole],
        "units": list(units.values()),
        "months": [months[day] for day in sorted(months)],
    }


def _month(first: date) -> Line:
    return Line(f"Tháng {first:%m/%Y}", f"month={first:%Y-%m}")


def _freeze(months: dict[date, Line], organisation: int, since: date, until: date) -> None:
    """Puts what whole months said when they were frozen in the place of what they say now."""
    own = FilteredRelation("figures", condition=Q(figures__organisation=organisation))
    rows = FrozenMonth.objects.filter(month__gte=since, month__lte=until).annotate(own=own)
    then: dict[date, Counter] = {}
    for month, *said in rows.values_list("month", *(f"own__{name}" for name in CaseFile.Counted.values)):
        if next_month(month) - timedelta(days=1) <= until:
            counts = {name: one or 0 for name, one in zip(CaseFile.Counted.values, said, strict=True)}
            then.setdefault(month, Counter()).update(counts)
    for month, counts in then.items():
        line = months.get(month)
        if line is None and not counts.total():
            continue
        line = months.setdefault(month, _month(month))
        said = {name: counts[name] for name in CaseFile.Counted.values}
        changed = {name: line.counts[name] - said[name] for name in said if line.counts[name] != said[name]}
        line.corrections = {"all": line.all - sum(said.values()), **changed} if changed else {}
        line.counts, line.frozen = said, True


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


def of_figure(
    post: Post, since: date, until: date, figure: str, *, unit: str = "", month: str = "", then: bool = False
):
    """The files behind one figure of one's own office: as many as it says. `then`: those of a frozen month as they counted when
    it was frozen."""
    found = CaseFile.objects.filter(organisation=post.organisation_id)
    if then and month:
        first = date.fromisoformat(f"{month}-01")
        kept = FrozenFile.objects.filter(month=first, organisation=post.organisation_id)
        if figure in CaseFile.Counted.values:
            kept = kept.filter(counted=figure)
        return found.filter(pk__in=kept.values("case"))
    found = found.filter(ended_on__gte=since, ended_on__lte=until)
    if figure in CaseFile.Counted.values:
        found = found.filter(counted=figure)
    if unit:
        found = found.filter(unit=int(unit)) if int(unit) else found.filter(unit=None)
    if month:
        first = date.fromisoformat(f"{month}-01")
        found = found.filter(ended_on__gte=first, ended_on__lt=next_month(first))
    return found


def secret(post: Post, since: date, until: date) -> int:
    found = SecretCount.objects.filter(
        organisation=post.organisation_id, month__gte=since.replace(day=1), month__lte=until
    )
    return sum(found.values_list("count", flat=True))


def splits(since: date, until: date, targets: Iterable[OnlineTarget]) -> bool:
    """Whether the period spans a day on which thresholds change: then no one threshold holds for it."""
    return any(since < day <= until for one in targets for day in (one.valid_from, one.valid_to) if day)


def next_month(first: date) -> date:
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1)
