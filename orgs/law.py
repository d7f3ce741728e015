"""Texts of the law by their key and a day: "{clerical_work}" in a sentence of ours is the decree in force that day.

Every page may ask, so the table is held by the process for a minute, as days off are (`orgs.calendar`).
"""

import re
from datetime import date
from time import monotonic

from django.utils import timezone

from orgs.models import LegalReference

# What each key stands for, in the words that a sentence says where the table has no row of it.
KEYS = {
    "clerical_work": "quy định về công tác văn thư",
    "exchange": "quy định về gửi, nhận văn bản điện tử",
    "organisation_codes": "quy định về mã định danh cơ quan, tổ chức",
    "public_signatures": "quy định về chữ ký số chuyên dùng công vụ",
    "local_government": "quy định về tổ chức chính quyền địa phương",
    "civil_code": "quy định về thời hạn của Bộ luật Dân sự",
    "complaints": "quy định về khiếu nại",
    "denunciations": "quy định về tố cáo",
    "archives": "quy định về lưu trữ",
    "state_secrets": "quy định về bảo vệ bí mật nhà nước",
}
HELD = 60
_MARK = re.compile(r"\{(\w+)(:full)?\}")
_held: dict[str, list[LegalReference]] | None = None
_since = 0.0


def reference(key: str, on: date | None = None) -> LegalReference | None:
    """The text in force that day, today by default; before the first of its key, the first. None where there is none."""
    rows, day = _rows().get(key, []), on or timezone.localdate()
    return next((row for row in reversed(rows) if row.valid_from <= day), rows[0] if rows else None)


def cited(text: str, on: date | None = None) -> str:
    """A sentence with the names of that day: "theo {clerical_work}, Điều 15"; {key:full} is the whole citation. What is
    no key of ours stays as it stands."""
    return _MARK.sub(lambda mark: _written(mark, on), text)


def forget_law() -> None:
    """A row was added: this process reads the table anew, the others within a minute."""
    global _held
    _held = None


def _written(mark: re.Match, on: date | None) -> str:
    if mark[1] not in KEYS:
        return mark[0]
    found = reference(mark[1], on)
    if found is None:
        return KEYS[mark[1]]
    return found.full if mark[2] else found.name


def _rows() -> dict[str, list[LegalReference]]:
    global _held, _since
    if _held is None or monotonic() - _since > HELD:
        _held = {}
        for row in LegalReference.objects.order_by("key", "valid_from"):
            _held.setdefault(row.key, []).append(row)
        _since = monotonic()
    return _held
