from django.core.management.base import BaseCommand, CommandError

from interop.directory.publish import publish
from interop.transport.axis import AxisError
from interop.transport.connection import axis_client, problem_of


class Command(BaseCommand):
    help = "Đăng ký các cơ quan có văn thư của thành phố với trục liên thông; chạy lại được."

    def handle(self, **options):
        client = axis_client()
        if client is None:
            raise CommandError("Chưa cấu hình trục liên thông (AXIS_URL).")
        try:
            codes = publish(client)
        except AxisError as error:
            raise CommandError(problem_of(error)) from error
        self.stdout.write(f"Đã đăng ký {len(codes)} cơ quan." if codes else "Trục đã biết mọi cơ quan.")
