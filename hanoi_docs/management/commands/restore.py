"""A backup into new folders, for an engine that is started on them afterwards. Needs no database."""

from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from hanoi_docs.backups import restoring
from hanoi_docs.backups.vault import BackupError, Vault


class Command(BaseCommand):
    help = "Khôi phục bản sao lưu vào thư mục dữ liệu mới của PostgreSQL và kho tệp mới; không đè lên hệ thống đang có."
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("--from", dest="source", type=Path, required=True, help="thư mục BACKUP_DIR")
        parser.add_argument(
            "--to", type=Path, required=True, help="thư mục dữ liệu mới của PostgreSQL, chưa có"
        )
        parser.add_argument("--files", type=Path, help="kho tệp mới; mặc định: STATE_DIR/files")
        parser.add_argument(
            "--until", type=_moment, metavar="THỜI-ĐIỂM", help="ví dụ 2026-11-29T10:42:00+07:00"
        )
        parser.add_argument("--key", default="", help="tệp khóa age; mặc định: BACKUP_KEY_PATH")

    def handle(
        self, *, source: Path, to: Path, files: Path | None, until: datetime | None, key: str, **options
    ):
        vault = Vault(source, key_file=key or settings.BACKUP_KEY_PATH)
        store = files or Path(settings.STATE_DIR) / "files"
        try:
            done = restoring.restore(vault, to=to.absolute(), files_to=store.absolute(), until=until)
        except BackupError as error:
            raise CommandError(str(error)) from error
        for problem in done.problems:
            self.stderr.write(problem)
        self.stdout.write(
            f"Đã khôi phục bản {done.manifest['name']} và {done.segments} đoạn WAL vào {to}, {done.files} tệp vào {store}.\n"
            f"Khởi động PostgreSQL {done.manifest['postgres']} trên thư mục đó, hủy lại hồ sơ đã hủy theo quyết định"
            " (manage.py destroy_again), rồi sao lưu ngay (manage.py backup)."
        )
        if done.problems:
            raise CommandError(
                f"{len(done.problems)} tệp trong bản sao lưu không còn nguyên vẹn (nêu ở trên); mọi thứ khác đã có."
            )


def _moment(text: str) -> datetime:
    found = parse_datetime(text)
    if found is None:
        raise ValueError(text)
    return found if timezone.is_aware(found) else timezone.make_aware(found)
