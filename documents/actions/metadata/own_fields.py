"""An office adds fields of its own to its papers and ends them (decree 30 Phụ lục VI, III.7c), and what a paper says in them: by one
door, whatever form it comes from."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from documents.access import may as may_do
from documents.journey import lock, record
from documents.models import Document, Incoming, Outgoing, OwnField
from documents.models.own_field import DECIMALS, DIGITS, LONGEST, MOST
from documents.pdf import secrecy_marks
from orgs.access import may
from orgs.models import Organisation, Post
from ui.days import FIRST, LAST
from ui.once import once
from ui.text import nfc

NOT_YOURS = "Chỉ lãnh đạo, chánh văn phòng hoặc quản trị của cơ quan đặt trường thông tin bổ sung."
NOT_YOUR_PAPER = "Chỉ văn thư, hoặc người soạn văn bản đi, ghi thông tin bổ sung của văn bản."
MOST_CHOICES, LONGEST_CHOICE = 50, 100
REMEMBERED = 600  # seconds
Paper = Incoming | Outgoing


@once
def fields_of(organisation: int) -> list[OwnField]:
    """Every one the office ever had, those in use first, then the last that ended. Asked on every form of a paper, so remembered until the next change."""
    rows = cache.get_or_set(_key(organisation), lambda: _read(organisation), REMEMBERED)
    return [OwnField(**row) for row in rows]


def open_fields(organisation: int, direction: str) -> list[OwnField]:
    return [one for one in fields_of(organisation) if one.is_open and one.is_for(direction)]


def said_in(paper: Document) -> list[tuple[str, str]]:
    """Label and words of all that the paper says in them, also in those that have ended."""
    if not paper.own_values:
        return []
    return [
        (one.label, one.said(paper.own_values[one.key]))
        for one in fields_of(paper.organisation_id)
        if one.key in paper.own_values
    ]


@transaction.atomic
def add_own_field(
    *, name: str, kind: str, of: str, required: bool, choices: Iterable[str] = (), by: Post, at: datetime
) -> OwnField:
    """For the papers that are entered or written from now on. Raises PermissionDenied; ValidationError by field."""
    if not may(by, "set_office_rules", by.organisation):
        raise PermissionDenied(NOT_YOURS)
    name = nfc(name)
    given = list(dict.fromkeys(filter(None, (nfc(one) for one in choices))))
    _check(name, kind, given)
    there = _held(by.organisation_id)
    if len(there) >= MOST:
        raise ValidationError(f"Cơ quan đã có {MOST} trường đang dùng. Hãy kết thúc một trường trước.")
    if name.lower() in (one.name.lower() for one in there):
        raise ValidationError({"name": "Cơ quan đang dùng một trường mang tên này."})
    made = OwnField.objects.create(
        organisation=by.organisation,
        name=name,
        kind=kind,
        of=of,
        choices=given,
        required=required,
        by=by,
        at=at,
    )
    said = f"{made.name}: {made.get_kind_display().lower()}, {made.get_of_display().lower()}"
    _record("add_own_field", made, said + (", bắt buộc" if required else ""), by=by, at=at)
    return made


@transaction.atomic
def end_own_field(one: OwnField, *, by: Post, at: datetime) -> None:
    """Nothing more is written into it; what was written stays, under its name. Raises as `add_own_field`."""
    if one.organisation_id != by.organisation_id or not may(by, "set_office_rules", by.organisation):
        raise PermissionDenied(NOT_YOURS)
    _held(one.organisation_id)
    if not OwnField.objects.filter(pk=one.pk, ended_at=None).update(ended_at=at, ended_by=by):
        raise ValidationError("Trường này đã kết thúc.")
    _record("end_own_field", one, one.name, by=by, at=at)


def take_own(paper: Paper, given: Mapping[str, Any] | None, *, whole: bool) -> dict[str, list[str]]:
    """Lays values by the keys of fields upon those of the paper, which the caller saves; None or "" takes one away, what is not
    named stays. `whole`: also what is required and missing is refused. Gives what changed, by label: words before and after.

    Raises ValidationError by key: not of the field's type, too long, a mark of secrecy, or a field that is not in use.
    """
    fields = {one.key: one for one in _in_use(paper)}
    values, said, wrong = dict(paper.own_values), {}, {}
    for key, value in (given or {}).items():
        one = fields.get(key)
        if one is None:
            if value is None or value == "":
                continue  # an empty box of a field that has ended, on a form that did not know it yet
            _forget(paper.organisation_id)
            raise ValidationError("Một trường thông tin bổ sung không còn dùng. Hãy mở lại trang.")
        try:
            kept = _kept(one, value)
        except ValidationError as why:
            wrong[key] = why.messages
            continue
        before = values.pop(key, None)
        if kept is not None:
            values[key] = kept
        if kept != before:
            said[one.label] = [one.said(before), one.said(kept)]
    if whole:
        missing = [
            one for key, one in fields.items() if one.required and key not in values and key not in wrong
        ]
        if missing:
            _forget(paper.organisation_id)
        wrong |= {one.key: [f"Hãy ghi “{one.name}”: cơ quan đặt là bắt buộc."] for one in missing}
    if wrong:
        raise ValidationError(wrong)
    paper.own_values = values
    return said


def must_have_own(paper: Paper) -> None:
    """Raises ValidationError with the names of what the office requires and the paper does not say."""
    missing = [one.name for one in _in_use(paper) if one.required and one.key not in paper.own_values]
    if missing:
        _forget(paper.organisation_id)
        raise ValidationError(f"Chưa ghi thông tin bổ sung bắt buộc: {', '.join(missing)}.")


@transaction.atomic
def fill_own(paper: Paper, given: Mapping[str, Any], *, by: Post, at: datetime) -> None:
    """Writes or puts right what a paper says in them, after it was entered or submitted; what stood there stays in its history.
    Only what is named changes, so that of two people each keeps what he wrote in another field.

    Raises PermissionDenied; ValidationError by key, or when nothing changes.
    """
    lock(paper)
    paper.refresh_from_db()
    if not may_do(by, "fill_own_fields", paper):
        raise PermissionDenied(NOT_YOUR_PAPER)
    changed = take_own(paper, given, whole=True)
    if not changed:
        raise ValidationError("Chưa có thông tin nào thay đổi.")
    paper.save(update_fields=["own_values"])
    record("fill_own_fields", paper, by=by, at=at, payload={"own": changed})


def as_told(changed: dict[str, list[str]]) -> dict:
    """As it stands in an event; nothing where nothing changed."""
    return {"own": changed} if changed else {}


def _check(name: str, kind: str, choices: list[str]) -> None:
    if not name:
        raise ValidationError({"name": "Hãy ghi tên trường."})
    _refuse_marks("\n".join((name, *choices)))
    if kind != OwnField.Kind.CHOICE:
        if choices:
            raise ValidationError({"choices": "Chỉ kiểu “Chọn từ danh sách” có danh sách. Hãy để trống."})
        return
    if not 2 <= len(choices) <= MOST_CHOICES:
        raise ValidationError(
            {"choices": f"Danh sách có từ 2 đến {MOST_CHOICES} giá trị, mỗi giá trị một dòng."}
        )
    if any(len(one) > LONGEST_CHOICE for one in choices):
        raise ValidationError({"choices": f"Mỗi giá trị không quá {LONGEST_CHOICE} ký tự."})


def _held(organisation: int) -> list[OwnField]:
    """Those in use, under the lock of the office: two administrators do not make the twenty-first together."""
    list(Organisation.objects.select_for_update(no_key=True).filter(pk=organisation).values_list("pk"))
    return list(OwnField.objects.filter(organisation=organisation, ended_at=None))


def _in_use(paper: Paper) -> list[OwnField]:
    """As the database knows them, not as they are remembered."""
    of = (OwnField.Of.BOTH, paper.direction)
    return list(OwnField.objects.filter(organisation=paper.organisation_id, ended_at=None, of__in=of))


def _kept(one: OwnField, value: Any) -> str | int | float | None:
    """As JSON keeps it. Raises ValidationError for what is not of the field's kind."""
    if value is None or value == "":
        return None
    return _KEPT[OwnField.Kind(one.kind)](one, value)


