"""Chains of events, anchors and hashes of files, for `python -m documents.audit`."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.utils import timezone

from documents import exporting
from orgs.models import Organisation
from signatures.actions import anchors


class Command(BaseCommand):
    help = "Xuất lịch sử (chuỗi sự kiện, mốc neo, mã băm tệp) để kiểm tra độc lập."

    def add_arguments(self, parser):
        parser.add_argument("dir", type=Path, help="thư mục đích, chưa có hoặc còn trống")
        parser.add_argument("--organisation", metavar="CODE", help="chỉ lịch sử của cơ quan này")
        parser.add_argument("--blobs", action="store_true", help="kèm nội dung tệp")

    def handle(self, *, dir: Path, organisation: str | None, blobs: bool, **options):
        bodies = Organisation.objects.order_by("pk")
        if organisation and not (bodies := bodies.filter(code=organisation)):
            raise CommandError(f"Không có cơ quan nào mang mã {organisation}.")
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                # One state of everything, while people work on.
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                told = exporting.history(dir, bodies, at=timezone.now(), with_blobs=blobs)
                kept = anchors.export(dir / "anchors")
        except FileExistsError as error:
            raise CommandError(f"{dir} đã có một bản xuất. Hãy chọn thư mục khác.") from error
        events = sum(body["seq"] for body in told)
        self.stdout.write(f"Đã xuất {len(told)} chuỗi, {events} sự kiện và {kept} mốc neo vào {dir}.")
