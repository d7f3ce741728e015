"""The packages of a lock file, installed into .venv by pip, with a line of progress every few seconds."""

import os
import re
import subprocess
import sys
import threading
import time
from pathlib import Path

from launcher.place import ROOT, Refused, owned
from launcher.watch import say

EVERY = 8.0  # seconds between two lines
_PIN = re.compile(r"^[\w.\[\],-]+==", re.M)


def install(lock: Path) -> int:
    """Installs what is missing and remembers the lock file; a second call with the same one changes nothing.

    Raises Refused with pip's last words, or when the folder is another account's.
    """
    folder = ROOT / ".venv"
    owned(folder)
    python = folder / "bin/python"
    whole = lock.read_text()
    say(f"Installing {len(_PIN.findall(whole))} packages of {lock} into {folder} …")
    if (
        subprocess.run([python, "-m", "pip", "--version"], capture_output=True).returncode
        if python.exists()
        else True
    ):
        _run([sys.executable, "-m", "venv", "--clear", str(folder)])
    pip = [str(python), "-m", "pip", "install", "--disable-pip-version-check", "--progress-bar", "off"]
    _run([*pip, "--require-hashes", "-r", str(lock)])
    (folder / "installed.lock").write_text(whole)
    return 0


def _run(command: list[str]) -> None:
    """To its end; meanwhile the count of what pip has looked at. Raises Refused."""
    env = {**os.environ, "PYTHONUNBUFFERED": "1"}
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=env)
    said: list[str] = []
    reader = threading.Thread(target=lambda: said.extend(running.stdout), daemon=True)
    reader.start()
    begun = time.monotonic()
    while running.poll() is None:
        try:
            running.wait(EVERY)
        except subprocess.TimeoutExpired:
            say(f"  {_stands(said)} ({time.monotonic() - begun:.0f} s)")
    reader.join()
    if running.returncode:
        raise Refused(
            "".join(said[-20:]).rstrip() + f"\n{' '.join(command[1:4])} failed ({running.returncode})."
        )


def _stands(said: list[str]) -> str:
    if any(line.startswith("Installing collected packages") for line in said):
        return "writing them to disk"
    fetched = sum(line.startswith(("Collecting ", "Requirement already satisfied")) for line in said)
    return f"{fetched} fetched" if fetched else "at work"
