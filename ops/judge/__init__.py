"""`python -m ops.judge PACKAGE…`: what the public eark-validator says of E-ARK packages, a line of JSON each.

It lives in an environment of its own (`.state/judge`), made once from the pinned list beside this file: it wants an lxml of its
own. As shipped it fetches four vocabularies when it is imported; `asked.py`, which runs there, hands it the terms.
"""

import fcntl
import json
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HOME = ROOT / ".state/judge"
_PINNED = Path(__file__).with_name("requirements.lock")
NO_WHEEL = (3, 13)  # from here on its lxml 5.1.0 has no wheel, and would have to be built


class Unavailable(Exception):
    """Why there is no judge here."""


def python() -> Path:
    """The interpreter that has it; installed when the pinned list is another one than last time. Raises Unavailable."""
    if sys.version_info >= NO_WHEEL:
        raise Unavailable(
            f"eark-validator 1.1.3 needs lxml 5.1.0, which has no wheel for Python {sys.version_info.major}.{sys.version_info.minor}"
        )
    HOME.mkdir(parents=True, exist_ok=True)
    stamp = HOME / "installed.lock"
    with (HOME / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # tests run side by side
        if not stamp.exists() or stamp.read_bytes() != _PINNED.read_bytes():
            _install()
            stamp.write_bytes(_PINNED.read_bytes())
    return HOME / "venv/bin/python"


def judged(*packages: Path) -> list[dict]:
    """Of each: "structure", "schema", "schematron" as it words them, "errors" and "warnings" as the names of its rules."""
    asked = [python(), "-I", Path(__file__).with_name("asked.py"), *packages]
    told = subprocess.run([str(one) for one in asked], capture_output=True, text=True, timeout=300)
    if told.returncode:
        raise RuntimeError(told.stderr[-2000:])
    return [json.loads(line) for line in told.stdout.splitlines() if line.startswith("{")]


def _install() -> None:
    venv.create(HOME / "venv", with_pip=True, clear=True)
    pip = [HOME / "venv/bin/python", "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    done = subprocess.run([*pip, "--require-hashes", "-r", _PINNED], capture_output=True, text=True)
    if done.returncode:
        raise Unavailable(f"pip cannot install eark-validator 1.1.3: {done.stderr.strip()[-500:]}")
