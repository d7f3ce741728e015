"""A new pair of keys for backups, as `age-keygen` makes it: the file opens, the printed line seals."""

import os
from pathlib import Path

import pyrage
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from hanoi_docs.backups.vault import said


class Command(BaseCommand):
    requires_system_checks = ()  # one of them asks for what is made here
    help = "Tạo khóa mở bản sao lưu (TỆP, cất ngoài máy chủ) và in dòng BACKUP_RECIPIENT."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, metavar="TỆP")

    def handle(self, *, file: Path, **options):
        key = pyrage.x25519.Identity.generate()
        text = f"# created: {timezone.now().isoformat(timespec='seconds')}\n# public key: {key.to_public()}\n{key}\n"
        try:
            with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
                out.write(text)
        except FileExistsError:
            raise CommandError(
                f"“{file}” đã có. Khóa cũ còn cần để mở các bản sao lưu cũ; hãy chọn tên khác."
            ) from None
        except OSError as error:
            raise CommandError(f"Không ghi được “{file}”: {said(error)}.") from None
        self.stdout.write(f"BACKUP_RECIPIENT={key.to_public()}")
