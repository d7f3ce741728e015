"""The machine: its files, keys, walls, disk and backups."""

import os
import shutil
import subprocess
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from documents.pdf.office import program
from documents.views.shared.rows import duration
from hanoi_docs.watch import numbers
from hanoi_docs.watch.rules import BACKUP_WITHIN
from signatures.checks import behind_walls

LEAST_FREE = 0.10  # of the disk
LEAST_FREE_BYTES = 5 << 30
SECRETS = {
    "SECRET_KEY", "DATABASE_URL", "MIGRATION_DATABASE_URL", "BACKUP_DATABASE_URL", "REDIS_URL", "AXIS_SECRET", "SIGNING_KEY_PASSWORD",
    "REMOTE_SIGNING_SECRET", "METRICS_TOKEN", "EMAIL_URL",
}  # fmt: skip


def files() -> tuple[str, str]:
    """The state folder and what secrets are read from: nobody else on the machine may."""
    named = [
        Path(value) for name, value in os.environ.items() if name.endswith("_FILE") and name[:-5] in SECRETS
    ]
    open_ones = [path for path in named if path.stat().st_mode & 0o007]
    state = Path(settings.STATE_DIR)
    if state.stat().st_mode & 0o007:
        open_ones.append(state)
    if not os.access(state, os.W_OK):
        return f"{state} không ghi được", f"chown -R tài-khoản-chạy-máy-chủ {state}"
    if open_ones:
        return (
            f"ai cũng đọc được {', '.join(map(str, open_ones))}",
            f"chmod o= {' '.join(map(str, open_ones))}",
        )
    return f"{state} và {len(named)} tệp bí mật chỉ tài khoản máy chủ đọc được", ""


def keys() -> tuple[str, str]:
    folder = Path(settings.SIGNING_KEY_DIR)
    count = len(list(folder.glob("*.p12"))) if folder.is_dir() else 0
    if settings.SIGNING_KEY_PASSWORD and not folder.is_dir():
        return (
            f"có SIGNING_KEY_PASSWORD nhưng không có {folder}",
            f"install -d -m 700 {folder}, rồi chép tệp khóa vào.",
        )
    if settings.DEMO and count:
        return f"{count} tệp khóa của bản trình diễn", "Không dùng khóa trình diễn trên máy chủ."
    return f"{count} tệp khóa trong {folder}", ""


def readers() -> tuple[str, str]:
    found = behind_walls()
    if found["reads"] or found["connects"]:
        return (
            "không bị ngăn khỏi khóa và mạng",
            "Cần Linux 5.13 có Landlock hoặc user namespace (manage.py check).",
        )
    return "không đọc được khóa, không có mạng", ""


def recognition() -> tuple[str, str]:
    """Of scans without text: without it the clerk types what nobody could read."""
    install = "apt-get install tesseract-ocr tesseract-ocr-vie tesseract-ocr-osd"
    if not shutil.which("tesseract"):
        return "chưa cài, bản quét không được đề xuất mục nào", install
    told = subprocess.run(
        ["tesseract", "--list-langs"], capture_output=True, text=True, check=False, timeout=20
    )
    if "vie" not in told.stdout.split():
        return "thiếu bộ chữ tiếng Việt", install
    if "osd" not in told.stdout.split():
        return "thiếu bộ nhận chiều trang, trang quét ngược không được xoay", install
    return "Tesseract, tiếng Việt", ""


def word_files() -> tuple[str, str]:
    """Without it a Word file stays a Word file, which cannot bear the agency's signature."""
    install = "apt-get install libreoffice-writer-nogui"
    return (
        ("LibreOffice", "")
        if program()
        else ("chưa cài LibreOffice, không chuyển được tệp Word thành PDF", install)
    )


def disk() -> tuple[str, str]:
    seen = shutil.disk_usage(settings.STATE_DIR)
    told = f"còn {seen.free / (1 << 30):.0f} GB, {seen.free / seen.total:.0%}"
    if seen.free < LEAST_FREE_BYTES or seen.free / seen.total < LEAST_FREE:
        return told, f"Mở rộng đĩa chứa {settings.STATE_DIR} trước khi đầy."
    return told, ""


def backups() -> tuple[str, str]:
    """Of the base; that the log leaves within seconds is an alarm of its own."""
    if not settings.BACKUP_DIR:
        return "không có", "Đặt BACKUP_DIR và BACKUP_RECIPIENT (docs/operate.md, Backup, restore, rehearsal)."
    last = numbers.last_good("backup")
    if last is None:
        return "chưa có bản nào", "Chạy manage.py backup và xem câu nó trả lời."
    age = timezone.now() - last.ended_at
    told = f"bản tốt gần nhất {duration(age)} trước"
    if age > BACKUP_WITHIN:
        return told, "Chạy manage.py backup và xem câu nó trả lời; xem worker và beat có chạy không."
    return told, ""
