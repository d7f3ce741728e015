"""On one's own desk: what waits in the inboxes one looks after, and in whose place. One question for all of them."""

from datetime import date

from django.db.models import BigIntegerField, Case, CharField, F, QuerySet, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from documents.boxes import Moment
from documents.deadlines import due_words
from documents.memory import memory_of
from documents.models import Asked, Assignment, Incoming, Outgoing
from documents.models.document import address_of
from orgs.models import Business, Post

MOST = 30  # of all of them; the desk of each holds the rest
FAR = date(9999, 12, 31)
COLUMNS = ("what", "whose", "matter", "way", "subject", "due", "since")
PAGES = {"in": "incoming", "out": "outgoing", "task": "task"}
# Work is of a paper, or of a task without one.
OF_WORK = (
    Coalesce("incoming", "task", output_field=BigIntegerField()),
    Case(When(incoming=None, then=Value("task")), default=Value("in")),
    Coalesce("incoming__subject", "task__title", output_field=CharField()),
)


def lent_to_me(posts: list[Post], own: Post, now: Moment) -> list[dict]:
    """Each inbox that is lent to whoever works as `own`, with the nearest of what waits there. Empty while working in
    somebody's place, and of other organisations: one's post there shows those."""
    lent = [post for post in posts if not post.in_person and post.organisation_id == own.organisation_id]
    if not lent or not own.in_person:
        return []
    lending = ".".join(str(post.lending) for post in lent)
    rows = memory_of(own).fetch(f"lent.{lending}.{now.today}.{now.soon}", lambda: _rows(lent, now))
    return [
        {
            "post": post.pk,
            "name": str(post.user),
            "title": post.title,
            "until": post.lent_until,
            "kinds": post.lent_label.lower(),
            "rows": [row for row in rows if row["whose"] == post.pk],
        }
        for post in lent
    ]


def _rows(lent: list[Post], now: Moment) -> list[dict]:
    def keys(kind: str) -> list[int]:
        return [post.pk for post in lent if post.covers(kind)]

    wanted = [
        _values(_presented(keys(Business.DIRECTION)), "Chờ cho ý kiến", "holder", "pk", Value("in"), "subject", "due_on", "held_since"),
        _values(_tasks(keys(Business.WORK)), "Việc", "assignee", *OF_WORK, "due_on", "created_at"),
        _values(_asked(keys(Business.OPINIONS)), "Chờ cho ý kiến đóng góp", "post", "document", F("document__direction"), "document__subject", "consultation__due_on", "consultation__at"),
        _values(_checks(keys(Business.DRAFTS)), "Dự thảo chờ kiểm tra", "holder", "pk", Value("out"), "subject", "due_on", "held_since"),
    ]  # fmt: skip
    found = wanted[0].union(*wanted[1:], all=True)
    rows = [dict(zip(COLUMNS, row, strict=True)) for row in found]
    rows.sort(key=lambda row: (row["due"] or FAR, row["since"]))
    for row in rows:
        row["url"] = address_of(PAGES[row.pop("way")], row.pop("matter"))
        due = row.pop("due")
        row["due"] = due_words(due, now.today, now.calendar) if due else None
    return rows[:MOST]


def _presented(keys: list[int]) -> QuerySet:
    return Incoming.objects.filter(holder__in=keys, direction="in", state="awaiting_direction")


def _tasks(keys: list[int]) -> QuerySet:
    return Assignment.objects.filter(assignee__in=keys).unmarked().in_hand().exclude(role="info")


def _asked(keys: list[int]) -> QuerySet:
    return Asked.objects.filter(post__in=keys, state=Asked.State.WAITING).unmarked()


def _checks(keys: list[int]) -> QuerySet:
    return Outgoing.objects.filter(holder__in=keys, direction="out", state="in_review")


def _values(
    rows: QuerySet, what: str, whose: str, matter: str | Combinable, way: Combinable, subject: str | Combinable,
    due: str, since: str,
) -> QuerySet:  # fmt: skip
    """The nearest of one kind, in the columns of all."""
    ordered = rows.order_by(F(due).asc(nulls_last=True), since)[:MOST]
    return ordered.values_list(Value(what), whose, matter, way, subject, due, since)
