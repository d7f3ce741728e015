"""A rule, what it has found, and the finding as others get it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from .values import Line, Paper, Sheet, Stroke


class Found(NamedTuple):
    """What a rule has against a place of the paper. `at` is a line, a sheet, or nothing (the paper as a whole)."""

    found: str
    at: Line | Sheet | Stroke | None = None
    page: int = 0


class Rule(NamedTuple):
    """`severity`: E against the text of the decree, W probably wrong, I note. `mend`: A safe on a draft, F filled from
    the registers, S shown and pressed, – a person's. `placed`: only where places on the page are known."""

    id: str
    about: str
    allowed: str
    clause: str
    severity: str
    mend: str
    judge: Callable[[Paper], Iterator[Found]]
    placed: bool = False


class Change(NamedTuple):
    """A mend of a draft: in the text of `field`, from `at` on, `old` becomes `new`. The other way round it is undone."""

    field: str
    at: int
    old: str
    new: str


@dataclass(frozen=True)
class Finding:
    """`change` only of a draft whose text is known, where the mend is mechanical. `box` is (left, top, right, bottom) in millimetres on page `page` (from 1); page 0 and no box where the paper as a
    whole is meant or the place is not known."""

    rule: str
    severity: str
    about: str
    page: int
    box: tuple[float, float, float, float] | None
    found: str
    allowed: str
    clause: str
    mend: str
    change: Change | None = None
