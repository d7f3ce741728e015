"""Doing one thing again and again for a while, alone or by several threads, and counting."""

import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from django.db import connections


@dataclass
class Run:
    """How long each of them took, and all of them together by the clock on the wall (seconds)."""

    times: list[float] = field(default_factory=list)
    elapsed: float = 0.0

    @property
    def rate(self) -> float:
        return len(self.times) / self.elapsed

    def quantile_ms(self, share: float) -> float:
        """The time within which this share of them was done (nearest rank), in milliseconds."""
        ordered = sorted(self.times)
        return 1000 * ordered[min(int(share * len(ordered)), len(ordered) - 1)]

    def __add__(self, other: "Run") -> "Run":
        return Run(self.times + other.times, self.elapsed + other.elapsed)


@dataclass
class Work:
    """`act` is called with one item after another. Their end ends the run."""

    act: Callable[[Any], Any]
    items: Iterable
    threads: int = 1

    def __post_init__(self) -> None:
        self.items = iter(self.items)


def go(work: Work, seconds: float) -> Run:
    """Does the work for that long, by so many threads; each does one item at least."""
    begun = time.perf_counter()
    if work.threads == 1:
        return Run(_loop(work.act, work.items, begun + seconds), time.perf_counter() - begun)
    with ThreadPoolExecutor(work.threads) as pool:
        jobs = [pool.submit(_in_thread, work, begun + seconds) for _ in range(work.threads)]
        times = [one for job in jobs for one in job.result()]
    return Run(times, time.perf_counter() - begun)


def side_by_side(*works: Work, seconds: float, turn: float = 0.25) -> list[Run]:
    """Each work for `seconds` in all, by turns of `turn` seconds: what disturbs one disturbs all.

    Each is done once before the clock runs: imports and first connections are not what is measured.
    """
    for work in works:
        go(work, 0)
    runs = [Run() for _ in works]
    turns = max(1, round(seconds / turn))
    for _ in range(turns):
        for index, work in enumerate(works):
            runs[index] += go(work, seconds / turns)
    return runs


def _in_thread(work: Work, deadline: float) -> list[float]:
    try:
        return _loop(work.act, work.items, deadline)
    finally:
        connections.close_all()  # this thread's own


def _loop(act: Callable, items: Iterator, deadline: float) -> list[float]:
    times = []
    for item in items:
        begun = time.perf_counter()
        act(item)
        ended = time.perf_counter()
        times.append(ended - begun)
        if ended >= deadline:
            break
    return times
