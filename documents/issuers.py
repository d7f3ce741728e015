"""Whom a paper is from: a name as it is typed or printed, and the bodies of the registry that bear it."""

from collections.abc import Iterable, Sequence
from datetime import date

from orgs.models import Organisation
from ui.text import name_key

SUGGESTED = 8
_LOOKED_AT = 200  # bodies that have all the words of a name in theirs


def bodies_named(name: str, superior: str = "") -> list[Organisation]:
    """Those with exactly this name, however it is spelt (UBND, uỷ, capitals), today or in former days; or this code.

    Several may share a name: the one that is meant is told by its parent, in the name ("Trạm Y tế, UBND phường A") or
    as `superior`, the line above it in a letterhead.
    """
    key = name_key(name)
    if not key:
        return []
    some = Organisation.objects.search(name_key(name.split(",")[0])).select_related("parent").in_order()
    found = [body for body in some[:_LOOKED_AT] if key in _keys(body)]
    under = [body for body in found if superior and body.parent and name_key(superior) in _keys(body.parent)]
    return under or found


def body_of_letterhead(lines: Sequence[str]) -> Organisation | None:
    """The only body that the lines above the number can mean, or None.

    The last line is the name; a name may be broken over two lines, and what stands above is the superior's.
    """
    for last in range(len(lines)):
        name, above = " ".join(lines[last:]), " ".join(lines[:last])
        found = bodies_named(name, above)
        if len(found) == 1:
            return found[0]
    return None


def like(name: str) -> list[Organisation]:
    """Bodies with these words in their names, to choose from; those that are open first."""
    if not name.strip():
        return []
    found = Organisation.objects.search(name).select_related("parent").in_order()[: 4 * SUGGESTED]
    return sorted(found, key=lambda body: not body.open_today)[:SUGGESTED]


def written_name(body: Organisation, day: date | None) -> str:
    """As the register of that day names it; units of others ("Trạm Y tế") share names, so their parent is told."""
    name = body.name_on(day) if day else body.name
    return f"{name}, {body.parent.name}" if body.parent_id and body.kind == Organisation.Kind.UNIT else name


def _keys(body: Organisation) -> Iterable[str]:
    names = {body.name, body.full_name, body.letterhead_name.replace("|", " "), body.code}
    return {name_key(name) for name in names | {former["name"] for former in body.former_names}}
