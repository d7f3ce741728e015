"""What follows from the papers and tasks of an office, remembered until its next event.

Every act of an office is one transaction with one event in its chain, so the end of the chain names the state of all
its papers, tasks, requests and grants: what is kept under it is right for as long as it is found. The rest that an
answer hangs on is in the key as well: the post with its role and room, and whose hands they are; and the mark in the
place of a token (ui/token.py), which is another under another SECRET_KEY and would then go out as it is.
"""

from collections.abc import Callable
from typing import Any

from django.core.cache import cache

from documents.models import ChainHead
from orgs.models import Post
from ui.once import once
from ui.ready import Ready
from ui.token import token_mark

KEPT = 600  # seconds: what was changed past the acts (by hand, by a backup that was restored) shows by then
LINES_KEPT = 120


class Memory:
    """Of one page. What it holds in the cache comes in one answer with the first thing that is asked for."""

    def __init__(self, key: str):
        self._key = key
        self._known: dict[str, Any] | None = None  # as long as nothing was asked for
        self._lines: dict[str, Any] = {}  # what is kept by itself, as far as it was asked for

    def get(self, name: str, make: Callable[[], Any]) -> Any:
        """What is known by that name, else what `make` gives: plain values, so that any process can read them."""
        if self._known is None:
            self.expect()
        if name not in self._known:
            self._known[name] = make()
            cache.set(self._key, self._known, KEPT)
        return self._known[name]

    def fetch(self, name: str, make: Callable[[], Any]) -> Any:
        """As `get`, of the lines of a list: kept by itself, and not for long, for it holds words of papers."""
        found = self.kept(name)
        if found is None:
            found = make()
            self.keep(name, found)
        return found

    def kept(self, name: str) -> Any:
        """What `keep` was given under that name, or None."""
        if name not in self._lines:
            self.expect(name)
        return self._lines[name]

    def keep(self, name: str, value: Any) -> None:
        """As `fetch` does, for whoever sees only afterwards whether it may be kept."""
        self._lines[name] = value
        cache.set(f"{self._key}:{name}", value, LINES_KEPT)

    def expect(self, *names: str) -> None:
        """Asks at once for what `fetch` or `kept` will be asked for."""
        keys = {name: f"{self._key}:{name}" for name in names}
        found = cache.get_many([self._key, *keys.values()] if self._known is None else keys.values())
        if self._known is None:
            self._known = found.get(self._key, {})
        self._lines |= {name: found.get(key) for name, key in keys.items()}


@once
def memory_of(post: Post) -> Memory:
    """Opened before anything is asked: what is kept under an end of the chain is never older than that end."""
    whose = f"{post.pk}:{post.operator.pk}:{post.role}:{post.unit_id}:{'.'.join(post.lent_kinds)}"
    return Memory(f"memory:{token_mark()[:8]}:{whose}:{_end(post.organisation_id)}")


@once
def _end(organisation: int) -> str:
    found = _END.rows(organisation)
    return found[0][0] if found else ""


_END = Ready(lambda organisation: ChainHead.objects.filter(pk=organisation).values_list("hash"))
