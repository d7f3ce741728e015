"""The reference agent as a process of its own, on a SoftHSM2 token."""

import subprocess
import sys
from pathlib import Path

from .softhsm import PIN, SoftHsm

PROGRAM = Path(__file__).resolve().parents[2] / "tools/signing_agent.py"


class Agent:
    def __init__(self, hsm: SoftHsm, origin: str, *, pin: str = PIN, token: str = "nguoiky"):
        self.pin_file, self.right_pin = hsm.folder / "pin", PIN
        self.pin_file.write_text(pin)
        self.heard = hsm.folder / "agent.log"
        with open(self.heard, "wb") as log:
            self.process = subprocess.Popen(
                [*(sys.executable, "-I", str(PROGRAM), "--origin", origin, "--module", hsm.module, "--token", token),
                 *("--port", "0", "--pin-file", str(self.pin_file))],
                stdout=subprocess.PIPE, stderr=log, env=hsm.environment(), text=True,
            )  # fmt: skip
        self.url = self.process.stdout.readline().strip()
        assert self.url, self.heard.read_text()

    def __enter__(self) -> "Agent":
        return self

    def __exit__(self, *error: object) -> None:
        self.process.terminate()
        self.process.wait(10)
        self.process.stdout.close()
