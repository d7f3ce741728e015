"""What is weak about a running installation, each point a sentence with what to do. Nothing is changed.

A point gives (sentence of how it is, "") when well, (sentence, what to do) when weak. What cannot be asked is weak.
"""

import os
import shutil
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg
import redis
from django.conf import settings
from django.core.checks import run_checks
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from redis.exceptions import RedisError

from documents.views.shared.rows import duration
from hanoi_docs.watch import numbers
from hanoi_docs.watch.rules import BACKUP_WITHIN
from signatures.checks import behind_walls

MOST_SECONDS_APART = (
    2  # of the clocks of server and database: a time stamp is refused at a minute, doubts begin earlier
)
LEAST_FREE = 0.10  # of the disk
LEAST_FREE_BYTES = 5 << 30
# Numbers of OpenSSL (x509_vfy.h).
NOT_BELIEVED = {
    10: "đã hết hạn",
    18: "tự ký",
    19: "do một tổ chức tự lập cấp",
    20: "không rõ ai cấp, hoặc thiếu chứng thư trung gian",
    21: "không rõ ai cấp, hoặc thiếu chứng thư trung gian",
    62: "của một tên khác",
}
_LOCAL = ("", "localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Finding:
    point: str
    now: str
    to_do: str = ""

    @property
    def weak(self) -> bool:
        return bool(self.to_do)


def examine() -> Iterator[Finding]:
    """Every point, in the order they are printed."""
    for name, look in POINTS.items():
        try:
            now, to_do = look()
        except (DatabaseError, psycopg.Error) as error:
            now, to_do = (
                f"không hỏi được cơ sở dữ liệu: {_line(error)}",
                "Kiểm tra DATABASE_URL và máy chủ PostgreSQL.",
            )
        except RedisError as error:
            now, to_do = f"không hỏi được Redis: {_line(error)}", "Kiểm tra REDIS_URL và máy chủ Redis."
        except OSError as error:
            now, to_do = (
                f"không đọc được: {_line(error)}",
                "Kiểm tra thư mục và quyền của tài khoản chạy máy chủ.",
            )
        yield Finding(name, now, to_do)


def _line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]


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


def database_role() -> tuple[str, str]:
    ask = """SELECT rolname, rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls,
             pg_get_userbyid(datdba) = current_user FROM pg_roles, pg_database
             WHERE rolname = current_user AND datname = current_database()"""
    name, mighty, owner = _row(ask)
    if mighty:
        return (
            f"“{name}” có quyền quản trị máy chủ PostgreSQL",
            "Kết nối bằng vai trò thường (docs/operate.md).",
        )
    if owner:
        return f"“{name}” sở hữu cơ sở dữ liệu", "Tách vai trò: chủ sở hữu chỉ để migrate (docs/operate.md)."
    return f"“{name}”, không có quyền quản trị", ""


def database_line() -> tuple[str, str]:
    given = settings.DATABASES["default"]
    host, mode = given.get("HOST", ""), given.get("OPTIONS", {}).get("sslmode", "prefer")
    (encrypted,) = _row("SELECT COALESCE((SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), false)")
    if host in _LOCAL or host.startswith("/"):
        return "cùng máy", ""
    if not encrypted or mode != "verify-full":
        return f"{host}, sslmode={mode}", "Thêm ?sslmode=verify-full&sslrootcert=… vào DATABASE_URL."
    return f"{host}, TLS có kiểm tra tên máy", ""


def letters() -> tuple[str, str]:
    ctype, encoding, version = _row(
        "SELECT datctype, pg_encoding_to_char(encoding), current_setting('server_version')"
        " FROM pg_database WHERE datname = current_database()"
    )
    if ctype in ("C", "POSIX") or encoding != "UTF8":
        return f"lc_ctype={ctype}, {encoding}", "Tạo lại cơ sở dữ liệu với LOCALE 'C.UTF-8'."
    return f"lc_ctype={ctype}, {encoding}, PostgreSQL {version}", ""


def migrations() -> tuple[str, str]:
    executor = MigrationExecutor(connection)
    pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if pending:
        return (
            f"còn {len(pending)} bước chưa chạy, từ {pending[0][0]}",
            "Chạy manage.py migrate rồi khởi động lại.",
        )
    return "đã chạy hết", ""


def clock() -> tuple[str, str]:
    before = time.time()
    (theirs,) = _row("SELECT clock_timestamp()")
    apart = theirs.timestamp() - (before + time.time()) / 2
    if abs(apart) > MOST_SECONDS_APART:
        return f"lệch {apart:+.1f} giây so với cơ sở dữ liệu", "Bật đồng bộ giờ (chrony) trên cả hai máy."
    return f"lệch {apart:+.1f} giây so với cơ sở dữ liệu", ""


