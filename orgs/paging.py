"""Pages by key: the cost of a page does not grow with its number, and a new row moves nobody's page."""

from dataclasses import dataclass

from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import HttpRequest


@dataclass
class Page:
    items: list
    older_url: str = ""
    newer_url: str = ""


def page(rows: QuerySet, keys: tuple[str, ...], request: HttpRequest) -> Page:
    """One page in the order of `keys` ("-" before one that falls, the last one unique), by ?sau=pk or ?truoc=pk."""
    size = settings.PAGE_SIZE
    back = request.GET.get("truoc", "")
    anchor = back or request.GET.get("sau", "")
    at = _anchor(rows, keys, anchor)
    order = [_turned(key) for key in keys] if back and at else list(keys)
    if at:
        rows = rows.filter(_beyond(order, at))
    items = list(rows.order_by(*order)[: size + 1])
    more = len(items) > size
    items = items[:size]
    if back and at:
        items.reverse()
    before, after = (more, True) if back and at else (bool(at), more)
    return Page(
        items,
        older_url=_url(request, sau=items[-1].pk) if items and after else "",
        newer_url=_url(request, truoc=items[0].pk) if items and before else "",
    )


def _anchor(rows: QuerySet, keys: tuple[str, ...], pk: str) -> tuple | None:
    if not (pk.isascii() and pk.isdigit() and len(pk) < 19):
        return None
    return rows.model._default_manager.filter(pk=pk).values_list(*(key.lstrip("-") for key in keys)).first()


def _beyond(order: list[str], at: tuple) -> Q:
    """(a, b) > (x, y) written out: a > x or (a = x and b > y); a falling key turns its sign."""
    name, than = order[0].lstrip("-"), "lt" if order[0].startswith("-") else "gt"
    beyond = Q(**{f"{name}__{than}": at[0]})
    return beyond | (Q(**{name: at[0]}) & _beyond(order[1:], at[1:])) if len(order) > 1 else beyond


def _turned(key: str) -> str:
    return key[1:] if key.startswith("-") else f"-{key}"


def _url(request: HttpRequest, **where) -> str:
    query = request.GET.copy()
    for name in ("sau", "truoc"):
        query.pop(name, None)
    query.update(where)
    return f"?{query.urlencode()}"
