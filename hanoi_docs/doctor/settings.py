"""What the settings say of themselves."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import run_checks


def debug() -> tuple[str, str]:
    wrong = [name for name in ("DEBUG", "DEMO") if getattr(settings, name)]
    return (
        (f"đang bật {', '.join(wrong)}", f"Bỏ {', '.join(wrong)} khỏi môi trường.") if wrong else ("tắt", "")
    )


def secret_key() -> tuple[str, str]:
    key = settings.SECRET_KEY
    if len(key) < 50 or len(set(key)) < 10 or key.startswith("django-insecure"):
        return f"dài {len(key)} ký tự, dễ đoán", "Đặt SECRET_KEY từ: openssl rand -hex 32"
    return f"dài {len(key)} ký tự", ""


def https() -> tuple[str, str]:
    if not settings.SECURE:
        return settings.PUBLIC_URL, "Đặt PUBLIC_URL=https://… và để nginx lo chứng thư (ops/nginx)."
    if (
        not settings.SECURE_HSTS_SECONDS
        or not settings.SESSION_COOKIE_SECURE
        or not settings.CSRF_COOKIE_SECURE
    ):
        return (
            "thiếu HSTS hoặc cookie chưa Secure",
            "Không sửa các biến SECURE_* trong hanoi_docs/settings.py.",
        )
    return f"{settings.PUBLIC_URL}, HSTS {settings.SECURE_HSTS_SECONDS // 86400} ngày", ""


def hosts() -> tuple[str, str]:
    name = urlsplit(settings.PUBLIC_URL).hostname or ""
    allowed = settings.ALLOWED_HOSTS
    if "*" in allowed:
        return "nhận mọi tên máy", f"Đặt ALLOWED_HOSTS={name}."
    if not any(name == one.lstrip(".") or (one.startswith(".") and name.endswith(one)) for one in allowed):
        return f"không có {name} trong {', '.join(allowed)}", f"Thêm {name} vào ALLOWED_HOSTS."
    return ", ".join(allowed), ""


def front() -> tuple[str, str]:
    """The header of the front server is believed; so nobody else may reach the application's own port."""
    if settings.SECURE_PROXY_SSL_HEADER is None:
        return "không tin tiêu đề X-Forwarded-Proto", "Đặt PUBLIC_URL=https://… rồi chạy sau nginx."
    return "tin X-Forwarded-Proto của máy chủ phía trước; cổng 8000 chỉ được mở cho nó", ""


def settings_hold() -> tuple[str, str]:
    found = [one for one in run_checks(include_deployment_checks=True) if one.level >= 30]
    if found:
        told = "; ".join(f"{one.id}: {one.msg}" for one in found)
        return told, "Xem gợi ý của: manage.py check --deploy"
    return "manage.py check --deploy không có lời nào", ""
