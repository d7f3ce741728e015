"""Days as they are written here, dd/mm/yyyy, typed and shown the same whatever language the browser speaks."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import ClassVar

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone

from ui.text import fold

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


def said_day(
    text: str, today: date, *, back: bool = False, add: Callable[[date, int], date] | None = None
) -> date | None:
    """The day that somebody wrote short, counted from `today`, or None: 5/12, thứ sáu, t6, hôm nay, mai, +3.

    Of the days it may be, the nearest from today on, or with `back` the nearest up to today. `add` counts the days
    of +3 (working days, where a deadline is meant); without it every day counts.
    """
    said = " ".join(fold(text[:40]).split())
    if found := re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})", said, re.ASCII):
        return _nearest(int(found[1]), int(found[2]), today, back)
    if found := re.fullmatch(r"\+ ?(\d{1,3})", said, re.ASCII):
        return (add or _add)(today, int(found[1]))
    if said in _WEEKDAYS:
        ahead = (_WEEKDAYS[said] - today.weekday()) % 7
        return today + timedelta(days=ahead - 7 if back and ahead else ahead)
    return today + timedelta(days=_NEAR[said]) if said in _NEAR else None


def _nearest(day: int, month: int, today: date, back: bool) -> date | None:
    # Eight years, for the 29th of February about a century's turn.
    years = [today.year + (-n if back else n) for n in range(9)]
    for year in years:
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if found == today or (found < today) == back:
            return found
    return None


def _add(day: date, n: int) -> date:
    return day + timedelta(days=n)


_NEAR = {"hom nay": 0, "mai": 1, "ngay mai": 1, "hom qua": -1}
_NAMES = (("hai", "2"), ("ba", "3"), ("tu", "4"), ("nam", "5"), ("sau", "6"), ("bay", "7"))
_WEEKDAYS = {
    **{said: n for n, names in enumerate(_NAMES) for name in names for said in (f"thu {name}", f"t{name}")},
    "chu nhat": 6, "cn": 6,
}  # fmt: skip


class DayInput(forms.DateInput):
    """Text, so that no browser turns day and month round; _field.html puts the calendar beside it."""

    def __init__(self):
        super().__init__(
            format=WRITTEN,
            attrs={
                "inputmode": "numeric", "placeholder": "dd/mm/yyyy", "autocomplete": "off", "data-day": "",
                "title": "Ngày, tháng, năm, ví dụ 05/03/2026; hoặc 5/3, thứ sáu, +3",
            },
        )  # fmt: skip


class DayField(forms.DateField):
    """A day, also written short: `back` where it lies behind us, `add` where +3 counts by a calendar (`said_day`)."""

    widget = DayInput
    default_error_messages: ClassVar = {"invalid": "Hãy ghi ngày, tháng, năm, ví dụ 05/03/2026."}

    def __init__(self, *, back: bool = False, add: Callable[[date, int], date] | None = None, **kwargs):
        self.back, self.add = back, add
        bounds = [MinValueValidator(FIRST, _TOO_FAR), MaxValueValidator(LAST, _TOO_FAR)]
        super().__init__(validators=bounds, **kwargs)

    def to_python(self, value):
        if value in self.empty_values or isinstance(value, date):
            return super().to_python(value)
        day = parse_day(str(value)) or said_day(
            str(value), timezone.localdate(), back=self.back, add=self.add
        )
        if day is None:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return day
