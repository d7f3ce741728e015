"""The line to the axis: one client per process, and what is known of whether the axis answers."""

import logging
from contextlib import suppress
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.utils import timezone
from redis.exceptions import RedisError

from interop.transport.adapter import Adapter
from interop.transport.axis import AxisClient, AxisError
from interop.transport.folder import FolderExchange
from interop.transport.router import Lines

log = logging.getLogger(__name__)
_KEY = "axis-state"
BELIEVED = timedelta(seconds=30)
TIMEOUT = (5, 60)  # seconds to connect, and between two bytes of an answer


def axis_client() -> AxisClient | None:
    """The client of this process; None when no axis is configured, and then nothing is sent or fetched."""
    if not settings.AXIS_URL:
        return None
    return _client(settings.AXIS_URL, settings.AXIS_SYSTEM_ID, settings.AXIS_SECRET)


def line() -> Adapter | None:
    """What packages are sent over; None when neither axis nor folder exchange is configured."""
    axis, folder = axis_client(), folder_exchange()
    return Lines(axis, folder) if folder else axis


def folder_exchange() -> FolderExchange | None:
    """Of agencies without a line; one per process, so that it knows again what it has looked at."""
    return _folder(settings.FOLDER_EXCHANGE) if settings.FOLDER_EXCHANGE else None


def reached(at: datetime) -> None:
    """Notes that the axis answered."""
    before = axis_state()
    if before is None or not before["ok"]:
        _note({"ok": True, "since": at, "reason": "", "seen": at})


def lost(error: AxisError, at: datetime) -> None:
    """Notes that the axis did not answer, and since when. An outage is told once, however long it lasts."""
    before = axis_state()
    since = at if before is None or before["ok"] else before["since"]
    if before is None or before["reason"] != problem_of(error):
        log.error("the axis: %s", error.code)
    _note({"ok": False, "since": since, "reason": problem_of(error), "seen": at})


def away() -> bool:
    """Whether the axis was found away a moment ago: then nothing is sent before the poll has reached it.

    Should nobody poll, the next sender tries for himself after half a minute.
    """
    state = axis_state()
    return state is not None and not state["ok"] and timezone.now() - state["seen"] < BELIEVED


def axis_state() -> dict | None:
    """{"ok", "since", "reason", "seen"} as last noted; None when nothing is known yet."""
    try:
        return cache.get(_KEY)
    except RedisError:  # nothing is known then, and nothing waits for it
        return None


def _note(state: dict) -> None:
    with suppress(RedisError):
        cache.set(_KEY, state, None)


def problem_of(error: AxisError) -> str:
    """What went wrong, for a clerk or an operator."""
    if error.code == "folder":
        return f"Thư mục trao đổi với cơ quan không có đường truyền chưa dùng được ({error.text})."[:1000]
    if error.code == "network":
        return "Không kết nối được với trục liên thông."
    if error.not_let_in:
        return (
            f"Trục liên thông không nhận ra hệ thống này (mã {error.code.removeprefix('http ')}): mọi gói tin"
            " đang chờ. Quản trị hệ thống hãy kiểm tra mã bí mật (AXIS_SECRET) và đồng hồ máy chủ."
        )
    if error.code.startswith("http "):
        return f"Trục liên thông trả lời lỗi HTTP {error.code[5:]}."
    if error.code == "answer":
        return "Trục liên thông trả lời không đúng dạng."
    return f"Trục liên thông từ chối (mã {error.code}): {error.text}"[:1000]


@lru_cache(maxsize=4)
def _folder(root: str) -> FolderExchange:
    return FolderExchange(Path(root))


@lru_cache(maxsize=4)
def _client(url: str, system_id: str, secret: str) -> AxisClient:
    return AxisClient(url, system_id, secret, timeout=TIMEOUT)
