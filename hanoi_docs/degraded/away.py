"""Which part is away, from the error it leaves; and the page that says so instead of "error 500"."""

import logging
import sys
from pathlib import Path

import psycopg
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import Error, connection
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.views.defaults import server_error as plain_server_error
from redis.exceptions import RedisError

from hanoi_docs.degraded.switch import STILL, read_only

logger = logging.getLogger(__name__)
AGAIN = 60  # seconds after which a browser or a program may try again
# What who is signed in may still send while an operator has switched writing off: whom one works as lies in the session,
# and is no act of the office.
STILL_OPEN = {"logout", "act_as", "read_only", "prove"}

DATABASE_READS = f"Cơ sở dữ liệu đang chỉ cho đọc (máy chủ dự phòng hoặc đang bảo trì). {STILL} Phiên đang mở vẫn dùng được; chưa đăng nhập mới được."
DATABASE_AWAY = "Cơ sở dữ liệu không trả lời. Chưa xem và chưa ghi được gì; văn bản đã lưu vẫn còn nguyên."
DATABASE_FULL = f"Đĩa của cơ sở dữ liệu đã đầy. {STILL}"
FILES_AWAY = "Kho tệp không trả lời: chưa mở được tệp và chưa nhận được tệp mới. Danh sách, thông tin, luân chuyển và ý kiến vẫn xem và ghi được."
FILES_FULL = (
    "Kho tệp không còn chỗ hoặc không cho ghi: chưa nhận được tệp mới. Xem, tìm, tải văn bản vẫn được."
)
BROKER_AWAY = "Hàng đợi công việc không trả lời: việc này cần nó. Xem, vào sổ, ký và phát hành vẫn được; văn bản tự gửi đi khi nó trở lại."


def server_error(request):
    """Called while the error is handled: a part that is away is told by its name, anything else is ours (500)."""
    problem = what_is_away(sys.exc_info()[1])
    if not problem:
        return plain_server_error(request)
    logger.error("a part is away: %s", problem)
    return refusal(request, problem)


def what_is_away(error: BaseException | None) -> str:
    """A sentence, or "" when no part is to blame."""
    seen = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        if sentence := _sentence(error):
            return sentence
        error = error.__cause__ or error.__context__
    return ""


def _sentence(error: BaseException) -> str:
    if isinstance(error, psycopg.errors.ReadOnlySqlTransaction):
        return DATABASE_READS
    if isinstance(error, psycopg.errors.DiskFull):
        return DATABASE_FULL
    if isinstance(error, psycopg.OperationalError) and (error.sqlstate or "08")[:2] in ("08", "57"):
        # 57014 is a statement that took too long, not a server that is away.
        return "" if error.sqlstate == "57014" else DATABASE_AWAY
    if isinstance(error, RedisError):
        return BROKER_AWAY
    if isinstance(error, OSError) and _of_the_store(error.filename):
        return FILES_FULL if error.errno in (27, 28, 30, 122) else FILES_AWAY  # EFBIG, ENOSPC, EROFS, EDQUOT
    return ""


def _of_the_store(name) -> bool:
    if not isinstance(name, str | Path):
        return False
    return Path(name).is_relative_to(default_storage.location)


def refusal(request, problem: str):
    """503 with the sentence, in the frame of the page while its user can still be read."""
    context = {"problem": problem}
    try:
        response = render(request, "hanoi_docs/away.html", context, status=503)
    except (Error, RedisError, OSError):
        response = HttpResponse(render_to_string("hanoi_docs/away.html", context), status=503)
    response["Retry-After"] = AGAIN
    return response


def database_only_reads() -> bool:
    """As the server told when it was connected, without asking it again: a standby, or told to take nothing."""
    line = connection.connection
    if line is None or line.closed:
        return False
    told = (line.info.parameter_status(name) for name in ("in_hot_standby", "default_transaction_read_only"))
    return "on" in told


def writing_stopped() -> bool:
    """Whether an operator has switched writing off, or the database takes nothing."""
    return read_only() is not None or database_only_reads()


def notice() -> str:
    """What every page says at its top; "" while all is well."""
    switched = read_only()
    if switched:
        return str(switched)
    return DATABASE_READS if database_only_reads() else ""


def stop_writing(get_response):
    """Nothing is sent into a system that cannot keep it: the answer says so, and the page keeps what was typed."""

    def middleware(request):
        return get_response(request)

    def before_the_view(request, view, args, kwargs):
        if request.method in ("GET", "HEAD", "OPTIONS", "TRACE"):
            return None
        name = request.resolver_match.url_name
        if (switched := read_only()) and request.user.is_authenticated and name not in STILL_OPEN:
            return refusal(request, str(switched))
        connection.ensure_connection()
        if not database_only_reads():
            return None
        return _leave() if name == "logout" else refusal(request, DATABASE_READS)

    middleware.process_view = before_the_view
    return middleware


def _leave():
    """The session cannot be ended where it lies; the browser forgets it."""
    response = redirect("login")
    response.delete_cookie(settings.SESSION_COOKIE_NAME)
    response["Clear-Site-Data"] = '"cache"'
    return response
