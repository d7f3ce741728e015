"""For who administers and can be helped by nobody: the last operators. Whoever holds the server itself gives it back."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from orgs import actions
from orgs.actions.factors import reset_factors
from orgs.models import User


class Command(BaseCommand):
    help = "Mở khóa một tài khoản, cấp mật khẩu dùng một lần; --factors: bỏ cả bước xác thực thứ hai. Ghi vào chuỗi lịch sử."

    def add_arguments(self, parser):
        parser.add_argument("login", help="tên đăng nhập")
        parser.add_argument("--factors", action="store_true", help="bỏ các yếu tố xác thực thứ hai")

    def handle(self, *args, login: str, factors: bool, **options):
        user, at = User.objects.filter(username=login).first(), timezone.now()
        if user is None:
            raise CommandError(f"Không có tài khoản “{login}”.")
        if factors and user.second_factor:
            reset_factors(user, by=None, at=at)
        act = actions.reset_password if user.is_active else actions.unlock
        self.stdout.write(f"Mật khẩu dùng một lần của {user} ({login}): {act(user, by=None, at=at)}")
        self.stdout.write("Mật khẩu chỉ in ra lần này và phải đổi ngay khi đăng nhập.")
