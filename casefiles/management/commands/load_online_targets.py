"""Loads thresholds of the ratio 90/80/60: without a file, those that come with the product."""

from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from casefiles.actions.targets import load_targets

OWN = Path(__file__).resolve().parents[2] / "data/online_targets.csv"


class Command(BaseCommand):
    help = "Nạp chỉ tiêu hồ sơ trên môi trường mạng theo ngày từ tệp CSV; không nêu tệp thì nạp bảng kèm theo sản phẩm."

    def add_arguments(self, parser):
        parser.add_argument("file", nargs="?", type=Path, default=OWN)

    def handle(self, *args, file, **options):
        try:
            new, known = load_targets(file.read_bytes())
        except OSError as error:
            raise CommandError(f"Không đọc được {file}: {error.strerror}") from error
        except ValidationError as error:
            raise CommandError("\n".join(error.messages)) from error
        self.stdout.write(f"Đã nạp {new} dòng; {known} dòng có từ trước.")
