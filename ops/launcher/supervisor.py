"""Watching over the running system: who dies unasked is reported and started again, with growing pauses."""

import time

from launcher.place import Refused
from launcher.processes import Child, Family, has_exited, tail
from launcher.watch import say

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0  # seconds before a restart
STEADY_AFTER = 60.0  # seconds of life after which a death counts as the first one again


class Supervisor:
    """Restarts the children of a family until a stop signal comes."""

    def __init__(self, family: Family) -> None:
        self.family = family
        self._due: dict[Child, float] = {}  # who is down, and when (monotonic) to start it again
        self._pause: dict[Child, float] = {}

    def watch_over(self) -> None:
        """Run until `Stopped` is raised."""
        while True:
            self.look()
            self.family.watch.pause(self._sleep())

    def look(self) -> None:
        """Note who has died; start again who is due."""
        for child in self.family.children:
            if child in self._due:
                if time.monotonic() >= self._due[child]:
                    self._start_again(child)
            elif has_exited(child):
                self._note_death(child)

    def _sleep(self) -> float:
        return max(0.0, min((due - time.monotonic() for due in self._due.values()), default=60.0))

    def _note_death(self, child: Child) -> None:
        code = self.family.reap(child)
        steady = time.monotonic() - child.since > STEADY_AFTER
        pause = FIRST_PAUSE if steady or child not in self._pause else self._pause[child] * 2
        self._pause[child] = min(pause, LONGEST_PAUSE)
        self._due[child] = time.monotonic() + self._pause[child]
        how = f"signal {-code}" if code < 0 else f"exit code {code}"
        say(f"{child.name} ended ({how}); again in {self._pause[child]:.0f} s. End of {child.log}:")
        say(tail(child.log))

    def _start_again(self, child: Child) -> None:
        del self._due[child]
        try:
            self.family.start(child)
            say(f"{child.name} started again (process {child.process.pid}).")
        except Refused as refused:
            say(str(refused))
            self._due[child] = time.monotonic() + LONGEST_PAUSE
