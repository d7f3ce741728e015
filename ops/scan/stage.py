"""Where the scanners live, beside a throw-away office for those that need one running."""

import subprocess
import venv
from functools import cached_property
from pathlib import Path

from ops.office import ROOT, Office

__all__ = ["ROOT", "Stage"]
_PINNED = Path(__file__).parent / "requirements.lock"


class Stage(Office):
    """`with Stage(folder) as stage`; what was started ends with the block."""

    @cached_property
    def tools(self) -> Path:
        """The folder of the tools' commands; installed when the pinned list is another one than last time."""
        home, stamp = self.folder / "venv", self.folder / "venv" / "installed.lock"
        if not stamp.exists() or stamp.read_bytes() != _PINNED.read_bytes():
            print("Installing the scanners into an environment of their own …", flush=True)
            venv.create(home, with_pip=True, clear=True)
            pip = [home / "bin/python", "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
            subprocess.run([*pip, "--require-hashes", "-r", _PINNED], check=True)
            stamp.write_bytes(_PINNED.read_bytes())
        return home / "bin"
