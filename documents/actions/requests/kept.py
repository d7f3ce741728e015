"""What an upper floor keeps from being destroyed here, and what it does when content has gone: it says so when it is ready."""

from collections.abc import Callable
from datetime import datetime

from documents.models import Document

_ASKED: list[Callable[[Document], str]] = []
_TOLD: list[Callable[..., None]] = []


def keep_while(why: Callable[[Document], str]) -> None:
    """`why(paper)`: a sentence while it is kept, "" else; called under the paper's lock, and takes the locks that come after it."""
    _ASKED.append(why)


def why_kept(paper: Document) -> str:
    return next((words for ask in _ASKED if (words := ask(paper))), "")


def when_gone(act: Callable[..., None]) -> None:
    """`act(paper, at=…)`, inside the transaction that destroyed the paper's content."""
    _TOLD.append(act)


def gone(paper: Document, *, at: datetime) -> None:
    for act in _TOLD:
        act(paper, at=at)
