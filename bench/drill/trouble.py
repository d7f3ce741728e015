"""What goes wrong, in which order and how long: a shuffled deck, dealt until the papers have passed."""

import random
import time
from collections import Counter
from collections.abc import Callable

from .town import Town

CUTS = (10, 60, 300, 600)  # seconds the axis is away, before scaling
FULL = 120  # seconds the disk is full, before scaling
# Shares of calls that go wrong while nothing else does (see the simulator's Faults).
NOISE = {
    "latency": 0.05, "drop_before": 0.02, "drop_after": 0.02, "reset": 0.01, "error": 0.02, "truncate": 0.01,
    "wrong_hash": 0.02, "duplicate": 0.05,
}  # fmt: skip
KILLED = ("worker1", "worker2", "web", "beat", "axis", "valkey", "postgres")


class Trouble:
    """`count` says afterwards how often each thing happened."""

    def __init__(self, town: Town, seed: int, *, cuts: tuple[int, ...], tell: Callable[[str], None]):
        self.town, self.random, self.tell = town, random.Random(seed), tell
        self.count: Counter[str] = Counter()
        self._deck = [
            *((f"kill {name}", lambda name=name: self._kill(name)) for name in KILLED),
            *((f"cut {cut} s", lambda cut=cut: self._cut(cut)) for cut in cuts),
            ("kill both workers", self._kill_both),
            ("flush broker", self.town.flush_broker),
            ("full disk", self._fill_disk),
        ]

    def make(self, busy: Callable[[], bool]) -> None:
        """The whole deck at least once, and on while there is work."""
        self.town.faults(**NOISE)
        deck: list = []
        while busy() or not self.count or deck:
            deck = deck or self.random.sample(self._deck, len(self._deck))
            name, act = deck.pop()
            self.tell(name)
            act()
            self.count[name.split()[0] if name.startswith("cut") else name] += 1
            self.town.faults(**NOISE)
            time.sleep(self.random.uniform(1, 4))
        self.town.faults()

    def _kill(self, name: str) -> None:
        self.town.kill(name)
        time.sleep(self.random.uniform(0.2, 2))
        self.town.start(name)

    def _kill_both(self) -> None:
        for name in ("worker1", "worker2"):
            self.town.kill(name)
        for name in ("worker1", "worker2"):
            self.town.start(name)

    def _cut(self, seconds: int) -> None:
        self.town.faults(cut=True)
        time.sleep(seconds / self.town.scale)

    def _fill_disk(self) -> None:
        self.town.fill_disk(True)
        time.sleep(FULL / self.town.scale)
        self.town.fill_disk(False)