def _text(one: OwnField, value: Any) -> str | None:
    if not isinstance(value, str):
        raise ValidationError("Hãy ghi bằng chữ.")
    text = nfc(value)
    if len(text) > LONGEST:
        raise ValidationError(f"Dài {len(text)} ký tự, nhiều nhất {LONGEST}.")
    _refuse_marks(text)
    return text or None


def _refuse_marks(text: str) -> None:
    if marks := secrecy_marks(text):
        raise ValidationError(f"Có dấu “{', '.join(marks)}”. Văn bản mật không được đưa vào hệ thống này.")


def _number(one: OwnField, value: Any) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise ValidationError("Hãy ghi một số.")
    number = Decimal(str(value))
    if (
        not number.is_finite()
        or number != round(number, DECIMALS)
        or len(number.normalize().as_tuple().digits) > DIGITS
        or abs(number) >= 10**DIGITS
    ):
        raise ValidationError(f"Số có nhiều nhất {DIGITS} chữ số, trong đó {DECIMALS} chữ số sau dấu phẩy.")
    return int(number) if number == int(number) else float(number)


def _date(one: OwnField, value: Any) -> str:
    if not isinstance(value, date) or isinstance(value, datetime) or not FIRST <= value <= LAST:
        raise ValidationError("Hãy ghi ngày, tháng, năm, ví dụ 05/03/2026.")
    return value.isoformat()


def _choice(one: OwnField, value: Any) -> str:
    if value not in one.choices:
        raise ValidationError("Hãy chọn một giá trị của danh sách.")
    return value


_KEPT = {
    OwnField.Kind.TEXT: _text,
    OwnField.Kind.NUMBER: _number,
    OwnField.Kind.DATE: _date,
    OwnField.Kind.CHOICE: _choice,
}


def _record(kind: str, one: OwnField, text: str, *, by: Post, at: datetime) -> None:
    record(kind, None, by=by, at=at, organisation=by.organisation, payload={"text": text, "field": one.pk})
    transaction.on_commit(lambda: _forget(one.organisation_id))


def _forget(organisation: int) -> None:
    """Also where the page and the database disagree: who read before a commit may have remembered after it."""
    cache.delete(_key(organisation))


def _read(organisation: int) -> list[dict]:
    rows = list(OwnField.objects.filter(organisation=organisation).values())
    ended = sorted((row for row in rows if row["ended_at"]), key=lambda row: row["ended_at"], reverse=True)
    return [row for row in rows if not row["ended_at"]] + ended


def _key(organisation: int) -> str:
    return f"own-fields:{organisation}"
