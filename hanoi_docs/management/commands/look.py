"""What this system holds and whether it is whole, as one line of JSON: asked of a restored one."""

import json

from django.core.management.base import BaseCommand

from hanoi_docs.backups.looking import look


class Command(BaseCommand):
    help = "In số văn bản, kết quả kiểm tra chuỗi sự kiện và kho tệp, mở thử mười văn bản (một dòng JSON)."

    def handle(self, **options):
        self.stdout.write(json.dumps(look(), ensure_ascii=False))
