"""One PDF of each of the 29 kinds of paper, with sample content: to be looked at beside the forms of decree 30."""

import unicodedata
from pathlib import Path

from django.core.management.base import BaseCommand

from documents.layout import render
from documents.layout.samples import samples


class Command(BaseCommand):
    help = "Dựng mỗi loại trong 29 loại văn bản hành chính thành một tệp PDF mẫu."
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("dir", type=Path, help="thư mục đích, được tạo nếu chưa có")

    def handle(self, *, dir: Path, **options):
        dir.mkdir(parents=True, exist_ok=True)
        for number, page in enumerate(samples().values(), start=1):
            (dir / f"{number:02d}-{_plain(page.kind_name)}.pdf").write_bytes(render(page))
        self.stdout.write(f"Đã dựng {number} loại văn bản vào {dir}.")


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFD", name.lower().replace("đ", "d"))
    return "".join(char for char in letters if not unicodedata.combining(char)).replace(" ", "-")
