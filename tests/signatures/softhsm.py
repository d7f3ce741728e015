"""Tokens of SoftHSM2: a real PKCS#11 module whose tokens are folders. One configuration for each test."""

import os
import shutil
import subprocess
from pathlib import Path

from asn1crypto import x509
from cryptography.hazmat.primitives import serialization

from .key_cases import Held

# Ten digits: no microseconds and no chance of a digest can look like it where tests say it is nowhere.
PIN, SO_PIN = "7391648205", "80215577"
PLACES = [
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/*/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
    "/usr/lib64/softhsm/libsofthsm2.so",
    "/usr/local/lib/softhsm/libsofthsm2.so",
    "/opt/homebrew/lib/softhsm/libsofthsm2.so",
]


def module() -> str:
    """The module's path: as the environment says, else where distributions put it."""
    if named := os.environ.get("PKCS11_MODULE"):
        return named
    found = [path for place in PLACES for path in Path("/").glob(place.lstrip("/"))]
    assert found, "softhsm2 is not installed: python3 ops/stack.py doctor test"
    return str(found[0])


class SoftHsm:
    """`folder` holds the configuration and the tokens; the environment of this process points at it."""

    def __init__(self, folder: Path):
        self.folder, self.module = folder, module()
        self.tokens = folder / "tokens"
        self.tokens.mkdir(parents=True)
        self.conf = folder / "softhsm2.conf"
        self.conf.write_text(f"directories.tokendir = {self.tokens}\nlog.level = ERROR\n")

    def token(self, label: str, pin: str = PIN) -> None:
        self._run(
            "softhsm2-util", "--init-token", "--free", "--label", label, "--so-pin", SO_PIN, "--pin", pin
        )

    def put(self, token: str, label: str, held: Held, pin: str = PIN) -> None:
        """A key with its certificate, as the authority's own tool would write them."""
        der = held.leaf.public_bytes(serialization.Encoding.DER)
        identifier = x509.Certificate.load(der).key_identifier.hex()
        file = self.folder / "key.p8"
        file.write_bytes(
            held.key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        self._run("softhsm2-util", "--import", str(file), "--token", token, "--label", label, "--id", identifier, "--pin", pin)  # fmt: skip
        file.write_bytes(der)
        self._run("pkcs11-tool", "--module", self.module, "--token-label", token, "--login", "--pin", pin,
                  "--write-object", str(file), "--type", "cert", "--label", label, "--id", identifier)  # fmt: skip
        file.unlink()

    def pull_out(self) -> None:
        """The folder is the token: without it the slot is empty."""
        shutil.move(self.tokens, self.folder / "away")
        self.tokens.mkdir()

    def put_back(self) -> None:
        self.tokens.rmdir()
        shutil.move(self.folder / "away", self.tokens)

    def environment(self) -> dict[str, str]:
        return os.environ | {"SOFTHSM2_CONF": str(self.conf)}

    def _run(self, *command: str) -> None:
        done = subprocess.run(command, env=self.environment(), capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
