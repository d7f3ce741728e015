"""From the vault into new folders. A folder of the name asked for is there only when all of it is."""

import shutil
import signal
import subprocess
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.utils import timezone

from casefiles.apart import FOLDER
from hanoi_docs.backups import apart, engine, files, wal
from hanoi_docs.backups.vault import FULL, BackupError, Vault, said, write_json

_CONF = """
# --- written by `manage.py restore`
restore_command = 'cp "restored_wal/%f" "%p"'
recovery_end_command = 'rm -rf restored_wal'
recovery_target_timeline = 'current'
recovery_target_action = 'promote'
"""


@dataclass
class Restored:
    data: Path
    manifest: dict
    until: datetime | None
    segments: int
    files: int = 0
    problems: list[str] = field(
        default_factory=list
    )  # a sentence for each file that is not whole in the vault


def restore(vault: Vault, *, to: Path, files_to: Path, until: datetime | None = None) -> Restored:
    """The newest full backup (before `until`), the log after it up to `until`, the file store; beside it the records of all that
    was destroyed by decision, also after `until`.

    `to`: a data folder that does not exist yet, for an engine that is started on it afterwards; `files_to`: the folder
    `files` of a state folder. Raises BackupError with a sentence; nothing is left under either name then. Files that
    are damaged in the vault are named in `problems`, all others are there.
    """
    for one in (to, files_to):
        if one.exists() and (not one.is_dir() or any(one.iterdir())):
            raise BackupError(
                f"“{one}” đã có dữ liệu. Chỉ khôi phục vào thư mục mới, không bao giờ đè lên hệ thống đang có."
            )
    manifest = _chosen(vault, until)
    bin_folder = engine.programs(manifest["postgres"])
    chain, target = _chain(vault, manifest, until, bin_folder)
    _room(vault, manifest, chain, to, files_to)
    data, store = (one.with_name(f".{one.name}.dang-khoi-phuc") for one in (to, files_to))
    try:
        for one in (data, store):
            shutil.rmtree(one, ignore_errors=True)
            one.mkdir(mode=0o700, parents=True)
        engine.give(data)
        _unpack(vault, manifest, data)
        engine.run([bin_folder / "pg_verifybackup", "--quiet", data])
        _log(vault, chain, data)
        _tell_the_engine(data, target)
        count, problems = files.restore(vault, store)
        for one, target in ((store, files_to), (data, to)):  # the data folder last: with it, all is there
            if target.exists():
                target.rmdir()
            one.rename(target)
    except OSError as error:
        raise BackupError(
            f"Khôi phục không xong: {said(error)} ({error.filename or to}). Chưa có gì được khôi phục."
        ) from None
    finally:
        for one in (data, store):
            shutil.rmtree(one, ignore_errors=True)
    problems += apart.restore(vault, files_to.parent / FOLDER)
    return Restored(to, manifest, until, len(chain.names), count, problems)


def _chosen(vault: Vault, until: datetime | None) -> dict:
    found = vault.manifests()
    if not found:
        raise BackupError(f"Trong “{vault.folder}” không có bản sao lưu nào trọn vẹn.")
    early = [one for one in found if until is None or datetime.fromisoformat(one["ended"]) <= until]
    if not early:
        first = timezone.localtime(datetime.fromisoformat(found[0]["ended"]))
        raise BackupError(
            f"Bản sao lưu sớm nhất còn giữ là lúc {first:%H:%M:%S %d/%m/%Y}; không khôi phục được về trước đó."
        )
    return early[-1]


