"""Kết luận cuộc họp: many tasks in one form, a line each. Works without JavaScript: a press gives more lines."""

from datetime import date

from django import forms
from django.utils import timezone

from documents.forms.widgets import ReceiverField
from documents.forms.work.people import options_of
from orgs.calendar import add_working_days
from orgs.models import Unit
from ui.days import DayField

LINES, MOST = 5, 40  # lines that a press gives; tasks of one meeting


class MeetingForm(forms.Form):
    meeting = forms.CharField(label="Cuộc họp", max_length=300)
    met_on = DayField(label="Ngày họp")

    def clean_met_on(self) -> date:
        if self.cleaned_data["met_on"] > timezone.localdate():
            raise forms.ValidationError("Cuộc họp chưa diễn ra. Hãy xem lại ngày họp.")
        return self.cleaned_data["met_on"]


class LineForm(forms.Form):
    """One conclusion. A line without a word is none."""

    title = forms.CharField(label="Tên nhiệm vụ", max_length=300)
    lead = ReceiverField(label="Chủ trì")
    due_on = DayField(label="Thời hạn", required=False, add=add_working_days)
    product = forms.CharField(label="Sản phẩm", max_length=300, required=False)

    def __init__(self, *args, people: list, queryset, rooms: dict[str, Unit], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["lead"].choose_from(queryset, rooms)
        self.fields["lead"].widget.choices = people


LineFormSet = forms.formset_factory(LineForm, extra=LINES, max_num=MOST, absolute_max=MOST, validate_max=True)


def lines_of(data, *, people, with_rooms: bool, more: int = 0) -> forms.BaseFormSet:
    """`people`: whom the lines can name; `more`: how many lines beside those of `data`."""
    options, rooms = options_of(people, with_rooms=with_rooms)
    kwargs = {"people": options, "queryset": people, "rooms": rooms}
    if data is None or not more:
        return LineFormSet(data, form_kwargs=kwargs, prefix="viec")
    total = min(more + _lines_in(data), MOST)
    sent = data.copy()
    sent["viec-TOTAL_FORMS"] = str(total)
    typed = [{name: sent.get(f"viec-{n}-{name}", "") for name in LineForm.base_fields} for n in range(total)]
    lines = LineFormSet(form_kwargs=kwargs, prefix="viec", initial=typed)
    lines.extra = 0
    return lines


def _lines_in(data) -> int:
    sent = data.get("viec-TOTAL_FORMS", "")
    return min(int(sent), MOST) if sent.isascii() and sent.isdigit() and len(sent) < 4 else LINES
