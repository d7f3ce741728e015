from django.conf import settings
from django.core.management.base import BaseCommand

from hanoi_docs.demo import remote
from hanoi_docs.demo.cast import ON_PAPER, PASSWORD, PEOPLE, SECRET, WITH_FACTOR, organisations
from orgs.identity import totp


class Command(BaseCommand):
    help = "Prints who can log in to the demonstration."

    def handle(self, *args, **options):
        orgs = organisations()
        for login, name, key, _, title, unit, _ in PEOPLE:
            self.stdout.write(
                f"  {login:<8} {name:<20} {title}{', ' + unit if unit else ''} – {orgs[key].full_name}"
            )
        self.stdout.write(f"Mật khẩu chung: {PASSWORD}")
        self.stdout.write(
            f"{WITH_FACTOR} có bước xác thực thứ hai: khóa cho ứng dụng xác thực {totp.readable(SECRET)};"
            f" không có điện thoại: mã dự phòng {ON_PAPER[0]} … {ON_PAPER[-1]}, mỗi mã một lần"
        )
        if settings.DEMO_REMOTE_SIGNING_DIR:
            phone = f"{settings.REMOTE_SIGNING_URL}/phone/"
            self.stdout.write(
                f"{remote.WHO} ký số từ xa, xác nhận trên “điện thoại”: {phone} (mã PIN {remote.PIN})"
            )
