"""What is weak about a running installation, each point a sentence with what to do. Nothing is changed.

A point gives (sentence of how it is, "") when well, (sentence, what to do) when weak. What cannot be asked is weak.
"""

from collections.abc import Callable, Iterator

import psycopg
from django.db import DatabaseError
from redis.exceptions import RedisError

from hanoi_docs.doctor import database, lines, machine, settings
from hanoi_docs.doctor.finding import Finding, first_line


def examine() -> Iterator[Finding]:
    """Every point, in the order they are printed."""
    for name, look in POINTS.items():
        try:
            now, to_do = look()
        except (DatabaseError, psycopg.Error) as error:
            now, to_do = (
                f"không hỏi được cơ sở dữ liệu: {first_line(error)}",
                "Kiểm tra DATABASE_URL và máy chủ PostgreSQL.",
            )
        except RedisError as error:
            now, to_do = f"không hỏi được Redis: {first_line(error)}", "Kiểm tra REDIS_URL và máy chủ Redis."
        except OSError as error:
            now, to_do = (
                f"không đọc được: {first_line(error)}",
                "Kiểm tra thư mục và quyền của tài khoản chạy máy chủ.",
            )
        yield Finding(name, now, to_do)


POINTS: dict[str, Callable[[], tuple[str, str]]] = {
    "DEBUG, DEMO": settings.debug,
    "SECRET_KEY": settings.secret_key,
    "https": settings.https,
    "chứng thư TLS": lines.certificate,
    "tên máy": settings.hosts,
    "máy chủ phía trước": settings.front,
    "kiểm tra khi khởi động": settings.settings_hold,
    "vai trò cơ sở dữ liệu": database.database_role,
    "đường tới cơ sở dữ liệu": database.database_line,
    "bảng chữ": database.letters,
    "migrate": database.migrations,
    "đồng hồ": database.clock,
    "Redis": lines.broker,
    "quyền trên tệp": machine.files,
    "khóa ký": machine.keys,
    "tiến trình đọc tệp": machine.readers,
    "nhận dạng chữ": machine.recognition,
    "tệp Word": machine.word_files,
    "đĩa": machine.disk,
    "sao lưu": machine.backups,
}
