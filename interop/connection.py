"""The line to the axis: one client per process, and what is known of whether the axis answers."""

import logging
from datetime import datetime
from functools import lru_cache

from django.conf import settings
from django.core.cache import cache

from interop.axis import AxisClient, AxisError

log = logging.getLogger(__name__)
_KEY = "axis-state"


def axis_client() -> AxisClient | None:
    """The client of this process; None when no axis is configured, and then nothing is sent or fetched."""
    if not settings.AXIS_URL:
        return None
    return _client(settings.AXIS_URL, settings.AXIS_SYSTEM_ID, settings.AXIS_SECRET)


def reached(at: datetime) -> bool:
    """Notes that the axis answered. Returns whether it has just come back."""
    before = cache.get(_KEY)
    if before is None or not before["ok"]:
        cache.set(_KEY, {"ok": True, "since": at, "reason": ""}, None)
    return before is not None and not before["ok"]


def lost(error: AxisError, at: datetime) -> None:
    """Notes that the axis did not answer, and since when."""
    before = cache.get(_KEY)
    since = at if before is None or before["ok"] else before["since"]
    if before is None or before["reason"] != problem_of(error):
        log.error("the axis: %s", error.code)
    cache.set(_KEY, {"ok": False, "since": since, "reason": problem_of(error)}, None)


def axis_state() -> dict | None:
    """{"ok", "since", "reason"} as last noted; None when nothing is known yet."""
    return cache.get(_KEY)


def problem_of(error: AxisError) -> str:
    """What went wrong, for a clerk or an operator."""
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
def _client(url: str, system_id: str, secret: str) -> AxisClient:
    return AxisClient(url, system_id, secret)
