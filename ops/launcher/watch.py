"""Waiting without polling: sleep until a child changes state, a stop signal comes, or the time is up."""

import os
import select
import signal
import sys
from types import FrameType

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(Exception):
    """The operator asked the launcher to stop; `number` is the signal."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class Watch:
    """Takes over the stop signals of this process. Handlers only take note: clean-up is never cut short."""

    def __init__(self) -> None:
        self.caught: int | None = None
        self._reader, writer = os.pipe()
        for end in (self._reader, writer):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        for number in STOP_SIGNALS:
            signal.signal(number, self._note)
        signal.signal(signal.SIGCHLD, lambda *_: None)  # a handler of any kind makes the wake-up pipe tick

    def _note(self, number: int, frame: FrameType | None) -> None:
        self.caught = self.caught or number

    def wait(self, seconds: float) -> None:
        """Sleep up to `seconds`; wakes early on any signal. Never raises."""
        if select.select([self._reader], [], [], max(seconds, 0))[0]:
            os.read(self._reader, 4096)

    def pause(self, seconds: float) -> None:
        """Like `wait`, but raises `Stopped` when a stop signal has come."""
        if not self.caught:
            self.wait(seconds)
        if self.caught:
            raise Stopped(self.caught)


def say(text: str) -> None:
    """Print a line; a terminal that has gone away must not stop the clean-up."""
    try:
        print(text, flush=True)
    except OSError:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115 - stays open as the new standard output
