"""A question that every page asks: put into SQL by Django once in a process, afterwards only its values are exchanged.

To put such a statement together takes Django ten times as long as to ask it.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.backends.utils import CursorWrapper
from django.db.models import Model, QuerySet
from django.db.models.query import get_related_populators


class Ready:
    """`make` gives a query set from a mark in the place of each value (whole numbers, words, days, moments): it compares
    with them, and does not look at them."""

    def __init__(self, make: Callable[..., QuerySet]):
        self._make = make
        self._statement = lru_cache(maxsize=8)(self._put)

    def rows(self, *values: Any) -> list[tuple]:
        """Of a query set with `values_list`."""
        return list(self._statement(tuple(map(type, values))).asked(values))

    def objects(self, *values: Any) -> list[Model]:
        """Of any other, with what it joins and annotates; what it would prefetch is not read."""
        statement = self._statement(tuple(map(type, values)))
        return [statement.built(row) for row in statement.asked(values)]

    def _put(self, kinds: tuple[type, ...]) -> "_Statement":
        marks = [_MARKS[kind](number) for number, kind in enumerate(kinds)]
        return _Statement(self._make(*marks), marks)


class _Statement:
    """What Django keeps of a query set while it asks it (ModelIterable, SQLCompiler.results_iter), kept for good."""

    def __init__(self, queryset: QuerySet, marks: list):
        self._compiler = compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
        self._sql, params = compiler.as_sql()
        self._params = [(marks.index(one), None) if one in marks else (None, one) for one in params]
        self._converters = compiler.get_converters([column for column, *_ in compiler.select])
        if compiler.klass_info:
            places = compiler.klass_info["select_fields"]
            self._own = slice(places[0], places[-1] + 1)
            self._model = compiler.klass_info["model"]
            self._names = [column.target.attname for column, *_ in compiler.select[self._own]]
            self._joined = get_related_populators(compiler.klass_info, compiler.select, DEFAULT_DB_ALIAS)
            self._annotated = list((compiler.annotation_col_map or {}).items())

    def asked(self, values: tuple) -> Iterable:
        with _cursor() as cursor:
            cursor.execute(
                self._sql, [one if place is None else values[place] for place, one in self._params]
            )
            rows = cursor.fetchall()
        return self._compiler.apply_converters(rows, self._converters) if self._converters else rows

    def built(self, row: tuple | list) -> Model:
        one = self._model.from_db(DEFAULT_DB_ALIAS, self._names, row[self._own])
        for join in self._joined:
            join.populate(row, one)
        for name, place in self._annotated:
            setattr(one, name, row[place])
        return one


def _cursor() -> CursorWrapper:
    """One whose statements the server keeps planned: to plan whose posts one may use takes it eight times as long as to
    find them. Django's own put the values into the text, so the server knows none of them again; but it tells them in
    full to whoever looks at statements."""
    if connection.queries_logged:
        return connection.cursor()
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    with connection.wrap_database_errors:
        return connection._prepare_cursor(ServerBindingCursor(connection.connection))


# What stands in no statement but as a mark.
_MARKS: dict[type, Callable[[int], Any]] = {
    int: lambda number: 9 * 10**18 + 1000 + number,
    str: lambda number: f"mark {number} of a statement that is ready",
    date: lambda number: date(1, 2, 1 + number),
    datetime: lambda number: datetime(1, 2, 1 + number, tzinfo=UTC),
}
