"""How much lies in the boxes of a post: counted by one statement, and remembered until the office's next event."""

from collections.abc import Iterable
from datetime import date
from functools import cache

from django.core.exceptions import EmptyResultSet
from django.db import connection

from documents.boxes import SECTIONS, Box, Moment, boxes_for
from documents.memory import memory_of
from orgs.calendar import Calendar
from orgs.models import Post, User
from ui.once import once

UP_TO = 1000  # beyond this the exact number helps nobody and costs a scan
# They grow for ever and ask for nothing.
UNCOUNTED = frozenset(
    {"all", "completed", "rejected", "recalled", "issued", "revoked", "done", "answered", "ended"}
)


@once
def counts_of(post: Post, now: Moment) -> dict[tuple[str, str], int]:
    """By section and box, up to `UP_TO` + 1; the boxes that only grow are not among them."""
    memory = memory_of(post)
    names = tuple(
        (section, box.name)
        for section in SECTIONS
        for box in boxes_for(post, section)
        if box.name not in UNCOUNTED
    )
    # The names are asked for too: another release has other boxes.
    name = f"counts {now.today} {now.soon} {' '.join(map('.'.join, names))}"
    return dict(zip(names, memory.get(name, lambda: _counted(post, now, names)), strict=True))


def shown(count: int) -> int | str:
    """As it stands on a page."""
    return count if count <= UP_TO else f"{UP_TO}+"


# Twenty queries are built and compiled by Django in the time that a whole page may take. They differ from one post to
# another of its kind in keys and days alone: so they are compiled once, for a post of marks, and the marks exchanged.
# A box may therefore look at nothing of a post but these, and not at the hour.
_POST, _ORGANISATION, _UNIT, _USER, _OPERATOR = range(9 * 10**18, 9 * 10**18 + 5)
_TODAY, _SOON = date(1, 1, 1), date(1, 1, 2)


class _Marked(Moment):
    soon = _SOON


def _counted(post: Post, now: Moment, names: tuple) -> list[int]:
    sql, params = _statement(
        post.role, post.head, post.unit_id is None, post.in_person, post.lent_kinds, names
    )
    meant = {
        _POST: post.pk, _ORGANISATION: post.organisation_id, _UNIT: post.unit_id, _USER: post.user_id,
        _OPERATOR: post.operator.pk, _TODAY: now.today, _SOON: now.soon,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(sql, [meant.get(value, value) for value in params])
        return list(cursor.fetchone())


@cache
def _statement(
    role: str, head: bool, no_unit: bool, in_person: bool, lent_kinds: tuple[str, ...], names: tuple
) -> tuple[str, list]:
    """For a post of that kind and these of its boxes; with marks where the post and the day come."""
    post = Post(
        pk=_POST, organisation_id=_ORGANISATION, unit_id=None if no_unit else _UNIT, user_id=_USER, role=role, head=head
    )  # fmt: skip
    post.lent_kinds = lent_kinds
    post.used_by(User(pk=_USER if in_person else _OPERATOR))
    boxes = [box for section, name in names for box in SECTIONS[section] if box.name == name]
    return _joined(boxes, post, _Marked(_TODAY, Calendar()))


def _joined(boxes: Iterable[Box], post: Post, now: Moment) -> tuple[str, list]:
    parts, params = [], []
    for box in boxes:
        try:
            query = box.query(post, now).order_by().values("pk")[: UP_TO + 1].query
            sql, values = query.sql_with_params()
        except EmptyResultSet:
            sql, values = "SELECT 1 WHERE false", ()
        parts.append(f"(SELECT count(*) FROM ({sql}) AS counted)")
        params += values
    return f"SELECT {', '.join(parts)}", params
