"""The read-only mode from the console: works while the database takes nothing."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from hanoi_docs.backups.vault import said
from hanoi_docs.degraded.switch import read_only, turn_off, turn_on


class Command(BaseCommand):
    help = "Bật (on), tắt (off) hoặc xem (status) chế độ chỉ đọc."
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("mode", choices=["on", "off", "status"])
        parser.add_argument("words", nargs="?", default="", help="lý do, hiện cho mọi người")

    def handle(self, *, mode: str, words: str, **options):
        try:
            if mode == "on":
                turn_on(words, at=timezone.now())
            elif mode == "off":
                turn_off()
        except OSError as error:
            raise CommandError(f"Không đổi được chế độ: {said(error)} ({error.filename}).") from None
        self.stdout.write(str(read_only() or "Hệ thống làm việc bình thường."))
