"""The demonstration's authority as a process of its own, for tests that sign, stamp and ask about revocation."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import requests
from cryptography import x509
from cryptography.hazmat.primitives.serialization import pkcs12

from simulators import pki as demo_pki
from tests import warm


class Pki:
    """A running authority. `folder` goes to `demo_pki.issue_person` and its like; `url` has no slash at the end."""

    def __init__(self, folder: Path):
        self.folder, self.port = folder, 0
        self.start()

    def start(self) -> None:
        """Also again after `stop`, at the same address."""
        # Without the settings of the web application: the authority must not need them.
        env = {name: value for name, value in os.environ.items() if not name.startswith("DJANGO")}
        options = ("--folder", str(self.folder), "--port", str(self.port))
        self.process = warm.start("simulators.pki", *options, env=env)
        self.url = self.process.stdout.readline().strip()
        if not self.url:
            self.stop()
            raise AssertionError("the demonstration's authority did not start")
        self.port = int(self.url.rsplit(":", 1)[1])

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(10)
        self.process.stdout.close()

    def __enter__(self) -> "Pki":
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()

    @property
    def tsa(self) -> str:
        return f"{self.url}/tsa"

    @property
    def root(self) -> Path:
        """The root in PEM: what a verifier is told to trust."""
        return self.folder / "root.pem"

    @property
    def ca(self) -> Path:
        return self.folder / "ca.pem"

    def revoke(
        self,
        p12: bytes,
        *,
        at: datetime | None = None,
        reason: x509.ReasonFlags = x509.ReasonFlags.unspecified,
    ) -> None:
        """From `at` (now) on. Issue the certificate for the test alone: it stays revoked for all others."""
        serial = certificate_of(p12).serial_number
        demo_pki.revoke(self.folder, serial, at=at or datetime.now(UTC), reason=reason)

    @contextmanager
    def broken(self, **faults: str) -> Iterator[None]:
        """Inside, services are broken: `pki.broken(tsa="down", crl="slow")`; see simulators/pki/faults.py."""
        self.order(faults)
        try:
            yield
        finally:
            self.order({})

    def order(self, faults: dict[str, str]) -> None:
        answer = requests.post(f"{self.url}/faults", json=faults, timeout=10)
        assert answer.status_code == 200, answer.text


def certificate_of(p12: bytes) -> x509.Certificate:
    return pkcs12.load_key_and_certificates(p12, demo_pki.DEMO_PASSWORD.encode())[1]
