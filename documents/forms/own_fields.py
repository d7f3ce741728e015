"""The office's own fields: a new one, and what a paper says in them, on whatever form writes a paper."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from documents.actions.metadata.own_fields import fields_of, open_fields
from documents.forms.widgets import lines
from documents.models import Document, OwnField
from documents.models.own_field import DECIMALS, DIGITS, LONGEST
from ui.days import WRITTEN, DayField, parse_day
from ui.text import nfc

_KEY = re.compile(r"f[0-9]{1,18}")
_THOUSANDS = re.compile(r"-?[1-9]\d{0,2}(\.\d{3})+")
_WITH_COMMA = re.compile(rf"(-?\d+|{_THOUSANDS.pattern}),\d+")


class NumberField(forms.DecimalField):
    """As numbers are written here: 1.250,5; a single point among few figures, or after a nought, is a comma typed on another keyboard."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "maxlength": DIGITS + 10})

    def to_python(self, value):
        if isinstance(value, str):
            value = "".join(value.split())
            if _WITH_COMMA.fullmatch(value) or _THOUSANDS.fullmatch(value):
                value = value.replace(".", "").replace(",", ".")
        return super().to_python(value)

    def prepare_value(self, value):
        return value if isinstance(value, str) else "" if value is None else f"{value}".replace(".", ",")


class KeptDayField(DayField):
    def prepare_value(self, value):
        day = parse_day(value) if isinstance(value, str) and "-" in value else None
        return f"{day:{WRITTEN}}" if day else value


class WithOwnFields:
    """Mixed into a form of a paper: `add_own` in its __init__, `own_fields` on its page, `own` for the action."""

    own_keys: tuple[str, ...] = ()
    own_office: int | None = None

    def add_own(
        self, organisation: int, direction: str, paper: Document | None = None, *, whole: bool = True
    ) -> None:
        """`whole`: what is required is asked for at once; a draft may be saved without it."""
        self.own_office = organisation
        for one in open_fields(organisation, direction):
            self.fields[one.key] = _field(one, paper.own_values if paper else {})
            self.fields[one.key].must, self.fields[one.key].required = one.required, one.required and whole
            self.own_keys += (one.key,)

    def clean(self):
        data = super().clean()
        for key in self.data:
            if _KEY.fullmatch(key) and key not in self.own_keys and (typed := self.data[key].strip()):
                self.add_error(None, self._ended(key, typed))
        return data

    def _ended(self, key: str, typed: str) -> str:
        """Somebody ended the field while it was filled in: what was typed is said, to be kept elsewhere."""
        names = [one.name for one in fields_of(self.own_office) if one.key == key]
        what = f"Trường “{names[0]}”" if names else "Một trường thông tin bổ sung"
        return f"{what} không còn dùng; “{typed[:LONGEST]}” chưa được ghi. Cần giữ thì ghi vào chỗ khác, rồi bấm lại."

    def own_fields(self) -> list[BoundField]:
        return [self[key] for key in self.own_keys]

    def own(self) -> dict[str, Any]:
        return {key: self.cleaned_data.get(key) for key in self.own_keys}


class OwnValuesForm(WithOwnFields, forms.Form):
    """Of a paper that is entered or submitted already. Only what was changed is written."""

    def __init__(self, *args, paper: Document, **kwargs):
        super().__init__(*args, **kwargs)
        self.add_own(paper.organisation_id, paper.direction, paper)

    def changed(self) -> dict[str, Any]:
        return {key: value for key, value in self.own().items() if key in self.changed_data}


class OwnFieldForm(forms.Form):
    name = forms.CharField(label="Tên trường", max_length=60, help_text="Ví dụ: Mã dự án.")
    kind = forms.ChoiceField(
        label="Kiểu", choices=OwnField.Kind.choices, help_text=f"Chữ: không quá {LONGEST} ký tự."
    )
    of = forms.ChoiceField(label="Dùng cho", choices=OwnField.Of.choices, initial=OwnField.Of.BOTH)
    choices = forms.CharField(
        label="Danh sách để chọn", required=False, max_length=6000, widget=lines(4),
        help_text="Chỉ của kiểu “Chọn từ danh sách”: mỗi giá trị một dòng.",
    )  # fmt: skip
    required = forms.BooleanField(
        label="Bắt buộc: không ghi thì không vào sổ, không trình duyệt được", required=False
    )

    def clean_name(self) -> str:
        return nfc(self.cleaned_data["name"])

    def clean_choices(self) -> list[str]:
        return [one.strip() for one in self.cleaned_data["choices"].splitlines() if one.strip()]


def _field(one: OwnField, values: Mapping[str, Any]) -> forms.Field:
    about = {"label": one.name, "initial": values.get(one.key)}
    return _FIELDS[OwnField.Kind(one.kind)](one, about)


def _choice(one: OwnField, about: dict) -> forms.Field:
    return forms.ChoiceField(choices=[("", "Chưa chọn"), *((value, value) for value in one.choices)], **about)


def _date(one: OwnField, about: dict) -> forms.Field:
    return KeptDayField(**about)


def _text(one: OwnField, about: dict) -> forms.Field:
    return forms.CharField(max_length=LONGEST, **about)


def _number(one: OwnField, about: dict) -> forms.Field:
    return NumberField(max_digits=DIGITS, decimal_places=DECIMALS, **about)


_FIELDS: dict = {
    OwnField.Kind.TEXT: _text,
    OwnField.Kind.NUMBER: _number,
    OwnField.Kind.DATE: _date,
    OwnField.Kind.CHOICE: _choice,
}
