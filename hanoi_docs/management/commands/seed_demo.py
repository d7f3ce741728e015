from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from hanoi_docs.demo.seed import seed


class Command(BaseCommand):
    help = "Fills an empty system with the demonstration's office. Safe to run again."

    def handle(self, *args, **options):
        if not settings.DEMO:
            raise CommandError("Dữ liệu mẫu chỉ nạp khi DEMO=1.")
        made = seed(timezone.now())
        self.stdout.write(f"Đã tạo {made} văn bản mẫu." if made else "Văn phòng mẫu đã có sẵn.")
