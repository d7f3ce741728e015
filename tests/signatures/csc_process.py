"""The remote signing service as a process of its own."""

import os
import re
import signal
from pathlib import Path

import requests

from simulators.csc.store import enrol
from simulators.pki import DEMO_PASSWORD
from tests import warm

from .key_cases import Held

SECRET, PHONE_PIN = "bi-mat-thu-nghiem", "618254"


class Csc:
    """One service on one store; `kill` and `start` again to see what it kept."""

    def __init__(self, store: Path, *options: str):
        self.store, self._options, self.port = store, options, 0
        self.start()

    def start(self) -> None:
        env = {name: value for name, value in os.environ.items() if not name.startswith("DJANGO")}
        env |= {"REMOTE_SIGNING_SECRET": SECRET, "REMOTE_SIGNING_CLIENT": "hanoi"}
        options = ("--store", str(self.store), "--port", str(self.port), *self._options)
        self.process = warm.start("simulators.csc", *options, env=env)
        self.url = self.process.stdout.readline().strip()
        assert self.url, "the service did not start"
        self.port = int(self.url.rsplit(":", 1)[1])

    def __enter__(self) -> "Csc":
        return self

    def __exit__(self, *error: object) -> None:
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def give(self, credential: str, held: Held, owner: str = "Vũ Phương Thảo") -> None:
        enrol(self.store, credential, owner=owner, key_file=held.data, password=DEMO_PASSWORD, pin=PHONE_PIN)

    def knobs(self, **knobs: object) -> None:
        assert requests.post(f"{self.url}/_sim/knobs", json=knobs, timeout=10).status_code == 200

    def requests(self) -> list[dict]:
        return requests.get(f"{self.url}/_sim/requests", timeout=10).json()

    def phone(self) -> str:
        return requests.get(f"{self.url}/phone/", timeout=10).text

    def press(self, word: str = "agree", pin: str = PHONE_PIN) -> str:
        """What the person does on the telephone with the first request that waits there."""
        handle = re.search(r'name="handle" value="([^"]+)"', self.phone()).group(1)
        form = {"handle": handle, "word": word, "pin": pin}
        return requests.post(f"{self.url}/phone/answer", data=form, timeout=10).text

    def _end(self, number: int) -> None:
        self.process.send_signal(number)
        self.process.wait(10)
        self.process.stdout.close()
