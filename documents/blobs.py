"""Bytes by their SHA-256, on disk before any row speaks of them."""

import hashlib
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, ProtectedError

from documents.models import Blob

UNHELD = timedelta(hours=12)  # as long as a form keeps its files
_AT_ONCE = 1000


class Damaged(Exception):
    """The bytes on the disk are not those of the hash they are kept under."""


def _new_disk() -> None:
    global _disk
    _disk = ThreadPoolExecutor(8, "disk")


_new_disk()
os.register_at_fork(after_in_child=_new_disk)  # threads do not come along


def store(data: bytes, content_type: str = "application/pdf") -> Blob:
    """Keeps the bytes once, however many papers share them. A crash leaves an unused file, never half of one."""
    with storing(data, content_type) as blob:
        return blob


def store_all(files: Sequence[BinaryIO], content_type: str) -> list[Blob]:
    """As `store` for open files, which need not fit into memory: their bytes go to the disk side by side, their rows in
    one statement."""
    kept = [_blob_of(file, content_type) for file in files]
    for copied in [_disk.submit(_copy, one, _path(to.sha256)) for one, to in zip(files, kept, strict=True)]:
        copied.result()
    Blob.objects.bulk_create(sorted(kept, key=lambda blob: blob.sha256), ignore_conflicts=True)
    for file, blob in zip(files, kept, strict=True):
        _copy(file, _path(blob.sha256))  # destroyed since it was looked for
    return kept


def store_file(file: BinaryIO, content_type: str = "application/pdf") -> Blob:
    return store_all([file], content_type)[0]


def _blob_of(file: BinaryIO, content_type: str) -> Blob:
    file.seek(0)
    sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return Blob(sha256=sha256, size=file.seek(0, os.SEEK_END), content_type=content_type)


@contextmanager
def storing(data: bytes, content_type: str = "application/pdf") -> Iterator[Blob]:
    """As `store`, while the block goes on with its own rows: the block does not end, and so nothing is
    committed, before the bytes are safe on the disk. Waiting for the disk is the slow part of keeping a file."""
    blob = Blob(sha256=hashlib.sha256(data).hexdigest(), size=len(data), content_type=content_type)
    path = _path(blob.sha256)
    writing = None if path.exists() else _disk.submit(write, path, [data])
    if writing and not connection.in_atomic_block:
        writing.result()  # the row would be committed at once
    try:
        Blob.objects.bulk_create([blob], ignore_conflicts=True)
        yield blob
    finally:
        if writing:
            writing.result()
    if not path.exists():  # destroyed since it was looked for
        write(path, [data])


def read(blob: Blob) -> bytes:
    return _path(blob.sha256).read_bytes()


def path_of(blob: Blob) -> Path:
    return _path(blob.sha256)


def there(blob: Blob) -> bool:
    """Whether there are bytes at all: not so while the disk of the files is away."""
    return _path(blob.sha256).exists()


def intact(blob: Blob) -> bool:
    """Whether the bytes on the disk are still those of the hash. Reads all of them, a little at a time."""
    try:
        with _path(blob.sha256).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == blob.sha256
    except FileNotFoundError:
        return False


def destroy(blob: Blob) -> None:
    """Removes bytes that must not be here (state secrets), and every picture made of them.

    Only when nothing else holds them. The bytes go before the row does: a crash in between leaves a row
    without bytes and the act undone, never bytes that nobody knows of.
    """
    with transaction.atomic():
        try:
            Blob.objects.filter(pk=blob.pk).delete()
        except ProtectedError:
            return
        # Whoever began to use them meanwhile stops us here, or is stopped at his own commit.
        connection.check_constraints()
        _path(blob.sha256).unlink(missing_ok=True)
        shutil.rmtree(_pictures(blob.sha256), ignore_errors=True)


def destroy_unheld(*, at: datetime) -> int:
    """PDF files that no row holds: what a killed process or a form that was never sent left behind; how many. Younger than
    `UNHELD` they may be of a form that is still open. (A picture may be named by a proposal alone.)"""
    old = Blob.objects.filter(content_type="application/pdf", created_at__lt=at - UNHELD)
    for link in Blob._meta.get_fields(include_hidden=True):
        if link.auto_created and (link.one_to_many or link.one_to_one):
            held = link.related_model.objects.filter(**{link.field.name: OuterRef("pk")})
            old = old.filter(~Exists(held))
    found = list(old[:_AT_ONCE])
    for blob in found:
        destroy(blob)
    return len(found)


def picture(blob: Blob, name: str, make: Callable[[bytes], bytes]) -> Path:
    """A picture made once from the bytes and kept beside them. `make` raises for bytes it cannot read.

    Raises FileNotFoundError when the bytes have been destroyed, also while the picture was made; Damaged when
    they are no longer those of the hash: what is shown under a hash is what is signed under it.
    """
    path = _pictures(blob.sha256) / name
    if not path.exists():
        data = read(blob)
        if hashlib.sha256(data).hexdigest() != blob.sha256:
            raise Damaged(blob.sha256)
        write(path, [make(data)])
        if not _path(blob.sha256).exists():
            shutil.rmtree(_pictures(blob.sha256), ignore_errors=True)
            raise FileNotFoundError(blob.sha256)
    return path


def _copy(file: BinaryIO, path: Path) -> None:
    if not path.exists():
        file.seek(0)
        write(path, iter(lambda: file.read(1 << 16), b""))


def write(path: Path, pieces: Iterable[bytes]) -> None:
    """All of it or nothing, whenever the process is killed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"part-{uuid4().hex}")
    try:
        with open(part, "xb", opener=_private) as file:
            file.writelines(pieces)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:  # a full disk: half a file would fill it for ever
        part.unlink(missing_ok=True)
        raise
    # The name too: a row must not outlive a power cut that its file did not.
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _pictures(sha256: str) -> Path:
    return Path(default_storage.location) / "pages" / sha256[:2] / sha256


def _path(sha256: str) -> Path:
    return Path(default_storage.location) / "blobs" / sha256[:2] / sha256[2:4] / sha256
