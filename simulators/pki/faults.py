"""Knobs that break a service on purpose, for tests and drills."""

import json
import threading

KINDS = {
    "tsa": ("down", "slow", "wrong"),
    "ocsp": ("down", "slow", "garbage"),
    "crl": ("down", "slow", "garbage"),
}
SLOW = 20.0  # seconds of silence before the right answer; clients of ours give up long before


class BadFault(ValueError):
    """An order that makes no sense; the text names what would."""


class Faults:
    """Which service is broken, and how. Shared by all threads."""

    def __init__(self) -> None:
        self._now: dict[str, str] = {}
        self._changed = threading.Condition()

    def order(self, body: bytes) -> dict[str, str]:
        """Take {"tsa": "down", …} as the whole truth: what is not named works again. Raises BadFault."""
        try:
            wanted = json.loads(body)
        except ValueError:
            raise BadFault("not JSON") from None
        if not isinstance(wanted, dict):
            raise BadFault("an object is wanted")
        for service, kind in wanted.items():
            if kind not in KINDS.get(service, ()):
                raise BadFault(f"known are {KINDS}")
        with self._changed:
            self._now = dict(wanted)
            self._changed.notify_all()
        return self.now()

    def now(self) -> dict[str, str]:
        """What is broken at this moment."""
        return dict(self._now)

    def of(self, service: str) -> str:
        """The fault of one service, "" when it works. A slow one waits here, until it is put right at most."""
        with self._changed:
            self._changed.wait_for(lambda: self._now.get(service) != "slow", timeout=SLOW)
            kind = self._now.get(service, "")
            return "" if kind == "slow" else kind