def _chain(
    vault: Vault, manifest: dict, until: datetime | None, bin_folder: Path
) -> tuple[wal.Chain, datetime | None]:
    """The log to replay, and where to stop; None: at its end. Refuses to leave out what was committed after a gap, unless
    that is what was asked for."""
    found = wal.chain(vault, manifest)
    if not found.missing and until is None:
        return found, None
    last = wal.last_commit(vault, found, bin_folder)
    # An engine told to stop at a moment that its log does not reach refuses to start.
    target = until if last is not None and until is not None and until < last else None
    # A backup alone is whole at its end, also where the last commit lies before it; an earlier moment is refused.
    ended = datetime.fromisoformat(str(manifest["ended"]))
    last = max(last or ended, ended)
    if not found.missing or (until is not None and until <= last):
        return found, target
    said_at = timezone.localtime(last)
    raise BackupError(
        f"Thiếu đoạn WAL {found.missing}: chỉ khôi phục được đến {said_at:%H:%M:%S %d/%m/%Y}. Nếu không tìm lại được đoạn"
        f" này, hãy chạy lại với --until {last.isoformat().replace('+00:00', 'Z')}"
    )


def _room(vault: Vault, manifest: dict, chain: wal.Chain, to: Path, files_to: Path) -> None:
    """Asks before hours of work what can be asked before."""
    log = len(chain.names) * manifest["segment_size"]
    needed = {_disk(to): manifest["unpacked"] + log}
    store = sum(path.stat().st_size for path in files.everything(vault))
    needed[_disk(files_to)] = needed.get(_disk(files_to), 0) + store
    for disk, size in needed.items():
        free = shutil.disk_usage(disk).free
        if free < size:
            raise BackupError(
                f"Đĩa của “{disk}” còn {free // 10**6} MB, khôi phục cần khoảng {size // 10**6} MB. Chưa có gì được khôi phục."
            )


def _disk(path: Path) -> Path:
    """The nearest folder that is there, one for each disk."""
    while not path.exists():
        path = path.parent
    while path.parent != path and path.parent.stat().st_dev == path.stat().st_dev:
        path = path.parent
    return path


def _unpack(vault: Vault, manifest: dict, data: Path) -> None:
    tar = subprocess.Popen(
        ["tar", "--extract", "--gzip", "--same-permissions", "--no-same-owner", "--directory", str(data)],
        stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=False, env=engine.plain(), cwd="/", **engine.account(),
    )  # fmt: skip
    broken = None
    try:
        vault.open_stream(vault.full / manifest["name"] / "base.tar.gz.age", tar.stdin)
    except OSError as error:
        broken = error  # tar has ended; its own words say why
    finally:
        with suppress(OSError):
            tar.stdin.close()
        words = tar.stderr.read().decode(errors="replace")
        tar.stderr.close()
        code = tar.wait()
    if code or broken:
        lowered = words.lower()
        full = ("no space left", "file too large", "quota")
        if code == -signal.SIGXFSZ or any(words in lowered for words in full):
            raise OSError(FULL[1], "No space left on device", str(data))
        raise BackupError(f"Không mở được bản sao lưu {manifest['name']}: {engine.last_words(words)}")


def _log(vault: Vault, chain: wal.Chain, data: Path) -> None:
    folder = data / "restored_wal"
    folder.mkdir(mode=0o700)
    engine.give(folder)
    for name in chain.names:
        path = folder / name
        path.write_bytes(wal.read(vault, name, torn=name == chain.torn))
        engine.give(path)


def _tell_the_engine(data: Path, until: datetime | None) -> None:
    """The old server's own settings stay; those of Debian lie elsewhere, and an engine wants the files."""
    conf = _CONF + (f"recovery_target_time = '{until.isoformat()}'\n" if until else "")
    for name, text in (("postgresql.conf", ""), ("pg_ident.conf", ""), ("pg_hba.conf", "")):
        if not (data / name).exists():
            (data / name).write_text(text)
            engine.give(data / name)
    with (data / "postgresql.auto.conf").open("a") as file:
        file.write(conf)
    (data / "recovery.signal").touch()
    for name in ("postgresql.auto.conf", "recovery.signal"):
        engine.give(data / name)


def note(restored: Restored, path: Path) -> None:
    """For whoever looks at the folder later: where it comes from."""
    write_json(path, {
        "backup": restored.manifest["name"], "until": restored.until, "segments": restored.segments,
        "files": restored.files, "problems": restored.problems,
    })  # fmt: skip
