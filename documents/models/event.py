"""What happened, for ever. The database chains the rows by hash and refuses to change or delete them
(migration 0002); decree 30 Phụ lục VI III.5 asks for the whole history of handling and access."""

from collections.abc import Iterator

from django.db import connection, models

from documents.chain import Link
from orgs.models import Organisation, Post, User

_AS_HASHED = """seq, prev_hash, organisation_id, coalesce(document_id, 0), kind, coalesce(post_id, 0),
    coalesce(user_id, 0), extract(epoch FROM at)::numeric(20, 6)::text, payload::text, hash"""


class EventQuerySet(models.QuerySet):
    def broken_links(self, organisation_id: int) -> list[int]:
        """The sequence numbers at which an organisation's chain no longer holds; empty when it is whole."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT seq FROM documents_broken_links(%s)", [organisation_id])
            return [row[0] for row in cursor.fetchall()]

    def altered(self) -> list[int]:
        """The numbers of those events of this query that are no longer what their own hash says. A few thousand at most: whole
        chains are followed by `links`."""
        keys = list(self.values_list("pk", flat=True))
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {_AS_HASHED} FROM documents_event WHERE id = ANY(%s)", [keys])
            links = [Link(*row) for row in cursor.fetchall()]
        return sorted(link.seq for link in links if link.computed() != link.hash)

    def links(self, organisation_id: int) -> Iterator[Link]:
        """An organisation's events as they were hashed, in order and never all at once; inside a transaction."""
        with connection.chunked_cursor() as cursor:
            cursor.execute(
                f"SELECT {_AS_HASHED} FROM documents_event WHERE organisation_id = %s ORDER BY seq",
                [organisation_id],
            )
            while rows := cursor.fetchmany(2000):
                yield from (Link(*row) for row in rows)


class Event(models.Model):
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="events")
    document = models.ForeignKey("documents.Document", models.PROTECT, null=True, related_name="events")
    # The payload says which, too (`of_task`), and the payload is in the hash; the database keeps both the same.
    task = models.ForeignKey(
        "documents.Task", models.PROTECT, null=True, related_name="events", db_index=False
    )
    kind = models.CharField(max_length=30)
    post = models.ForeignKey(Post, models.PROTECT, null=True)  # empty: the system itself
    user = models.ForeignKey(User, models.PROTECT, null=True)  # whose hands; differs under delegation
    at = models.DateTimeField()
    payload = models.JSONField(default=dict)
    seq = models.BigIntegerField(default=0, editable=False)
    prev_hash = models.CharField(max_length=64, default="", editable=False)
    hash = models.CharField(max_length=64, default="", editable=False)

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["organisation", "seq"], name="event_seq_once")]
        indexes = [
            models.Index(fields=["document", "id"], name="event_of_document"),
            models.Index(fields=["task", "id"], name="event_of_task", condition=~models.Q(task=None)),
            # Acts of administration speak of no paper and no task: a few among millions, by organisation and of all.
            models.Index(
                fields=["organisation", "-id"],
                name="event_of_nothing",
                condition=models.Q(document=None, task=None),
            ),
            models.Index(
                fields=["-id"], name="event_of_nothing_at_all", condition=models.Q(document=None, task=None)
            ),
        ]

    def __str__(self):
        return f"{self.kind} {self.at:%d/%m/%Y %H:%M}"


class ChainHead(models.Model):
    """The end of an organisation's chain; only the database's own trigger writes it."""

    organisation = models.OneToOneField(Organisation, models.PROTECT, primary_key=True)
    seq = models.BigIntegerField()
    hash = models.CharField(max_length=64)
