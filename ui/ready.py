"""A question that every page asks: put into SQL by Django once in a process, afterwards only its values are exchanged.

To put such a statement together takes Django ten times as long as to ask it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache, partial
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Model, QuerySet


class Ready:
    """`make` gives a query set with `values_list` of columns, from a mark in the place of each value: it compares with
    them, and does not look at them."""

    def __init__(self, make: Callable[..., QuerySet]):
        self._make = make
        self._statement = lru_cache(maxsize=8)(self._put)

    def ask(self, *values: Any) -> list[tuple]:
        """The rows, for these values: whole numbers, words, days, moments."""
        sql, params, read = self._statement(tuple(map(type, values)))
        with connection.cursor() as cursor:
            cursor.execute(
                sql, [values[param.number] if type(param) is _Place else param for param in params]
            )
            rows = cursor.fetchall()
        return [_read(row, read) for row in rows] if read else rows

    def _put(self, kinds: tuple[type, ...]) -> tuple[str, list, dict[int, Callable]]:
        marks = [MARKS[kind](number) for number, kind in enumerate(kinds)]
        query = self._make(*marks).query
        sql, params = query.sql_with_params()
        read = {
            place: partial(column.output_field.from_db_value, expression=column, connection=connection)
            for place, column in enumerate(query.select)
            if hasattr(column.output_field, "from_db_value")
        }
        return sql, [_Place(marks.index(one)) if one in marks else one for one in params], read


@dataclass(frozen=True)
class _Place:
    number: int  # of the value that stands there


def _read(row: tuple, read: dict[int, Callable]) -> tuple:
    """With what Python reads first, as JSON, in the place of what the database gave."""
    return tuple(read[place](value) if place in read else value for place, value in enumerate(row))


# What stands in no statement but as a mark.
MARKS: dict[type, Callable[[int], Any]] = {
    int: lambda number: 9 * 10**18 + 1000 + number,
    str: lambda number: f"mark {number} of a statement that is ready",
    date: lambda number: date(1, 2, 1 + number),
    datetime: lambda number: datetime(1, 2, 1 + number, tzinfo=UTC),
}


@lru_cache(maxsize=100)
def columns(model: type[Model], where: str = "") -> tuple[str, ...]:
    """Every column of a model, for `values_list`; `where`: the way to it, as "unit__"."""
    return tuple(where + field.attname for field in model._meta.concrete_fields)


def made(model: type[Model], row: tuple) -> Model | None:
    """The object from its columns; None where a join found nothing."""
    return None if row[0] is None else model.from_db(DEFAULT_DB_ALIAS, columns(model), row)
