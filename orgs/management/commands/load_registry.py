from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from orgs.loading import load


class Command(BaseCommand):
    help = "Nạp danh mục cơ quan (Hà Nội 17/8/2022, cấp 1 toàn quốc) và lịch nghỉ; chạy lại không đổi gì."

    def add_arguments(self, parser):
        parser.add_argument("--samples", action="store_true", help="thêm vài đơn vị cấp 4 làm mẫu")

    def handle(self, **options):
        added = load(samples=options["samples"] or settings.DEMO, on=timezone.localdate())
        words = {
            "hanoi": "cơ quan của thành phố",
            "level1": "cơ quan cấp 1",
            "samples": "đơn vị mẫu cấp 4",
            "days": "ngày nghỉ, làm bù",
        }
        told = ", ".join(f"{added[key]} {word}" for key, word in words.items() if added[key])
        self.stdout.write(f"Đã thêm {told}." if told else "Danh mục đã đủ, không thay đổi gì.")
