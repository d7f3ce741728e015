"""The newest backup into a second engine on this machine: audited, counted, opened, compared. The last line is JSON."""

import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from hanoi_docs.backups import runs
from hanoi_docs.backups.vault import BackupError


class Command(BaseCommand):
    help = (
        "Diễn tập khôi phục: dựng bản sao lưu mới nhất bên cạnh hệ thống, kiểm tra, so sánh; in RPO và RTO."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--in", dest="inside", type=Path, help="thư mục trên đĩa đủ chỗ; mặc định: thư mục tạm"
        )
        parser.add_argument("--key", default="", help="tệp khóa age; mặc định: BACKUP_KEY_PATH")

    def handle(self, *, inside: Path | None, key: str, **options):
        try:
            found = runs.rehearse(at=timezone.now(), key_file=key, inside=inside)
        except BackupError as error:
            raise CommandError(str(error)) from error
        for problem in found["problems"]:
            self.stdout.write(problem)
        self.stdout.write(
            f"Mất tối đa {found['rpo_s']} giây công việc (RPO); chạy lại sau {found['rto_s']} giây (RTO)."
        )
        self.stdout.write(json.dumps(found, ensure_ascii=False))
        if found["problems"]:
            raise SystemExit(1)
