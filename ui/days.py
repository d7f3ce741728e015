"""Days as they are written here, dd/mm/yyyy, typed and shown the same whatever language the browser speaks."""

import re
from datetime import date, datetime
from typing import ClassVar

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

FIRST, LAST = date(1945, 9, 2), date(2100, 12, 31)
WRITTEN = "%d/%m/%Y"
_ISO = "%Y-%m-%d"  # what addresses, programs and the browsers' own date fields write
_FORMATS = (WRITTEN, _ISO, "%d/%m/%y", "%d%m%Y")
_TOO_FAR = "Ngày này quá xa; hãy xem lại năm."


def parse_day(text: str) -> date | None:
    """The day somebody typed, or None for what is no day: 5/3/2026, 05-03-2026, 5.3.26, 05032026, 2026-03-05."""
    text = text.strip()
    if re.fullmatch(r"\d{1,2}([.-])\d{1,2}\1\d{2,4}", text):
        text = re.sub(r"[.-]", "/", text)
    if not re.fullmatch(r"\d{1,2}/\d{1,2}/(\d{2}|\d{4})|\d{4}-\d{2}-\d{2}|\d{8}", text, re.ASCII):
        return None
    for form in _FORMATS:
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    return None


class DayInput(forms.DateInput):
    """Text, so that no browser turns day and month round; _field.html puts the calendar beside it."""

    def __init__(self):
        super().__init__(
            format=WRITTEN,
            attrs={
                "inputmode": "numeric", "placeholder": "dd/mm/yyyy", "autocomplete": "off", "data-day": "",
                "pattern": r"\d{1,2}[\/.\-]\d{1,2}[\/.\-](\d{2}|\d{4})|\d{8}|\d{4}-\d{2}-\d{2}",
                "title": "Ngày, tháng, năm, ví dụ 05/03/2026",
            },
        )  # fmt: skip


class DayField(forms.DateField):
    widget = DayInput
    default_error_messages: ClassVar = {"invalid": "Hãy ghi ngày, tháng, năm, ví dụ 05/03/2026."}

    def __init__(self, **kwargs):
        bounds = [MinValueValidator(FIRST, _TOO_FAR), MaxValueValidator(LAST, _TOO_FAR)]
        super().__init__(validators=bounds, **kwargs)

    def to_python(self, value):
        if value in self.empty_values or isinstance(value, date):
            return super().to_python(value)
        day = parse_day(str(value))
        if day is None:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return day
