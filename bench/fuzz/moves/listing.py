"""The list of moves."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    CHANGE = "change"  # of an object, or a new one
    SHAPE = "shape"  # how the update is written, not what it says
    LATER = "later"  # somebody signs or stamps behind what was done before
    HONEST = "honest"  # only validation data, as real makers write it


@dataclass(frozen=True)
class Move:
    name: str
    kind: Kind
    act: Callable
    weight: float


_MOVES: list[Move] = []


def move(kind: Kind, weight: float = 1.0):
    """Enter `act(draft)` under its own name. It raises Unfit where it cannot be made."""

    def enter(act):
        _MOVES.append(Move(act.__name__, kind, act, weight))
        return act

    return enter


def listed(kind: Kind) -> list[Move]:
    return [one for one in _MOVES if one.kind is kind]
