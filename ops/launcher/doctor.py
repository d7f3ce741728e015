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

from launcher.libraries import absent, package_of, programs_of
from launcher.place import ROOT
from launcher.programs import system_browser, system_postgres
from launcher.watch import say


@dataclass(frozen=True)
class Need:
    """A Debian/Ubuntu package (None: no name is known), how to see that it is there, and what it is for."""

    package: str | None
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
LETTERS = Path("/usr/share/tesseract-ocr")
SYSTEM = [
    Need("libpango-1.0-0", library("libpango-1.0.so.0"), "PDF pages"),
    Need("libpangoft2-1.0-0", library("libpangoft2-1.0.so.0"), "PDF pages"),
    Need("libharfbuzz-subset0", library("libharfbuzz-subset.so.0"), "fonts in PDF pages"),
    Need("poppler-utils", program("pdftoppm"), "a second opinion on the picture of signed pages"),
    Need("tesseract-ocr", program("tesseract"), "reading scanned pages"),
    Need(
        "tesseract-ocr-vie", lambda: any(LETTERS.glob("*/tessdata/vie.traineddata")), "reading scanned pages"
    ),
    Need(
        "tesseract-ocr-osd",
        lambda: any(LETTERS.glob("*/tessdata/osd.traineddata")),
        "seeing which scanned pages lie upside down",
    ),
    Need("libreoffice-writer-nogui", program("soffice", "libreoffice"), "turning Word files into PDF"),
]
# What the browser tests' driver (Playwright's own Node.js) is loaded with: for the time before it is installed,
# so that all that is missing is named at once. A test holds this against the driver that the lock file brings.
DRIVER_LIBRARIES = [
    "libatomic.so.1", "libdl.so.2", "libm.so.6", "libstdc++.so.6", "libgcc_s.so.1", "libpthread.so.0", "libc.so.6",
]  # fmt: skip
NEEDS = {
    "venv": [Need(VENV, lambda: find_spec("ensurepip") is not None, "the virtual environment")],
    "demo": SYSTEM,
    "test": [
        *SYSTEM,
        Need("libnss3-tools", program("certutil"), "checking signatures with a second program"),
        Need("zbar-tools", program("zbarimg"), "reading QR codes as a phone does"),
        Need("softhsm2", program("softhsm2-util"), "signing with a token"),
        Need("opensc", program("pkcs11-tool"), "signing with a token"),
    ],
    "browser": [
        Need(_chromium_package(), lambda: system_browser() is not None, "browser tests"),
    ],
    "postgres": [Need("postgresql", lambda: system_postgres() is not None, "the system's own PostgreSQL")],
}


def check(uses: list[str]) -> int:
    """See that everything for `uses` (keys of NEEDS) is there; 0 when it is in the end, else 1."""
    missing = _missing(uses)
    if missing and _may_install():
        _install(uses)
        missing = _missing(uses)
    if not missing:
        return 0
    for need in missing:
        say(f"Missing: {need.package or 'a package that apt does not know by name'} (for {need.purpose})")
    if packages := _packages(missing):
        line = "apt-get update && sudo apt-get install -y " + " ".join(packages)
        say(f"Type this once, then start again:\n    sudo {line}")
    return 1


def driver() -> Path | None:
    """The Node.js that drives the browser, as Playwright finds it; None before it is installed."""
    if own := os.environ.get("PLAYWRIGHT_NODEJS_PATH"):
        return Path(own)
    return next(ROOT.glob(".venv/lib/python*/site-packages/playwright/driver/node"), None)


def _missing(uses: list[str]) -> list[Need]:
    wanted = {need.package: need for use in uses for need in NEEDS[use]}
    missing = [need for need in wanted.values() if not need.present()]
    return missing + (_missing_libraries() if "browser" in uses else [])


def _missing_libraries() -> list[Need]:
    """One need for each library that the driver or the browser cannot be loaded without."""
    node, browser = driver(), system_browser()
    lacking = absent(node) if node else [name for name in DRIVER_LIBRARIES if not library(name)()]
    users = dict.fromkeys(lacking, "the driver of the browser tests")
    for part in programs_of(browser) if browser else []:
        users |= dict.fromkeys(absent(part), f"the browser, {part}")
    return [
        Need(package_of(name), library(name), f"{name}, loaded by {user}") for name, user in users.items()
    ]


def _packages(needs: list[Need]) -> list[str]:
    return list(dict.fromkeys(need.package for need in needs if need.package))


def _may_install() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def _install(uses: list[str]) -> None:
    _apt("update", "-q")
    package_of.cache_clear()  # apt knows more names now
    if packages := _packages(_missing(uses)):
        say(f"Installing {' '.join(packages)} …")
        options = ("-y", "-q", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=300")
        _apt("install", *options, *packages)


def _apt(*arguments: str) -> None:
    command = ["apt-get", *arguments]
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(command, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode:
        say(f"{' '.join(command)} failed:\n{(done.stdout + done.stderr)[-2000:]}")
