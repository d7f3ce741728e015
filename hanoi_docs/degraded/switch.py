"""Chế độ chỉ đọc: an operator lets nobody write for a while (moving the database, a copy of it, a doubt).

A file in the state folder, which all processes share: it can be set while the database takes no row and the broker is
away, and it costs a page nothing.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils import timezone

STILL = "Xem, tìm và tải văn bản vẫn được; mọi việc ghi tạm dừng, chưa có gì mất."


@dataclass(frozen=True)
class ReadOnly:
    since: datetime
    words: str

    def __str__(self):
        words = f" {self.words.rstrip('. ')}." if self.words else ""
        return f"Hệ thống ở chế độ chỉ đọc từ {timezone.localtime(self.since):%H:%M %d/%m/%Y}.{words} {STILL}"


def read_only() -> ReadOnly | None:
    try:
        kept = json.loads(_path().read_text(encoding="utf-8"))
        return ReadOnly(datetime.fromisoformat(kept["since"]), kept["words"])
    except FileNotFoundError:
        return None
    except (
        OSError,
        ValueError,
        KeyError,
    ):  # somebody meant to stop the writing: a file that cannot be read does
        return ReadOnly(timezone.now(), "")


def turn_on(words: str, *, at: datetime) -> None:
    """Raises OSError where the state folder takes no file."""
    path = _path()
    part = path.with_suffix(".part")
    text = json.dumps({"since": at.isoformat(), "words": words[:300]}, ensure_ascii=False)
    part.write_text(text, encoding="utf-8")
    part.replace(path)


def turn_off() -> None:
    _path().unlink(missing_ok=True)


def _path() -> Path:
    return Path(settings.STATE_DIR) / "read-only.json"
