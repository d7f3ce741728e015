"""The columns of a list: those every list has, and those a person may add. The subject is always there."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from documents.models import Asked, Consultation, Incoming, OwnField, Slip, SlipPlace

MOST_MORE = 3  # added columns: more leave no room for the subject


@dataclass(frozen=True)
class Column:
    """One that a person may add: `value` of what a line of its list is about, as the list reads it, which reads `fields`
    besides."""

    name: str
    label: str
    value: Callable[[Any], Any]
    fields: tuple[str, ...] = ()


def words(value: Any) -> str:
    """As a line of a list shows it."""
    if isinstance(value, datetime):
        value = timezone.localdate(value)
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else "" if value is None else str(value)


# Name and label of those every list has, in their order.
IN = {
    "number": "Số đến, ngày",
    "notation": "Số ký hiệu, nơi ban hành",
    "due": "Thời hạn",
    "state": "Trạng thái, người giữ",
}
OUT = IN | {"number": "Số, ngày", "notation": "Số ký hiệu, người soạn"}
WORK = IN | {"number": "Số đến, giao", "state": "Vai trò, người được giao"}
ASKED = IN | {
    "number": "Số, hỏi ngày",
    "notation": "Văn bản, trích yếu văn bản",
    "state": "Hình thức, người hỏi",
}
SLIP = IN | {
    "number": "Lần, trình ngày",
    "notation": "Dự thảo, trích yếu dự thảo",
    "state": "Nhóm, người",
}
TASK = IN | {
    "number": "Giao ngày",
    "notation": "Loại, nguồn",
}
ALWAYS = {
    "incoming": IN,
    "outgoing": OUT,
    "work": WORK,
    "task": TASK,
    "consultation": ASKED,
    "slip": SLIP,
    "search": IN | {"number": "Số, ngày"},
}


def _question(row: Asked | Consultation) -> Consultation:
    """Lines are of those who are asked, or of questions."""
    return row if isinstance(row, Consultation) else row.consultation


def _slip(row: SlipPlace | Slip) -> Slip:
    return row if isinstance(row, Slip) else row.slip


_KIND = Column("kind", "Loại văn bản", lambda paper: paper.kind_label, ("kind", "kind_name"))
_DATED = Column("dated", "Ngày văn bản", lambda paper: paper.issued_on, ("issued_on",))
_URGENCY = Column("urgency", "Độ khẩn", lambda paper: paper.get_urgency_display())
MORE: dict[str, list[Column]] = {
    "incoming": [
        _KIND, _DATED, _URGENCY,
        Column("signer", "Người ký", lambda paper: paper.signer_name, ("signer_name",)),
        Column("source", "Hình thức đến", Incoming.get_source_display, ("source",)),
        Column("arrived", "Đến lúc", lambda paper: f"{timezone.localtime(paper.arrived_at):%H:%M %d/%m/%Y}"),
        Column("verdict", "Chữ ký số", Incoming.get_signature_verdict_display),
        Column("pages", "Số trang", lambda paper: paper.pages, ("pages",)),
        Column("note", "Ghi chú", lambda paper: paper.note, ("note",)),
    ],
    "outgoing": [
        _KIND, _DATED, _URGENCY,
        Column("signer", "Người ký", lambda paper: str(paper.signer.user), ("signer__user__full_name", "signer__user__username")),
        Column("made", "Ngày soạn", lambda paper: timezone.localdate(paper.created_at), ("created_at",)),
        Column("version", "Bản trình", lambda paper: paper.version or None, ("version",)),
        Column("pages", "Số trang", lambda paper: paper.pages, ("pages",)),
    ],
    "work": [
        Column("instruction", "Nội dung giao", lambda task: task.instruction, ("instruction",)),
        Column("product", "Sản phẩm", lambda task: task.product, ("product",)),
        Column("by", "Người giao", lambda task: str(task.by.user)),
        # A task without a paper has neither.
        Column("issuer", "Nơi ban hành", lambda task: task.incoming.issuer_name if task.incoming else ""),
        Column("kind", "Loại văn bản", lambda task: task.incoming.kind_label if task.incoming else "Nhiệm vụ", ("incoming__kind", "incoming__kind_name")),
        Column("percent", "Tiến độ", lambda task: None if task.percent is None else f"{task.percent}%"),
    ],
    "task": [
        _URGENCY,
        Column("giver", "Người giao", lambda task: str(task.by.user)),
        Column("product", "Sản phẩm", lambda task: task.product),
        Column("meeting", "Cuộc họp", lambda task: task.meeting),
        Column("code", "Mã của nơi khác", lambda task: task.foreign_code),
        Column("held", "Người giữ từ ngày", lambda task: task.held_since if task.holder_id and task.is_open else None),
    ],
    # Of these two lists none tells what was asked or laid before people: those above see lines without it.
    "consultation": [
        Column("asker", "Người hỏi", lambda row: str(_question(row).by.user)),
        Column("kind", "Loại văn bản", lambda row: row.document.kind_label),
        Column("dated", "Ngày văn bản", lambda row: row.document.issued_on),
        Column("urgency", "Độ khẩn", lambda row: row.document.get_urgency_display()),
        Column("answered", "Tôi trả lời ngày", lambda row: getattr(row, "answered_at", None)),
        Column("ended", "Kết thúc ngày", lambda row: _question(row).ended_at),
    ],
    "slip": [
        Column("maker", "Người trình", lambda row: str(_slip(row).by.user)),
        Column("kind", "Loại văn bản", lambda row: row.outgoing.kind_label),
        Column("urgency", "Độ khẩn", lambda row: row.outgoing.get_urgency_display()),
        Column("answered", "Tôi trả lời ngày", lambda row: getattr(row, "answered_at", None)),
        Column("ended", "Kết thúc ngày", lambda row: _slip(row).ended_at),
    ],
    "search": [_KIND, _DATED, _URGENCY],
}  # fmt: skip


def own_columns(section: str, fields: Iterable[OwnField]) -> list[Column]:
    """Of the office's own fields those in use that papers of this list have."""
    here = {"incoming": "in", "outgoing": "out", "search": ""}
    if section not in here:
        return []
    return [
        Column(
            one.key, one.name, lambda paper, one=one: one.said(paper.own_values.get(one.key)), ("own_values",)
        )
        for one in fields
        if one.is_open and (section == "search" or one.is_for(here[section]))
    ]


