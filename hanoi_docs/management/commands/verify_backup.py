"""Opens every piece of the backups and compares hashes, without restoring any of it."""

from django.core.management.base import BaseCommand, CommandError

from hanoi_docs.backups.vault import BackupError, configured
from hanoi_docs.backups.verifying import verify


class Command(BaseCommand):
    help = "Kiểm tra mọi mảnh của bản sao lưu: mở được, đúng mã, không thiếu đoạn WAL."

    def add_arguments(self, parser):
        parser.add_argument("--key", default="", help="tệp khóa age; mặc định: BACKUP_KEY_PATH")

    def handle(self, *, key: str, **options):
        try:
            problems = verify(configured(key))
        except BackupError as error:
            raise CommandError(str(error)) from error
        for problem in problems:
            self.stderr.write(problem)
        if problems:
            raise CommandError(f"Bản sao lưu có {len(problems)} chỗ không ổn.")
        self.stdout.write("Mọi mảnh của bản sao lưu đều nguyên vẹn.")
