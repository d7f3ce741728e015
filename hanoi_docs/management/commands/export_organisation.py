"""Everything of one organisation, for whoever takes it over (hanoi_docs/leaving.py says what lies where)."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from hanoi_docs.backups.vault import said
from hanoi_docs.leaving import export
from orgs.models import Organisation


class Command(BaseCommand):
    help = "Xuất mọi thứ của một cơ quan ra thư mục: tệp, bản ghi (JSON, CSV), chuỗi sự kiện, mã SHA-256."

    def add_arguments(self, parser):
        parser.add_argument("code", metavar="MÃ", help="mã định danh của cơ quan")
        parser.add_argument("dir", type=Path, help="thư mục đích, chưa có hoặc còn trống")

    def handle(self, *, code: str, dir: Path, **options):
        organisation = Organisation.objects.filter(code=code).first()
        if organisation is None:
            raise CommandError(f"Không có cơ quan nào mang mã {code}.")
        try:
            done = export(organisation, dir)
        except FileExistsError:
            raise CommandError(f"“{dir}” đã có dữ liệu. Hãy chọn thư mục khác.") from None
        except OSError as error:
            raise CommandError(
                f"Xuất không xong: {said(error)} ({error.filename or dir}). Gói chưa có manifest.sha256, không dùng được."
            ) from None
        for problem in done.problems:
            self.stderr.write(problem)
        papers = done.rows["incoming"] + done.rows["outgoing"]
        self.stdout.write(
            f"Đã xuất {papers} văn bản, {done.files} tệp ({done.size // 10**6} MB), {done.rows['events']} sự kiện vào {dir}."
        )
        if done.problems:
            raise CommandError(f"{len(done.problems)} tệp không còn nguyên vẹn (nêu ở trên).")
