"""What a server says at its start about its backups."""

from pathlib import Path

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from hanoi_docs.backups.vault import BackupError, Vault


@register
def backups(app_configs, **kwargs) -> list[CheckMessage]:
    if not settings.BACKUP_DIR:
        if settings.DEMO or settings.DEBUG:
            return []
        return [
            Warning(
                "Không có sao lưu: chưa đặt BACKUP_DIR.",
                hint="docs/operate.md, “Backup, restore, rehearsal”.",
                id="hanoi_docs.W010",
            )
        ]
    found = []
    try:
        Vault(Path(settings.BACKUP_DIR), settings.BACKUP_RECIPIENT).public_key()
    except BackupError as error:
        found.append(Error(str(error), id="hanoi_docs.E010"))
    if Path(settings.BACKUP_DIR).resolve().is_relative_to(Path(settings.STATE_DIR).resolve()):
        found.append(
            Warning(
                "BACKUP_DIR nằm trong STATE_DIR: mất máy là mất cả bản sao lưu.",
                hint="Đặt BACKUP_DIR trên đĩa hoặc máy khác.",
                id="hanoi_docs.W011",
            )
        )
    return found
