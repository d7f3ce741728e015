"""The first operator of a new server. The console is the only place that may make one out of nothing."""

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from documents.journey import record
from orgs.actions import Refused, create_operator, office_of_operators


class Command(BaseCommand):
    help = "Tạo người quản trị hệ thống đầu tiên và in mật khẩu dùng một lần."

    def add_arguments(self, parser):
        parser.add_argument("login", help="tên đăng nhập")
        parser.add_argument("--name", required=True, help="họ và tên")
        parser.add_argument(
            "--organisation",
            default="",
            metavar="CODE",
            help="mã cơ quan; mặc định: Văn phòng UBND thành phố",
        )
        parser.add_argument("--another", action="store_true", help="thêm dù đã có quản trị hệ thống")

    def handle(self, *, login: str, name: str, organisation: str, another: bool, **options):
        at = timezone.now()
        try:
            with transaction.atomic():
                office = office_of_operators(organisation)
                post, password = create_operator(
                    username=login, full_name=name, organisation=office, on=timezone.localdate(at), at=at,
                    another=another,
                )  # fmt: skip
                said = {"username": post.user.username, "name": post.user.full_name, "post": post.pk}
                record("create_operator", None, by=None, at=at, organisation=office, payload=said)
        except Refused as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(f"Quản trị hệ thống: {post.user} – {office}")
        self.stdout.write(f"Tên đăng nhập: {post.user.username}")
        self.stdout.write(f"Mật khẩu dùng một lần: {password}")
        self.stdout.write("Mật khẩu chỉ in ra lần này và phải đổi ngay khi đăng nhập.")
