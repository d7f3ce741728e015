"""The running installation, point by point: well, or weak and what to do. Exit code 1 when anything is weak."""

import sys

from django.core.management.base import BaseCommand, CommandError

from hanoi_docs.doctor import examine


class Command(BaseCommand):
    help = "Khám máy chủ đang chạy: mỗi điểm yếu một câu và việc cần làm."
    requires_system_checks = []  # they are one of the points

    def add_arguments(self, parser):
        parser.add_argument("--server", action="store_true", help="khám máy chủ này")

    def handle(self, *, server: bool, **options):
        if not server:
            raise CommandError("Hãy dùng: manage.py doctor --server")
        found = list(examine())
        wide = max(len(one.point) for one in found)
        for one in found:
            self.stdout.write(f"{'YẾU' if one.weak else 'tốt'}  {one.point:<{wide}}  {one.now}")
            if one.weak:
                self.stdout.write(f"{'':<{wide + 7}}→ {one.to_do}")
        weak = sum(one.weak for one in found)
        self.stdout.write(
            f"{weak} điểm yếu trong {len(found)} điểm." if weak else f"Cả {len(found)} điểm đều tốt."
        )
        if weak:
            sys.exit(1)
