"""Shared libraries: which of them the loader does not find, and the Debian package to bring each."""

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path


def absent(program: Path) -> list[str]:
    """The sonames that the loader does not find when it is asked to load an ELF program."""
    said = _said("ldd", str(program))
    return [line.split()[0] for line in said.splitlines() if line.endswith("=> not found")]


def asked_for(program: Path) -> list[str]:
    """All sonames that an ELF program is loaded with, except the loader's own."""
    return [line.split()[0] for line in _said("ldd", str(program)).splitlines() if " => " in line]


def programs_of(command: Path) -> list[Path]:
    """The ELF programs that a command runs: itself, or those of the package that its script came in."""
    if _is_elf(command):
        return [command]
    owner, found, _ = _said("dpkg-query", "-S", str(command.resolve())).partition(": ")
    files = _said("dpkg-query", "-L", owner).splitlines() if found else []
    return [Path(name) for name in files if ".so" not in name and _is_elf(Path(name))]


@cache
def package_of(soname: str) -> str | None:
    """The package that Debian's naming rule gives (policy 8.1: libatomic.so.1 comes in libatomic1).

    Releases that went over to a 64-bit time_t have some with the suffix t64. None when apt has an index of
    packages and neither is in it; without an index (before the first `apt-get update`) the rule stands alone.
    """
    name, _, version = soname.lower().replace("_", "-").partition(".so")
    version = version.removeprefix(".")
    named = f"{name}-{version}" if version and name[-1].isdigit() else name + version
    for package in (named, f"{named}t64"):
        if _said("apt-cache", "madison", package):
            return package
    return None if _said("apt-cache", "madison", "dpkg") else named


def _is_elf(file: Path) -> bool:
    if not file.is_file() or not os.access(file, os.X_OK):
        return False
    with file.open("rb") as opened:
        return opened.read(4) == b"\x7fELF"


def _said(program: str, *arguments: str) -> str:
    """What a tool of the system prints; nothing when it is not there or has nothing to say."""
    found = shutil.which(program, path=os.defpath)
    if found is None:
        return ""
    env = {**os.environ, "LC_ALL": "C"}
    return subprocess.run([found, *arguments], capture_output=True, text=True, env=env, check=False).stdout
