"""A lost machine, rehearsed: the newest backup into a second engine on this machine, looked at, compared, taken away."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import connection
from django.utils import timezone

from documents.models import ChainHead, Event
from hanoi_docs.backups import engine
from hanoi_docs.backups.restoring import restore
from hanoi_docs.backups.vault import BackupError, Vault

MOST_LOST = 60.0  # seconds of committed work (RPO)


def rehearse(vault: Vault, *, at: datetime, inside: Path | None = None) -> dict:
    """What was found, with "problems": sentences, none when the backup would carry the office.

    rpo_s: seconds of work that a loss of the machine at `at` would have cost; rto_s: from the decision to an engine that
    answers with its files in place (audit_s, the look at all of it, comes after). Raises BackupError.
    """
    with vault.alone("rehearse"):
        folder = Path(tempfile.mkdtemp(prefix="dien-tap-", dir=inside))
        folder.chmod(0o711)  # the engine may run as another account
        try:
            return _rehearse(vault, folder, at)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _rehearse(vault: Vault, folder: Path, at: datetime) -> dict:
    begun = time.monotonic()
    shipped = vault.shipped()
    restored = restore(vault, to=folder / "postgres", files_to=folder / "state" / "files")
    manifest, restored_after = restored.manifest, time.monotonic() - begun
    with engine.second_engine(engine.programs(manifest["postgres"]), restored.data) as port:
        rto = time.monotonic() - begun
        seen = look_at(port, manifest["database"], folder / "state")
    took = time.monotonic() - begun
    moments = [manifest["ended"], *([shipped["at"]] if shipped else [])]
    recovered = max(datetime.fromisoformat(one) for one in moments)
    rpo = max((at - recovered).total_seconds(), 0.0)
    problems = [*restored.problems, *seen["broken"], *seen["unopened"], *_compared(manifest, seen)]
    if rpo > MOST_LOST:
        since = timezone.localtime(recovered)
        problems.append(
            f"Nhật ký WAL không được chuyển ra từ {since:%H:%M:%S %d/%m/%Y} (manage.py ship_wal có chạy không?)."
        )
    return {
        "rpo_s": round(rpo, 1), "rto_s": round(rto, 1), "papers": seen["counts"]["papers"],
        "audit": "ok" if not seen["broken"] else "broken", "opened": seen["opened"], "backup": manifest["name"],
        "segments": restored.segments, "files": restored.files, "restore_s": round(restored_after, 1),
        "audit_s": round(took - rto, 1), "problems": problems,
    }  # fmt: skip


def look_at(port: int, database: str, state: Path) -> dict:
    """`looking.look` by a process that knows only the restored system."""
    own = connection.settings_dict
    who = f"{quote(own['USER'], safe='')}:{quote(own['PASSWORD'], safe='')}"
    env = os.environ | {
        "DATABASE_URL": f"postgresql://{who}@127.0.0.1:{port}/{quote(database, safe='')}", "STATE_DIR": str(state),
        "DJANGO_SETTINGS_MODULE": "hanoi_docs.settings",
    }  # fmt: skip
    line = [sys.executable, "manage.py", "look"]
    done = subprocess.run(line, cwd=settings.BASE_DIR, env=env, capture_output=True, text=True)
    if done.returncode:
        raise BackupError(f"Hệ thống khôi phục không mở được: {engine.last_words(done.stderr)}")
    return json.loads(done.stdout.splitlines()[-1])


def _compared(manifest: dict, seen: dict) -> list[str]:
    """Nothing less than when the backup began, and the history is the beginning of the living one."""
    problems = [
        f"Khôi phục thiếu: {name} {seen['counts'][name]}, lúc sao lưu có {count}."
        for name, count in manifest["counts"].items()
        if name != "files" and seen["counts"].get(name, 0) < count
    ]
    if seen["opened"] == 0 and manifest["counts"]["files"] and not seen["unopened"]:
        problems.append("Không có văn bản PDF nào để mở thử.")
    heads = {int(pk): end for pk, end in seen["heads"].items()}
    for pk in ChainHead.objects.values_list("organisation", flat=True):
        seq, digest = heads.get(pk, (0, ""))
        if seq and not Event.objects.filter(organisation=pk, seq=seq, hash=digest).exists():
            problems.append(
                f"Chuỗi sự kiện khôi phục của cơ quan {pk} không phải phần đầu của chuỗi đang chạy."
            )
    return problems
