"""What an upper floor keeps from being destroyed here: it says so when it is ready, and is asked before content goes."""

from collections.abc import Callable

from documents.models import Document

_ASKED: list[Callable[[Document], str]] = []


def keep_while(why: Callable[[Document], str]) -> None:
    """`why(paper)`: a sentence while it is kept, "" else; called under the paper's lock, and takes the locks that come after it."""
    _ASKED.append(why)


def why_kept(paper: Document) -> str:
    return next((words for ask in _ASKED if (words := ask(paper))), "")
