"""What an upper floor asks of whoever completes a paper that came: on the same form, written in the same transaction. Made
there, shown and carried out here beside our own."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django import forms

from documents.models import Incoming
from orgs.models import Post


@dataclass(frozen=True)
class Ask:
    """`fields`: by name, for this paper and this post, none where there is nothing to ask; `carry_out(paper, by=, at=, asked=)`:
    does what was answered; `hold(asked)`: the locks of it that come before accounts and the chain. It raises ValidationError by field, or NotAllowedNow where nobody was asked (`asked` None)."""

    fields: Callable[[Incoming, Post], dict[str, forms.Field]]
    carry_out: Callable[..., None]
    hold: Callable[[dict | None], None]


_ASKS: list[Ask] = []


def ask(one: Ask) -> None:
    """Said when the app is ready."""
    _ASKS.append(one)


def fields_for(paper: Incoming, post: Post) -> dict[str, forms.Field]:
    return {name: field for one in _ASKS for name, field in one.fields(paper, post).items()}


def hold(asked: dict | None) -> None:
    """Under the paper's lock, before anybody is told and anything is written."""
    for one in _ASKS:
        one.hold(asked)


def carry_out(paper: Incoming, *, by: Post, at: datetime, asked: dict | None) -> None:
    for one in _ASKS:
        one.carry_out(paper, by=by, at=at, asked=asked)
