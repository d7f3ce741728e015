"""A task without a paper: what it is and where it comes from, above who is to do it by when."""

from typing import ClassVar

from django import forms
from django.utils import timezone

from documents.forms.widgets import own_hand
from documents.forms.work.people import PeopleForm
from documents.models import Urgency
from ui.days import DayField


class TaskForm(PeopleForm):
    """The six "rõ" of a task that is given from nothing, from a meeting, or as a part of another."""

    own: ClassVar = ("title", "urgency", "meeting", "met_on")

    title = forms.CharField(label="Tên nhiệm vụ", max_length=300)
    urgency = forms.TypedChoiceField(
        label="Độ khẩn", choices=Urgency.choices, coerce=int, empty_value=0, required=False
    )
    meeting = forms.CharField(
        label="Cuộc họp", required=False, max_length=300,
        help_text="Khi nhiệm vụ là kết luận của một cuộc họp.",
    )  # fmt: skip
    met_on = DayField(label="Ngày họp", required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["lead"].required = True
        self.fields["text"].label = "Nội dung"

    def clean(self):
        data = super().clean()
        met_on = data.get("met_on")
        if met_on and not data.get("meeting"):
            self.add_error("meeting", "Hãy ghi tên cuộc họp.")
        if met_on and met_on > timezone.localdate():
            self.add_error("met_on", "Cuộc họp chưa diễn ra. Hãy xem lại ngày họp.")
        return data

    def given(self) -> dict:
        return super().given() | {name: self.cleaned_data[name] for name in self.own}

    def own_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.own]


class AgainForm(PeopleForm):
    """A task that stands is amended, or given again: its parts may have to follow it to an earlier day."""

    pull_in = forms.BooleanField(
        label="Kéo hạn các phần việc này về cùng ngày", required=False, widget=own_hand()
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["lead"].required = True

    def given(self) -> dict:
        return super().given() | {"pull_in": self.cleaned_data["pull_in"]}
