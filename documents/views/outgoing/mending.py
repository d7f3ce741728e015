"""A mend that is pressed, in what is being typed: nothing is saved, and the press beside it takes it back."""

import json

from django.http import QueryDict

from documents.layout.checker.findings import Change
from documents.layout.checker.typed import PROSE
from documents.views.shared.findings import field_label, pressed

GONE = "Chỗ này đã khác với lúc kiểm tra nên chưa sửa gì. Hãy xem lại danh sách."


def mended(data: QueryDict, said: str) -> tuple[QueryDict, dict]:
    """What was typed with the mend in it, and what to tell; the same and why where it does not fit any more."""
    change = _read(said)
    if change is None:
        return data, {"title": GONE}
    text = data.get(change.field, "").replace("\r\n", "\n")
    at = change.at if text.startswith(change.old, change.at) else text.find(change.old) if change.old else -1
    if at < 0:
        return data, {"title": GONE}
    data = data.copy()
    data[change.field] = text[:at] + change.new + text[at + len(change.old) :]
    back = Change(change.field, at, change.new, change.old)
    label = field_label(change.field)
    return data, {"title": f"Đã sửa ở ô {label}", "old": change.old, "new": change.new, "undo": pressed(back), "field": change.field}  # fmt: skip


def _read(said: str) -> Change | None:
    try:
        given = json.loads(said)
        change = Change(given["field"], given["at"], given["old"], given["new"])
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    fits = change.field in PROSE and type(change.at) is int and change.at >= 0
    return change if fits and isinstance(change.old, str) and isinstance(change.new, str) else None
