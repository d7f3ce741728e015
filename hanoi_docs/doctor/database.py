"""The database: who asks, over which line, with which letters, as of which migration and by which clock."""

import time

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

MOST_SECONDS_APART = 2  # of two clocks: a time stamp is refused at a minute, doubts begin earlier
LOCAL = ("", "localhost", "127.0.0.1", "::1")


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
    if host in LOCAL or host.startswith("/"):
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


def _row(question: str) -> tuple:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchone()
