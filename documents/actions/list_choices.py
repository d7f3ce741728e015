"""What a person chooses for a list: kept, changed, read. Nobody else's, so no event tells of it.

Read on every page (the rail opens the list's first view), so what was read is remembered until the next change.
"""

import re
from collections.abc import Callable
from dataclasses import asdict, dataclass

from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import QueryDict

from documents.models import ListChoice
from orgs.models import User
from ui.once import once
from ui.ready import Ready
from ui.text import nfc

MOST = 20  # filters of one list
LONGEST_NAME, LONGEST_QUERY = 60, 800  # letters
REMEMBERED = 600  # seconds
# What makes a view of a list; where a page begins and what is made of it does not.
ASKS = (
    "box", "q", "kind", "urgency", "from", "to", "direction", "where", "issuer", "signer", "title", "sent_to", "answers", "language", "note",
    "issued_from", "issued_to", "arrived_from", "arrived_to", "due_from", "due_to", "arrival_from", "arrival_to", "pages_from", "pages_to",
    "order",
)  # fmt: skip


_OWN = re.compile(r"f\d{1,18}(_from|_to)?")  # the office's own fields (models/own_field.py)


@dataclass(frozen=True)
class Choice:
    """Of one list. `filters`: name and address' query, as they were saved; `first`: the name of one of them, or ""."""

    columns: tuple[str, ...] = ()
    filters: tuple[tuple[str, str], ...] = ()
    first: str = ""

    def query_of(self, name: str) -> str:
        """The query of the filter of that name; "" where there is none."""
        return dict(self.filters).get(name, "")


NONE = Choice()


@once
def choices_of(user: User) -> dict[str, Choice]:
    """By list; of a list that was left as it is, nothing."""
    found = cache.get_or_set(_key(user), lambda: _read(user), REMEMBERED)
    return {section: _choice(one) for section, one in found.items()}


def choice_of(user: User, section: str) -> Choice:
    return choices_of(user).get(section, NONE)


def meant(query: str) -> str:
    """An address' query as it is kept and compared: what makes the view, in one order."""
    asked = QueryDict(query[:4000])
    kept = QueryDict(mutable=True)
    for name in (*ASKS, *sorted(filter(_OWN.fullmatch, asked))):
        if value := asked.get(name, "").replace("\0", "").strip():
            kept[name] = value
    return kept.urlencode()


def choose_columns(user: User, section: str, columns: list[str]) -> None:
    """The names, in their order; none: as the house has them."""
    _change(user, section, lambda now: Choice(tuple(columns), now.filters, now.first))


def save_filter(user: User, section: str, *, name: str, query: str) -> None:
    """Keeps a view under a name; under a name that is there already, in its place.

    Raises ValidationError: no name, nothing to keep, or too many are kept.
    """
    name, query = _named(name), meant(query)
    if not query or len(query) > LONGEST_QUERY:
        raise ValidationError(
            "Chưa có điều kiện nào để lưu, hoặc điều kiện quá dài. Hãy lọc danh sách trước."
        )

    def saved(now: Choice) -> Choice:
        kept = dict(now.filters) | {name: query}
        if len(kept) > MOST:
            raise ValidationError(f"Mỗi danh sách lưu nhiều nhất {MOST} bộ lọc. Hãy xóa bớt.")
        return Choice(now.columns, tuple(kept.items()), now.first)

    _change(user, section, saved)


def rename_filter(user: User, section: str, *, old: str, name: str) -> None:
    """Raises ValidationError: no name, or another filter bears it."""
    name = _named(name)

    def renamed(now: Choice) -> Choice:
        if name != old and name in dict(now.filters):
            raise ValidationError(f"Đã có bộ lọc tên “{name}”. Hãy chọn tên khác.")
        kept = tuple((name if one == old else one, query) for one, query in now.filters)
        return Choice(now.columns, kept, name if now.first == old else now.first)

    _change(user, section, renamed)


def remove_filter(user: User, section: str, *, name: str) -> None:
    def removed(now: Choice) -> Choice:
        kept = tuple(one for one in now.filters if one[0] != name)
        return Choice(now.columns, kept, "" if now.first == name else now.first)

    _change(user, section, removed)


def open_first(user: User, section: str, *, name: str) -> None:
    """The filter that the list opens with from now on; "": the list as the house has it."""
    _change(user, section, lambda now: Choice(now.columns, now.filters, name if now.query_of(name) else ""))


def _change(user: User, section: str, change: Callable[[Choice], Choice]) -> None:
    cache.set(_key(user), _written(user, section, change), REMEMBERED)


@transaction.atomic
def _written(user: User, section: str, change: Callable[[Choice], Choice]) -> dict[str, dict]:
    """Under the lock of the account, so that of two windows neither undoes the other's. What then stands of all lists."""
    User.objects.select_for_update(no_key=True).filter(pk=user.pk).values_list("pk").first()
    there = _read(user)
    now = change(_choice(there.get(section, asdict(NONE))))
    there[section] = asdict(now)
    filters = [{"name": name, "query": query} for name, query in now.filters]
    kept = {"columns": list(now.columns), "filters": filters, "first": now.first}
    ListChoice.objects.update_or_create(user=user, section=section, defaults=kept)
    return there


def _choice(one: dict) -> Choice:
    return Choice(tuple(one["columns"]), tuple((name, query) for name, query in one["filters"]), one["first"])


def _named(name: str) -> str:
    name = nfc(name)
    if not name or len(name) > LONGEST_NAME:
        raise ValidationError(f"Hãy đặt tên cho bộ lọc, không quá {LONGEST_NAME} chữ.")
    return name


def _read(user: User) -> dict[str, dict]:
    """As plain values, for the cache."""
    return {
        section: {
            "columns": columns,
            "filters": [[one["name"], one["query"]] for one in filters],
            "first": first,
        }
        for section, columns, filters, first in _ROWS.rows(user.pk)
    }


_ROWS = Ready(
    lambda user: ListChoice.objects.filter(user=user).values_list("section", "columns", "filters", "first")
)


def _key(user: User) -> str:
    return f"list-choices:{user.pk}"
