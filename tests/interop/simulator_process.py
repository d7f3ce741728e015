"""The real axis simulator as a process of its own, for tests that talk to it."""

import os
import signal
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import requests

from interop.edxml import Attachment, Edoc, Organ, document_id_for, write
from interop.transport.axis import AxisClient
from tests import warm

SECRET = "test-secret"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


class Simulator:
    """One simulator on one store; `kill` and `start` again to see what it kept."""

    def __init__(self, store: Path, *options: str):
        self.store, self._options = store, options
        self.port = 0
        self.start()

    def start(self) -> None:
        # Without the settings of the web application: the simulator must not need them.
        env = {name: value for name, value in os.environ.items() if not name.startswith("DJANGO")}
        env["AXIS_SIMULATOR_SECRETS"] = f"H26={SECRET};H29={SECRET}"
        options = ("--store", str(self.store), "--port", str(self.port), *self._options)
        self.process = warm.start("simulators.axis", *options, env=env)
        self.url = self.process.stdout.readline().strip()
        if not self.url:
            self.stop()
            raise AssertionError("the simulator did not start")
        self.port = int(self.url.rsplit(":", 1)[1])

    def __enter__(self) -> "Simulator":
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def client(self, system_id: str = "H26", secret: str = SECRET, **options: Any) -> AxisClient:
        return AxisClient(self.url, system_id, secret, **options)

    def state(self, code: str) -> dict[str, Any]:
        return requests.get(f"{self.url}/_sim/state", timeout=10).json()["participants"][code]

    def order(self, sender: str, to: list[str], **fields: Any) -> dict[str, str]:
        response = requests.post(
            f"{self.url}/_sim/send", json={"from": sender, "to": to, **fields}, timeout=20
        )
        assert response.status_code == 200, response.text
        return response.json()

    def faults(self, **knobs: Any) -> None:
        """Exactly these from now on; without any, none."""
        self._tell("/_sim/faults", knobs)

    def behave(self, code: str, behaviour: str) -> None:
        self._tell("/_sim/behaviour", {"code": code, "behaviour": behaviour})

    def _tell(self, path: str, fields: dict[str, Any]) -> None:
        response = requests.post(self.url + path, json=fields, timeout=10)
        assert response.status_code == 200, response.text

    def _end(self, signal_number: int) -> None:
        self.process.send_signal(signal_number)
        self.process.wait(10)
        self.process.stdout.close()


def package(
    number: str, *to: str, day: date, sender: str = "H26.15", subject: str = "Về việc kiểm tra"
) -> bytes:
    """A paper of the city to these codes."""
    return write(
        Edoc(
            sender=Organ(sender, name="Sở Nội vụ"),
            receivers=[Organ(code) for code in to],
            document_id=document_id_for(sender, day, f"{number}/SNV-VP"),
            number=number,
            notation="SNV-VP",
            place="Hà Nội",
            date=day,
            type_code=2,
            type_detail=18,
            type_name="Công văn",
            subject=subject,
            signer_name="Nguyễn Thị Lan",
            attachments=[Attachment("cong-van.pdf", PDF)],
        )
    )


def eventually(look: Callable[[], Any], seconds: float = 15) -> Any:
    """The first truthy answer of `look`; fails the test when none comes in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.1)
    raise AssertionError(f"Nothing after {seconds} s")
