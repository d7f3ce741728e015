"""System packages that no lock file can bring: found missing, they are installed (root) or named."""

import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from launcher.programs import system_postgres
from launcher.watch import say


@dataclass(frozen=True)
class Need:
    """A Debian/Ubuntu package, how to see that it is there, and what it is for."""

    package: str
    present: Callable[[], bool]
    purpose: str


def library(name: str) -> Callable[[], bool]:
    """Present when the dynamic linker finds the library."""

    def present() -> bool:
        try:
            ctypes.CDLL(name)
        except OSError:
            return False
        return True

    return present


def program(*names: str) -> Callable[[], bool]:
    """Present when one of the programs is on PATH."""
    return lambda: any(shutil.which(name) for name in names)


def _chromium_package() -> str:
    release = Path("/etc/os-release")
    ubuntu = release.exists() and "ID=ubuntu" in release.read_text().splitlines()
    return "chromium-browser" if ubuntu else "chromium"


VENV = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
PDF = [
    Need("libpango-1.0-0", library("libpango-1.0.so.0"), "PDF pages"),
    Need("libpangoft2-1.0-0", library("libpangoft2-1.0.so.0"), "PDF pages"),
    Need("libharfbuzz-subset0", library("libharfbuzz-subset.so.0"), "fonts in PDF pages"),
]
NEEDS = {
    "venv": [Need(VENV, lambda: find_spec("ensurepip") is not None, "the virtual environment")],
    "demo": PDF,
    "test": [
        *PDF,
        Need("poppler-utils", program("pdfsig"), "checking signatures with a second program"),
        Need("libnss3-tools", program("certutil"), "checking signatures with a second program"),
        Need("zbar-tools", program("zbarimg"), "reading QR codes as a phone does"),
        Need("softhsm2", program("softhsm2-util"), "signing with a token"),
        Need("opensc", program("pkcs11-tool"), "signing with a token"),
    ],
    "browser": [
        Need(_chromium_package(), program("chromium", "chromium-browser", "google-chrome"), "browser tests"),
    ],
    "postgres": [Need("postgresql", lambda: system_postgres() is not None, "the system's own PostgreSQL")],
}


def check(uses: list[str]) -> int:
    """See that everything for `uses` (keys of NEEDS) is there; 0 when it is in the end, else 1."""
    missing = _missing(uses)
    if missing and _may_install():
        _install([need.package for need in missing])
        missing = _missing(uses)
    if not missing:
        return 0
    for need in missing:
        say(f"Missing: {need.package} (for {need.purpose})")
    line = "apt-get update && sudo apt-get install -y " + " ".join(need.package for need in missing)
    say(f"Type this once, then start again:\n    sudo {line}")
    return 1


def _missing(uses: list[str]) -> list[Need]:
    wanted = {need.package: need for use in uses for need in NEEDS[use]}
    return [need for need in wanted.values() if not need.present()]


def _may_install() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def _install(packages: list[str]) -> None:
    say(f"Installing {' '.join(packages)} …")
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "-q", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=300"]
    install += packages
    for command in (["apt-get", "update", "-q"], install):
        done = subprocess.run(command, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if done.returncode:
            say(f"{' '.join(command)} failed:\n{(done.stdout + done.stderr)[-2000:]}")