def broker() -> tuple[str, str]:
    parts = urlsplit(settings.REDIS_URL)
    asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    local = (parts.hostname or "") in _LOCAL
    bare = redis.Redis(
        host=parts.hostname or "127.0.0.1", port=parts.port or 6379, socket_timeout=5, socket_connect_timeout=5,
        ssl=parts.scheme == "rediss", ssl_ca_certs=asked.get("ssl_ca_certs"),
        ssl_cert_reqs=asked.get("ssl_cert_reqs", "required"),
    )  # fmt: skip
    redis.from_url(settings.REDIS_URL, socket_timeout=5, socket_connect_timeout=5).ping()
    try:
        bare.ping()
    except redis.AuthenticationError:
        pass
    else:
        return "ai kết nối cũng được", "Đặt requirepass ở Redis và mật khẩu trong REDIS_URL."
    if not local and parts.scheme != "rediss":
        return (
            f"{parts.hostname}, có mật khẩu, không mã hóa",
            "Dùng rediss://…?ssl_cert_reqs=required&ssl_ca_certs=…",
        )
    if parts.scheme == "rediss" and asked.get("ssl_cert_reqs", "required") in ("none", "CERT_NONE"):
        return (
            f"{parts.hostname}, TLS không kiểm tra chứng thư",
            "Đặt ssl_cert_reqs=required trong REDIS_URL.",
        )
    return ("cùng máy, có mật khẩu" if local else f"{parts.hostname}, TLS, có mật khẩu"), ""


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


def disk() -> tuple[str, str]:
    seen = shutil.disk_usage(settings.STATE_DIR)
    told = f"còn {seen.free / (1 << 30):.0f} GB, {seen.free / seen.total:.0%}"
    if seen.free < LEAST_FREE_BYTES or seen.free / seen.total < LEAST_FREE:
        return told, f"Mở rộng đĩa chứa {settings.STATE_DIR} trước khi đầy."
    return told, ""


def certificate() -> tuple[str, str]:
    """Of the site, as a browser sees it: asked at the address people type."""
    parts = urlsplit(settings.PUBLIC_URL)
    if parts.scheme != "https":
        return "không có", "Đặt PUBLIC_URL=https://…"
    host, trust = parts.hostname or "", ssl.create_default_context()
    try:
        with (
            socket.create_connection((host, parts.port or 443), timeout=5) as line,
            trust.wrap_socket(line, server_hostname=host) as tls,
        ):
            ends = ssl.cert_time_to_seconds(tls.getpeercert()["notAfter"])
    except ssl.SSLCertVerificationError as error:
        why = NOT_BELIEVED.get(error.verify_code, error.verify_message)
        return f"trình duyệt không tin chứng thư của {host}: {why}", (
            "Đặt chứng thư của tên này, kèm các chứng thư trung gian, vào tệp site_certificate (khóa vào site_key)"
            " rồi nạp lại nginx."
        )
    except OSError as error:
        return f"{parts.netloc} không trả lời: {_line(error)}", "Khởi động nginx và mở cổng (ops/nginx)."
    left = int(ends - time.time()) // (24 * 3600)
    if left < 14:
        return f"chứng thư của {host} còn {left} ngày", "Gia hạn chứng thư TLS và nạp lại nginx."
    return f"chứng thư của {host} còn {left} ngày, tới một tổ chức mà máy này tin", ""


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


def _row(question: str) -> tuple:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchone()


SECRETS = {
    "SECRET_KEY", "DATABASE_URL", "MIGRATION_DATABASE_URL", "BACKUP_DATABASE_URL", "REDIS_URL", "AXIS_SECRET", "SIGNING_KEY_PASSWORD",
    "REMOTE_SIGNING_SECRET", "METRICS_TOKEN", "EMAIL_URL",
}  # fmt: skip
POINTS: dict[str, Callable[[], tuple[str, str]]] = {
    "DEBUG, DEMO": debug,
    "SECRET_KEY": secret_key,
    "https": https,
    "chứng thư TLS": certificate,
    "tên máy": hosts,
    "máy chủ phía trước": front,
    "kiểm tra khi khởi động": settings_hold,
    "vai trò cơ sở dữ liệu": database_role,
    "đường tới cơ sở dữ liệu": database_line,
    "bảng chữ": letters,
    "migrate": migrations,
    "đồng hồ": clock,
    "Redis": broker,
    "quyền trên tệp": files,
    "khóa ký": keys,
    "tiến trình đọc tệp": readers,
    "đĩa": disk,
    "sao lưu": backups,
}
