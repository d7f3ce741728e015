"""The file store in the vault: every file once, by its hash; what was destroyed here is destroyed there."""

import hashlib
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from documents import blobs
from documents.models import Blob
from hanoi_docs.backups.vault import Damaged, Vault, WrongKey

_HEX = "0123456789abcdef"
_SIDE_BY_SIDE = 4
_AT_ONCE = 500
_GONE, _HARMED = -1, -2


@dataclass
class Copied:
    new: int = 0
    size: int = 0  # bytes of the new ones
    destroyed: int = 0
    problems: list[str] = field(default_factory=list)


def mirror(vault: Vault) -> Copied:
    """Copies what is missing and removes what the system has destroyed. A 256th of the store is in memory at a time."""
    done = Copied()
    for prefix in (one + two for one in _HEX for two in _HEX):
        # The vault first: what lies there had its row, so who has none now was destroyed since.
        there = {path.stem for path in (vault.folder / "files" / prefix).glob("*/*.age")}
        rows = Blob.objects.filter(sha256__gte=prefix, sha256__lt=f"{prefix}g").values_list(
            "sha256", flat=True
        )
        here = set(rows)
        _copy_all(vault, here - there, done)
        for sha256 in there - here:
            vault.file(sha256).unlink(missing_ok=True)
            done.destroyed += 1
    return done


def copy_new(vault: Vault, since: datetime) -> Copied:
    done = Copied()
    rows = Blob.objects.filter(created_at__gte=since).values_list("sha256", flat=True)
    _copy_all(vault, [sha256 for sha256 in rows if not vault.file(sha256).exists()], done)
    return done


def _copy_all(vault: Vault, hashes: Iterable[str], done: Copied) -> None:
    """Side by side: most of the time is waiting for the disk of the vault."""
    with ThreadPoolExecutor(_SIDE_BY_SIDE) as side_by_side:
        for some in _by(_AT_ONCE, iter(hashes)):
            copied = side_by_side.map(lambda sha256: _copy_one(vault, sha256), some)
            for sha256, size in zip(some, copied, strict=True):
                if size == _GONE:
                    if Blob.objects.filter(pk=sha256).exists():  # else: destroyed a moment ago
                        done.problems.append(f"Kho tệp thiếu tệp {sha256}.")
                elif size == _HARMED:
                    done.problems.append(
                        f"Tệp {sha256} trong kho không còn đúng với mã của nó; không đưa vào bản sao lưu."
                    )
                else:
                    done.new, done.size = done.new + 1, done.size + size


def _copy_one(vault: Vault, sha256: str) -> int:
    """Bytes of the file; below zero: why it was not copied. Runs in a thread: no database here."""
    try:
        data = blobs.path_of(Blob(sha256=sha256)).read_bytes()
    except FileNotFoundError:
        return _GONE
    if hashlib.sha256(data).hexdigest() != sha256:
        return _HARMED
    vault.seal(data, vault.file(sha256))
    return len(data)


def restore(vault: Vault, to: Path) -> tuple[int, list[str]]:
    """Every file of the vault into a file store; how many, and a sentence for each that could not be.

    Raises WrongKey at the first, OSError when the disk is full.
    """
    count, problems = 0, []
    with ThreadPoolExecutor(_SIDE_BY_SIDE) as side_by_side:
        for some in _by(_AT_ONCE, everything(vault)):
            for problem in side_by_side.map(lambda path: _restore_one(vault, path, to), some):
                count += not problem
                problems += [problem] if problem else []
    os.sync()  # once, not for each file
    return count, problems


def verify(vault: Vault) -> list[str]:
    """A sentence for each file of the vault that is not what its name says."""
    with ThreadPoolExecutor(_SIDE_BY_SIDE) as side_by_side:
        found = []
        for some in _by(_AT_ONCE, everything(vault)):
            found += [one for _, one in side_by_side.map(lambda path: _opened(vault, path), some) if one]
    return found


def everything(vault: Vault) -> Iterator[Path]:
    return (vault.folder / "files").glob("*/*/*.age")


def _restore_one(vault: Vault, path: Path, to: Path) -> str:
    data, problem = _opened(vault, path)
    if not problem:
        target = to / "blobs" / path.stem[:2] / path.stem[2:4] / path.stem
        target.parent.mkdir(parents=True, exist_ok=True)
        with open(target, "wb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
            file.write(data)
    return problem


def _opened(vault: Vault, path: Path) -> tuple[bytes, str]:
    try:
        data = vault.open(path)
    except WrongKey:
        raise
    except Damaged as error:
        return b"", str(error)
    if hashlib.sha256(data).hexdigest() != path.stem:
        return b"", f"Tệp sao lưu “{path.relative_to(vault.folder)}” không đúng với mã của nó."
    return data, ""


def _by(size: int, rows: Iterator) -> Iterator[list]:
    some = []
    for row in rows:
        some.append(row)
        if len(some) == size:
            yield some
            some = []
    yield some
