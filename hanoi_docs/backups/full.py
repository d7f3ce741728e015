"""One full backup: the database as `pg_basebackup` gives it, the file store by hash, a manifest last."""

import re
import shutil
import subprocess
import tempfile
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils import timezone

from documents.models import Blob, Document, Event
from hanoi_docs.backups import apart, engine, files, wal
from hanoi_docs.backups.vault import BackupError, Squeezed, Vault, said, write_json

_POINT = re.compile(r"write-ahead log (start|end) point: (\S+)(?: on timeline (\d+))?")


def backup(vault: Vault, *, at: datetime, keep: int) -> dict:
    """Takes one, forgets all but the last `keep`; returns its manifest, with "problems" (sentences, none when all is well).

    Works while the system is used. A row of the backup always has its file: files are written before their rows, and
    the store is copied after the database. Raises BackupError; what was begun is removed then.
    """
    with vault.alone("backup"):
        same_cluster(vault)
        vault.public_key()  # refuse before the work
        name = f"{at:%Y%m%dT%H%M%SZ}"
        folder = vault.full / name
        folder.mkdir(mode=0o700, parents=True)
        try:
            counts = counted()  # before: what is restored has at least these
            manifest = {"name": name, "started": at, "counts": counts} | _database(vault, folder)
            apart.copy(vault)  # before the bytes themselves go from here
            copied = files.mirror(vault)
            manifest |= {
                "ended": timezone.now(),
                "files": {"new": copied.new, "bytes": copied.size, "destroyed": copied.destroyed},
            }
            write_json(folder / "manifest.json", manifest)
        except BaseException as error:
            shutil.rmtree(folder, ignore_errors=True)
            if isinstance(error, OSError):
                raise BackupError(
                    f"Không ghi được bản sao lưu vào “{vault.folder}”: {said(error)}."
                ) from None
            raise
        forget(vault, keep)
        return manifest | {"problems": copied.problems}


def forget(vault: Vault, keep: int) -> None:
    """Removes all full backups but the last `keep`, and the log that only they needed."""
    kept = vault.manifests()[-max(keep, 1) :]
    names = {one["name"] for one in kept}
    for folder in vault.full.iterdir():
        # What has no manifest was cut off; nobody is writing it, as this is done alone.
        if folder.name not in names:
            shutil.rmtree(folder)
    for path in vault.wal.glob("*.gz.age"):
        timeline = [one["start_segment"] for one in kept if one["start_segment"][:8] == path.name[:8]]
        if wal.NAME.match(path.name) and path.name[:24] < min(timeline, default="Z"):
            path.unlink(missing_ok=True)


def counted() -> dict[str, int]:
    return {
        "papers": Document.objects.count(), "events": Event.objects.count(), "files": Blob.objects.count(),
    }  # fmt: skip


def same_cluster(vault: Vault) -> None:
    """One vault, one database: segments of another would take the names of ours. Raises BackupError."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT system_identifier::text FROM pg_control_system()")
        (system,) = cursor.fetchone()
    path = vault.folder / "database.txt"
    try:
        if path.read_text().strip() == system:
            return
    except FileNotFoundError:
        vault.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.write_text(system + "\n")
        return
    raise BackupError(
        f"“{vault.folder}” là bản sao lưu của một cơ sở dữ liệu khác. Hãy đặt BACKUP_DIR tới thư mục riêng."
    )


def _database(vault: Vault, folder: Path) -> dict:
    """Streams the whole server through gzip and age: nothing of it lies anywhere unsealed."""
    version, settings_of = engine.major(), connection.settings_dict
    line = [
        engine.programs(version) / "pg_basebackup", "-D", "-", "--format=tar", "--wal-method=fetch", "--checkpoint=fast",
        "--manifest-checksums=SHA256", "--no-password", "--verbose", "--label", f"hanoi-docs {folder.name}",
    ]  # fmt: skip
    with tempfile.TemporaryFile("w+") as told:
        process = subprocess.Popen(line, env=engine.environment(), stdout=subprocess.PIPE, stderr=told)
        try:
            source = Squeezed(process.stdout)
            sha256 = vault.seal_stream(source, folder / "base.tar.gz.age")
        finally:
            process.stdout.close()
            code = process.wait()
        told.seek(0)
        words = told.read()
    if code:
        raise BackupError(f"pg_basebackup: {engine.last_words(words)}")
    points = {which: (lsn, timeline) for which, lsn, timeline in _POINT.findall(words)}
    (start, timeline), (end, _) = points["start"], points["end"]
    size = _segment_size()
    sealed = folder / "base.tar.gz.age"
    return {
        "postgres": version, "database": settings_of["NAME"], "timeline": int(timeline), "segment_size": size,
        "start_segment": wal.segment_of(start, int(timeline), size), "end_segment": wal.segment_of(end, int(timeline), size),
        "unpacked": source.size, "sealed": sealed.stat().st_size, "sha256": sha256, "state": str(settings.STATE_DIR),
    }  # fmt: skip


def _segment_size() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT setting::bigint FROM pg_settings WHERE name = 'wal_segment_size'")
        return cursor.fetchone()[0]