@dataclass(frozen=True)
class Columns:
    """Those of one list as one person has them."""

    section: str
    hidden: frozenset[str] = frozenset()
    more: list[Column] = field(default_factory=list)

    @property
    def fields(self) -> tuple[str, ...]:
        """What the added ones read besides."""
        return tuple(name for one in self.more for name in one.fields)

    @property
    def key(self) -> str:
        """Different for different columns."""
        return ".".join([*sorted(self.hidden), "", *(one.name for one in self.more)])

    @property
    def hide(self) -> dict[str, bool]:
        return dict.fromkeys(sorted(self.hidden), True)

    def put(self, rows: list[dict], things: Iterable[Any]) -> list[dict]:
        """Into the rows of these: what the added columns say, and which are not shown."""
        if not (self.hidden or self.more):
            return rows
        for row, thing in zip(rows, things, strict=True):
            row["hide"] = self.hide
            row["more"] = [{"label": one.label, "words": words(one.value(thing))} for one in self.more]
        return rows


def columns_of(section: str, chosen: Iterable[str], own: Iterable[Column] = ()) -> Columns:
    """What was chosen, as far as it is still there; nothing chosen: as the house has them. `own`: see `own_columns`."""
    names = set(chosen)
    if not names or section not in ALWAYS:
        return Columns(section)
    more = [one for one in (*MORE[section], *own) if one.name in names][:MOST_MORE]
    return Columns(section, frozenset(ALWAYS[section]) - names, more)
