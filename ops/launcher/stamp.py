"""Whether the set-up of last time still holds: the same sources and the same database."""

import hashlib
from pathlib import Path

from launcher.place import Place

# What the set-up reads. Tests, documents and the launcher itself change nothing in the database.
SOURCES = (
    "hanoi_docs",
    "ui",
    "orgs",
    "documents",
    "signatures",
    "interop",
    "casefiles",
    "progress",
    "simulators",
    "static",
    "templates",
)


def of(root: Path, wanted: str) -> str:
    """A digest of names, sizes and times of the sources, and of `wanted`: what else the set-up was made for
    (which PostgreSQL, which address of the authority)."""
    digest = hashlib.sha256(wanted.encode())
    files = [path for top in SOURCES for path in (root / top).rglob("*") if "__pycache__" not in path.parts]
    for path in sorted([*files, root / "ops/requirements.lock"]):
        if path.is_file():
            seen = path.stat()
            digest.update(f"{path.relative_to(root)}|{seen.st_size}|{seen.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def kept(place: Place) -> str | None:
    """The stamp of the last complete set-up."""
    path = place.engine / "set-up.stamp"
    return path.read_text() if path.exists() else None


def keep(place: Place, stamp: str) -> None:
    """Remember a complete set-up, beside the data it speaks of."""
    (place.engine / "set-up.stamp").write_text(stamp)


def forget(place: Place) -> None:
    """From here on the set-up counts as incomplete."""
    (place.engine / "set-up.stamp").unlink(missing_ok=True)
