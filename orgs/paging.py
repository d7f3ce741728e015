"""Pages by key: the cost of a page does not grow with its number, and a new row moves nobody's page."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.http import HttpRequest

SIZE = 50


@dataclass
class Page:
    items: list
    older_url: str = ""
    newer_url: str = ""


def page(rows: QuerySet, keys: tuple[str, ...], request: HttpRequest, size: int = SIZE) -> Page:
    """One page in the order of `keys` (all ascending, the last one unique), by ?sau=pk or ?truoc=pk."""
    back = request.GET.get("truoc", "")
    anchor = back or request.GET.get("sau", "")
    at = _anchor(rows, keys, anchor)
    order = [f"-{key}" for key in keys] if back and at else list(keys)
    if at:
        rows = rows.filter(_beyond(keys, at, "lt" if back else "gt"))
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
    return rows.model._default_manager.filter(pk=pk).values_list(*keys).first()


def _beyond(keys: tuple[str, ...], at: tuple, than: str) -> Q:
    """(a, b) > (x, y) written out: a > x or (a = x and b > y)."""
    beyond = Q(**{f"{keys[0]}__{than}": at[0]})
    return beyond | (Q(**{keys[0]: at[0]}) & _beyond(keys[1:], at[1:], than)) if len(keys) > 1 else beyond


def _url(request: HttpRequest, **where) -> str:
    query = request.GET.copy()
    for name in ("sau", "truoc"):
        query.pop(name, None)
    query.update(where)
    return f"?{query.urlencode()}"
