"""Register, outbox, axis and statuses side by side, now: the number, and a line for each that nobody can explain."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from interop.models import Unexplained
from interop.reconciliation import compare
from interop.transport.connection import axis_client


class Command(BaseCommand):
    help = "Đối chiếu sổ, hàng chờ và trục liên thông; in các văn bản lệch đối chiếu."

    def add_arguments(self, parser):
        parser.add_argument("--days", type=int, default=compare.DAYS, help="xem lại bao nhiêu ngày")

    def handle(self, *, days: int, **options):
        at = timezone.now()
        done = compare.compare(axis_client(), at=at, days=days)
        if done is None:
            self.stdout.write("Một lần đối chiếu khác đang chạy.")
            return
        if done.axis_at != at:
            since = f"từ {timezone.localtime(done.axis_at):%H:%M %d/%m/%Y}" if done.axis_at else "lần nào"
            self.stdout.write(f"Chưa đối chiếu được với trục liên thông {since}.")
        self.stdout.write(f"Văn bản lệch đối chiếu: {done.unexplained}")
        for row in Unexplained.objects.open():
            self.stdout.write(f"{timezone.localtime(row.since):%H:%M %d/%m/%Y}  {row.sentence}")
