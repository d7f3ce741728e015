"""Is a file complete by itself, so that nothing can be put into it later without being a change of it?"""

from collections.abc import Callable

from .file import File, Revision
from .index import AT, FREE, INSIDE
from .syntax import Ref, Unreadable

_MOST = 500_000  # objects


def open_end(file: File) -> str:
    """What is left open in the file, in a few words for the log; "" when it is complete.

    Every place its index names lies in it, and every object that can be reached from the catalog is there.
    Raises Unreadable.
    """
    revision = file.newest
    if any(section.contradicts or section.odd for section in revision.sections):
        return "an index that can be read in two ways"
    if any(entry.kind == AT and entry.place >= file.end for entry in revision.table.values()):
        return "an index that points behind the file"
    return _undefined(revision, revision.named) and _undefined(revision, revision.references)


def _undefined(revision: Revision, references: Callable[[int], list[Ref]]) -> str:
    seen: set[int] = set()
    waiting = [one for key in ("Root", "Info", "Encrypt") if type(one := revision.trailer.get(key)) is Ref]
    while waiting:
        ref = waiting.pop()
        if ref.num in seen:
            continue
        seen.add(ref.num)
        entry = revision.table.get(ref.num)
        if entry is None or entry.kind == FREE:
            return f"object {ref.num} is not there"
        if entry.kind != INSIDE and entry.more != ref.gen:
            return f"object {ref.num} of another generation"
        if len(seen) > _MOST:
            raise Unreadable("objects beyond all measure")
        waiting += references(ref.num)
    return ""
