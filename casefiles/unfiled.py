"""Papers in no file: those that came and were settled, those that left; as one number with its list, by unit (archive.md §7)."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import CharField, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from casefiles.models import Item
from casefiles.ratio import NO_UNIT
from documents.access import FALLEN
from documents.models import Assignment, Incoming, Outgoing
from orgs.models import Post, Unit

_FILED = Exists(Item.objects.filter(document=OuterRef("pk"), removed_at=None))
# The unit that leads a paper: of the last task that was given first, the unit's own or that of whoever has it.
_LEADS = Assignment.objects.filter(incoming=OuterRef("pk"), parent=None, role=Assignment.Role.LEAD)
_LEADS = _LEADS.exclude(state__in=FALLEN).order_by("-pk")
_LED_BY = Subquery(_LEADS.values(found=Coalesce("unit", "assignee__unit"))[:1])


@dataclass
class Filing:
    """Of the office or a unit: how many papers were settled or issued in the period, and how many of these lie in no file."""

    label: str
    query: str
    came: int = 0
    came_unfiled: int = 0
    left: int = 0
    left_unfiled: int = 0

    @property
    def all(self) -> int:
        return self.came + self.left

    @property
    def missing(self) -> int:
        return self.came_unfiled + self.left_unfiled


def settled(post: Post, since: date, until: date) -> QuerySet:
    """Papers that came and were settled in the period, each with the unit that led it."""
    found = Incoming.objects.filter(
        organisation=post.organisation_id, state="completed", **_within("held_since", since, until)
    )
    return found.annotate(unit=_LED_BY)


def issued(post: Post, since: date, until: date) -> QuerySet:
    """Papers that left in the period, each with the unit that drafted it."""
    found = Outgoing.objects.filter(
        organisation=post.organisation_id, state="issued", **_within("issued_at", since, until)
    )
    return found.annotate(unit=F("drafter__unit"))


def unfiled(papers: QuerySet, unit: str = "") -> QuerySet:
    """Of these, the ones in no file; of one unit, 0 for those of none. Raises ValueError for what is no number."""
    found = papers.filter(~_FILED)
    if unit:
        found = found.filter(unit=int(unit)) if int(unit) else found.filter(unit=None)
    return found


def filing(post: Post, since: date, until: date) -> list[Filing]:
    """The whole, then the units by name. Two queries."""
    names = dict(Unit.objects.filter(organisation=post.organisation_id).values_list("pk", "name"))
    whole, units = Filing("Cả cơ quan", ""), {}
    rows = _counts(settled(post, since, until), "came").union(
        _counts(issued(post, since, until), "left"), all=True
    )
    for way, unit, number, missing in rows:
        line = units.setdefault(unit, Filing(names.get(unit, NO_UNIT), f"unit={unit or 0}"))
        for one in (whole, line):
            setattr(one, way, getattr(one, way) + number)
            setattr(one, f"{way}_unfiled", getattr(one, f"{way}_unfiled") + missing)
    return [whole, *sorted(units.values(), key=lambda one: one.label)]


def _counts(papers: QuerySet, way: str) -> QuerySet:
    """By unit: how many, and how many in no file."""
    rows = papers.annotate(way=Value(way, CharField()), filed=_FILED).values("way", "unit").order_by()
    rows = rows.annotate(number=Count("pk"), missing=Count("pk", filter=Q(filed=False)))
    return rows.values_list("way", "unit", "number", "missing")


def _within(name: str, since: date, until: date) -> dict:
    return {f"{name}__gte": _midnight(since), f"{name}__lt": _midnight(until + timedelta(days=1))}


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
