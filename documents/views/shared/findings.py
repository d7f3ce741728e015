"""What the checker has against a paper, as a page shows it: rows with numbers, and the same numbers on the pictures."""

import json
from collections.abc import Iterable

from django.db.models import Q

from documents.layout.checker import Report
from documents.layout.checker.drafted import about
from documents.layout.checker.findings import Change, Finding
from documents.models import Document, MutedRule

SEVERITIES = {"E": ("Trái quy định", "bad"), "W": ("Cần xem lại", "warn"), "I": ("Ghi chú", "calm")}
FAILED = "Chưa kiểm tra được thể thức của trang này."
_BADGE = 7.0  # mm across: the number of a finding on the page
_LABELS = {
    "subject": "Trích yếu", "addressees": "Kính gửi", "bases": "Căn cứ", "body": "Nội dung",
    "other_recipients": "Nơi nhận khác",
}  # fmt: skip


def muted_of(paper: Document | None, organisation: int) -> list[MutedRule]:
    """What stands of it as no fault, and of all papers of the office, oldest first."""
    of_it = Q(organisation=organisation, document=None)
    if paper is not None and paper.pk is not None:
        of_it |= Q(document=paper.pk)
    return list(MutedRule.objects.filter(of_it, lifted_at=None).select_related("user"))


def shown(report: Report, muted: Iterable[MutedRule], pages: list[dict]) -> dict:
    """`rows` of the findings that count, `muted` rules with who said so, `why` not all was looked at. Each page of
    `pages` that something is found on gets `marks`."""
    quiet = {one.rule: one for one in muted}
    rows = [_row(one) for one in report.findings if one.rule not in quiet]
    for number, row in enumerate(rows, start=1):
        row["number"] = number
    for page in pages:
        if 0 < page["number"] <= len(report.sizes):
            _mark(
                page, [row for row in rows if row["page"] == page["number"]], report.sizes[page["number"] - 1]
            )
    return {
        "rows": rows,
        "errors": sum(row["tone"] == "bad" for row in rows),
        "muted": [{"muted": one, "about": about(one.rule)} for one in quiet.values()],
        "why": report.why,
        "failed": "",
        "placed": bool(report.sizes) and any(one.box for one in report.findings),
    }


def unread(why: str = FAILED) -> dict:
    """In place of findings where the file could not be read: nobody's fault of form."""
    return {"rows": [], "errors": 0, "muted": [], "why": "", "failed": why, "placed": False}


def pressed(change: Change) -> str:
    """A mend as the value of a button: what `mending.py` and static/js/mend.js read."""
    return json.dumps(change._asdict(), ensure_ascii=False)


def field_label(name: str) -> str:
    return _LABELS[name]


def _row(one: Finding) -> dict:
    word, tone = SEVERITIES[one.severity]
    return {
        "rule": one.rule, "word": word, "tone": tone, "about": one.about, "found": one.found, "allowed": one.allowed,
        "clause": one.clause, "page": one.page, "box": one.box, "change": one.change and pressed(one.change),
        "field": one.change and _LABELS[one.change.field],
    }  # fmt: skip


def _mark(page: dict, rows: list[dict], size: tuple[float, float]) -> None:
    """Boxes in millimetres, each with its number before it: several of one line stand beside one another in the margin."""
    taken: list[tuple[float, float]] = []
    items = []
    for row in rows:
        if row["box"] is None:
            continue
        left, top, right, bottom = row["box"]
        x = max(left - _BADGE / 2 - 1, _BADGE / 2)
        y = min(max((top + bottom) / 2, _BADGE / 2), size[1] - _BADGE / 2)
        while any(abs(x - other) < _BADGE and abs(y - level) < _BADGE * 0.8 for other, level in taken):
            x -= _BADGE
            if x < _BADGE / 2:
                x, y = max(left - _BADGE / 2 - 1, _BADGE / 2), y + _BADGE
        taken.append((x, y))
        items.append({"number": row["number"], "tone": row["tone"], "x": left, "y": top, "width": round(max(right - left, 1), 1), "height": round(max(bottom - top, 1), 1), "at": round(x, 1), "level": round(y, 1)})  # fmt: skip
    if items:
        page["marks"] = {"width": round(size[0], 1), "height": round(size[1], 1), "items": items}
