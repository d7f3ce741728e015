"""On what it was measured: figures of two machines are never compared without this line."""

import os
import platform
import subprocess
from datetime import datetime
from pathlib import Path

from django.db import connection

ROOT = Path(__file__).resolve().parent.parent


def describe() -> dict[str, str]:
    """Needs the database; everything else comes from the operating system."""
    return {
        "at": datetime.now().astimezone().isoformat(timespec="minutes"),
        "cpu": _after("/proc/cpuinfo", "model name") or platform.processor() or platform.machine(),
        "cores": str(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()),
        "memory": _memory(),
        "load": f"{os.getloadavg()[0]:.1f}",  # at the start: above zero, others were at work too
        "python": platform.python_version(),
        "postgresql": _setting("server_version").split()[0],
        "fsync": _setting("fsync"),
        "synchronous_commit": _setting("synchronous_commit"),
        "commit": _commit(),
    }


def _setting(name: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SHOW {name}")
        return cursor.fetchone()[0]


def _memory() -> str:
    kilobytes = _after("/proc/meminfo", "MemTotal").split()
    return f"{int(kilobytes[0]) / 1024**2:.0f} GiB" if kilobytes else "unknown"


def _after(path: str, name: str) -> str:
    """The value after "name:" in a file of /proc, or "" on a system without it."""
    try:
        lines = Path(path).read_text().splitlines()
    except OSError:
        return ""
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(name)), "")


def _commit() -> str:
    """The commit of the sources, with a plus when they were changed since; outside a checkout "unknown"."""
    head, changed = _git("rev-parse", "--short", "HEAD"), _git("status", "--porcelain", "-uno")
    return f"{head}{'+' if changed else ''}" if head else "unknown"


def _git(*words: str) -> str:
    try:
        return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True).stdout.strip()
    except OSError:
        return ""
