"""Backup and rehearsal as jobs: their result is a row on the operator's page, what is wrong an alarm."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from django.conf import settings

from hanoi_docs.backups import full, rehearsal
from hanoi_docs.backups.vault import BackupError, Busy, Vault, configured
from hanoi_docs.watch import record_run


def backup(*, at: datetime, keep: int | None = None, to: Path | None = None) -> dict:
    """Raises BackupError, after the alarm is raised. Busy is no fault: another is at work and tells for itself."""

    def act() -> dict:
        own = configured() if to is None else Vault(to, settings.BACKUP_RECIPIENT)
        return full.backup(own, at=at, keep=settings.BACKUP_KEEP if keep is None else keep)

    return _recorded("backup", at, act)


def rehearse(*, at: datetime, key_file: str = "", inside: Path | None = None) -> dict:
    return _recorded("rehearse", at, lambda: rehearsal.rehearse(configured(key_file), at=at, inside=inside))


def _recorded(job: str, at: datetime, act: Callable[[], dict]) -> dict:
    try:
        result = act()
    except Busy:
        raise
    except BackupError as error:
        record_run(job, started=at, ok=False, result={"problem": str(error)})
        raise
    problems = result["problems"]
    kept = {name: str(value) if isinstance(value, datetime) else value for name, value in result.items()}
    kept["problems"] = problems[:20]
    record_run(job, started=at, ok=not problems, result=kept | ({"problem": problems[0]} if problems else {}))
    return result
