"""Loads the table of periods (thời hạn bảo quản): without a file, the one that comes with the product."""

from datetime import date
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from casefiles.actions.retention import load_rules

OWN = Path(__file__).resolve().parents[2] / "data/retention.csv"


class Command(BaseCommand):
    help = "Nạp bảng thời hạn bảo quản từ tệp CSV; không nêu tệp thì nạp bảng kèm theo sản phẩm."

    def add_arguments(self, parser):
        parser.add_argument("file", nargs="?", type=Path, default=OWN)
        parser.add_argument("--since", type=date.fromisoformat, help="có hiệu lực từ (NĂM-THÁNG-NGÀY)")

    def handle(self, *args, file, since, **options):
        try:
            new, known = load_rules(file.read_bytes(), since=since)
        except OSError as error:
            raise CommandError(f"Không đọc được {file}: {error.strerror}") from error
        except ValidationError as error:
            raise CommandError("\n".join(error.messages)) from error
        self.stdout.write(f"Đã nạp {new} dòng; {known} dòng có từ trước.")
