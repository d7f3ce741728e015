"""Runs beside the others, always: what is committed lies in BACKUP_DIR within seconds."""

import signal
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from hanoi_docs.backups.shipping import Shipper
from hanoi_docs.backups.vault import BackupError, configured
from hanoi_docs.watch import close_alarm, raise_alarm

ALARM = "ship_wal"


class Command(BaseCommand):
    help = "Chuyển nhật ký WAL và tệp mới vào BACKUP_DIR liên tục (chạy như web và worker)."

    def handle(self, **options):
        self.going, self.well = True, False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._end)
        try:
            vault = configured()
            with vault.alone("ship_wal"):
                Shipper(vault, Path(settings.STATE_DIR) / "wal").run(lambda: self.going, self._tell)
        except BackupError as error:
            raise CommandError(str(error)) from error

    def _end(self, *_) -> None:
        self.going = False

    def _tell(self, problem: str, at: datetime) -> None:
        if problem:
            self.well = False
            raise_alarm(ALARM, f"Nhật ký WAL không chuyển được vào bản sao lưu: {problem}", at=at)
        elif not self.well:
            self.well = True
            close_alarm(ALARM, at=at)
