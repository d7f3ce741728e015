"""One full backup, now: database and file store, sealed. The signing keys are not in it; --keys seals them apart."""

import io
import tarfile
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from hanoi_docs.backups import runs
from hanoi_docs.backups.vault import BackupError, Vault, said


class Command(BaseCommand):
    help = "Sao lưu toàn bộ cơ sở dữ liệu và kho tệp vào BACKUP_DIR, chạy được khi hệ thống đang dùng."

    def add_arguments(self, parser):
        parser.add_argument("--to", type=Path, help="thư mục khác BACKUP_DIR")
        parser.add_argument(
            "--keep", type=int, help=f"giữ bao nhiêu bản đầy đủ; mặc định {settings.BACKUP_KEEP}"
        )
        parser.add_argument(
            "--keys", type=Path, metavar="TỆP", help="chỉ gói các tệp khóa ký vào TỆP, cất ở nơi riêng"
        )

    def handle(self, *, to: Path | None, keep: int | None, keys: Path | None, **options):
        try:
            if keys:
                return self._keys(keys)
            made = runs.backup(at=timezone.now(), keep=keep, to=to)
        except BackupError as error:
            raise CommandError(str(error)) from error
        for problem in made["problems"]:
            self.stderr.write(problem)
        self.stdout.write(
            f"Bản sao lưu {made['name']}: cơ sở dữ liệu {made['unpacked'] // 10**6} MB (niêm phong {made['sealed'] // 10**6} MB),"
            f" {made['files']['new']} tệp mới, {made['counts']['papers']} văn bản."
        )
        if made["problems"]:
            raise CommandError(f"{len(made['problems'])} tệp trong kho không sao lưu được.")

    def _keys(self, target: Path) -> None:
        folder = Path(settings.SIGNING_KEY_DIR)
        if not folder.is_dir():
            raise CommandError(f"Không có thư mục khóa “{folder}”.")
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w") as tar:
            tar.add(folder, arcname="keys")
        try:
            Vault(target.parent, settings.BACKUP_RECIPIENT).seal(out.getvalue(), target)
        except OSError as error:
            raise CommandError(f"Không ghi được “{target}”: {said(error)}.") from None
        self.stdout.write(
            f"Đã niêm phong các tệp khóa vào {target}. Mở bằng: age -d -i KHÓA {target} | tar x"
        )
