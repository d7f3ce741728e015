"""How far each office's history has been told. The numbers of a chain have no gap and commit in order
(documents/migrations/0003: the chain's row is held until the commit), so that nothing is ever behind the bookmark."""

from django.db import connection, models
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.expressions import RawSQL

from documents.models import ChainHead, Event
from orgs.models import Organisation


class Bookmark(models.Model):
    organisation = models.OneToOneField(Organisation, models.CASCADE, primary_key=True, related_name="+")
    seq = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = "dấu đọc lịch sử"

    def __str__(self):
        return f"{self.organisation_id}: {self.seq}"


_OPEN = """
INSERT INTO progress_bookmark (organisation_id, seq)
SELECT organisation_id, 0 FROM documents_chainhead h
WHERE NOT EXISTS (SELECT FROM progress_bookmark b WHERE b.organisation_id = h.organisation_id)
ON CONFLICT DO NOTHING
"""
_NEXT = """
SELECT e.id FROM unnest(%s::bigint[], %s::bigint[]) AS mark (office, seq)
CROSS JOIN LATERAL (
  SELECT id FROM documents_event WHERE organisation_id = mark.office AND documents_event.seq > mark.seq
  ORDER BY documents_event.seq LIMIT %s
) e
"""


def open_bookmarks() -> None:
    """One for each office whose history has begun since."""
    with connection.cursor() as cursor:
        cursor.execute(_OPEN)


def behind(most: int) -> list[Bookmark]:
    """Those whose offices have events that nobody was told of yet, held until the transaction ends. What somebody else
    holds is passed over. One query."""
    end = ChainHead.objects.filter(organisation=OuterRef("organisation")).values("seq")
    marks = Bookmark.objects.select_for_update(skip_locked=True, of=("self",)).filter(seq__lt=Subquery(end))
    return list(marks.order_by("pk")[:most])


def next_events(marks: list[Bookmark], each: int) -> QuerySet[Event]:
    """The events after these bookmarks, so many of each office at most: one with a long history to be told does not
    keep the others waiting."""
    found = RawSQL(_NEXT, [[mark.pk for mark in marks], [mark.seq for mark in marks], each])
    return Event.objects.filter(pk__in=found).order_by("organisation", "seq")
