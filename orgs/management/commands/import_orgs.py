from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from orgs.actions import Refused, apply, known_bodies
from orgs.registry_import import plan as registry
from orgs.registry_import import sheet
from orgs.registry_import.plan import Act

WORDS = {
    Act.CREATE: "thêm mới",
    Act.RECODE: "thay mã",
    Act.RENAME: "đổi tên",
    Act.CLOSE: "đóng mã",
    Act.UPDATE: "sửa thông tin",
}


class Command(BaseCommand):
    help = "Nhập danh mục cơ quan từ CSV. Chỉ xem trước; thêm --apply để ghi. Mã thoát 1 khi có dòng sai."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--apply", action="store_true")
        parser.add_argument("--decision", default="", help="căn cứ ban hành mã, ghi vào lịch sử mã")

    def handle(self, file: Path, **options):
        try:
            rows = sheet.read(file.read_bytes())
        except OSError as error:
            raise CommandError(f"Không đọc được tệp {file}: {error.strerror}.") from None
        plan = registry.plan(rows, known_bodies())
        self._show(plan)
        if plan.problems:
            raise CommandError(f"{len(plan.problems)} lỗi. Chưa có gì thay đổi.")
        if not options["apply"]:
            self.stdout.write("Đây là bản xem trước, chưa có gì thay đổi. Thêm --apply để ghi.")
            return
        try:
            apply(rows, digest=plan.digest, on=timezone.localdate(), decision=options["decision"])
        except Refused as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write("Đã ghi.")

    def _show(self, plan: registry.Plan) -> None:
        for problem in plan.problems:
            where = f"Dòng {problem.line}" if problem.line else "Tệp"
            column = f", cột {problem.field}" if problem.field else ""
            self.stderr.write(f"{where}{column}: {problem.sentence}")
        for change in plan.changes:
            what = f"{change.old_words} → {change.new_words}" if change.field else change.code
            self.stdout.write(f"Dòng {change.line}: {WORDS[change.act]} “{change.name}” {what}")
        if plan.ignored:
            self.stdout.write(f"Bỏ qua các cột: {', '.join(plan.ignored)}.")
        counts = ", ".join(f"{plan.count(act)} {word}" for act, word in WORDS.items())
        self.stdout.write(f"Tổng: {counts}, {plan.unchanged} không đổi.")
