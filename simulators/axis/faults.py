"""What goes wrong on purpose at the axis, set over HTTP (`POST /_sim/faults`). A restart forgets it."""

import random
import threading
from dataclasses import dataclass, fields
from typing import Any


class BadFaults(ValueError):
    """The knobs cannot be set so; the text names the one."""


@dataclass(frozen=True)
class Faults:
    """Shares are of the calls concerned, 0 … 1. `calls`: their paths; empty: every call of the axis."""

    latency: float = 0  # seconds; each call waits for a random part of it
    drop_before: float = 0  # the connection is closed, nothing was done
    drop_after: float = 0  # … all was done, and nobody is told
    reset: float = 0  # all was done; the connection breaks in the middle of the answer
    error: float = 0  # HTTP 500, nothing was done
    truncate: float = 0  # all was done; half of the JSON comes, as if it were whole
    wrong_hash: float = 0  # sendEdoc finds that body and hash differ
    duplicate: float = 0  # a sending is laid twice before each connected system, under two transport ids
    skew: float = 0  # seconds the clock of the axis is ahead of ours
    disk_full: bool = False  # nothing can be kept
    cut: bool = False  # nobody is heard
    calls: tuple[str, ...] = ()


@dataclass(frozen=True)
class Fate:
    """What becomes of one call."""

    wait: float = 0
    end: str = ""  # the name of a share above, "cut", or "" for none
    wrong_hash: bool = False


_ENDS = ("drop_before", "drop_after", "reset", "error", "truncate")


class Knobs:
    """The faults in force. Thread-safe; `seed` makes a run of calls repeatable."""

    def __init__(self, seed: int | None = None):
        self.now = Faults()
        self._draw, self._lock = random.Random(seed), threading.Lock()

    def set(self, given: Any) -> Faults:
        """Exactly these faults from now on; {} for none. Raises BadFaults."""
        self.now = _read(given)
        return self.now

    def fate(self, path: str) -> Fate:
        faults = self.now
        if faults.calls and path not in faults.calls:
            return Fate()
        if faults.cut:
            return Fate(end="cut")
        with self._lock:
            wait = self._draw.random() * faults.latency
            lot = self._draw.random()
            mangled = self._draw.random() < faults.wrong_hash
        for end in _ENDS:  # one lot for all: the shares add up
            lot -= getattr(faults, end)
            if lot < 0:
                return Fate(wait, end)
        return Fate(wait, wrong_hash=mangled)

    def twice(self) -> bool:
        with self._lock:
            return self._draw.random() < self.now.duplicate


def _read(given: Any) -> Faults:
    kinds = {field.name: type(field.default) for field in fields(Faults)}
    if not isinstance(given, dict) or not given.keys() <= kinds.keys():
        raise BadFaults(f"faults are an object with some of: {', '.join(kinds)}")
    return Faults(**{name: _value(name, kinds[name], value) for name, value in given.items()})


def _value(name: str, kind: type, value: Any) -> Any:
    if kind is tuple and isinstance(value, list) and all(isinstance(one, str) for one in value):
        return tuple(value)
    if kind is bool and isinstance(value, bool):
        return value
    if kind is int and isinstance(value, int | float) and not isinstance(value, bool):
        most = 600 if name == "latency" else 86_400 if name == "skew" else 1
        if abs(value) <= most and (value >= 0 or name == "skew"):
            return value
    raise BadFaults(f"{name} cannot be {value!r}")
