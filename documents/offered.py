"""Steps that an upper floor offers on the page of a paper that came: made there, shown here beside our own."""

from collections.abc import Callable

from documents.models import Incoming
from orgs.models import Post

_OFFERS: list[Callable[[Incoming, Post], dict | None]] = []


def offer(step: Callable[[Incoming, Post], dict | None]) -> None:
    """Said when the app is ready: a function that gives a button (name, label, tone, url …), or nothing."""
    _OFFERS.append(step)


def offered_on(paper: Incoming, post: Post) -> list[dict]:
    return [button for step in _OFFERS if (button := step(paper, post))]
