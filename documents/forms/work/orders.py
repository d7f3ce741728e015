"""Tasks between organisations: given to those below, taken up there."""

from typing import ClassVar

from django import forms
from django.utils import timezone

from documents.actions.work.orders import MOST, SHORTEST
from documents.forms.widgets import PersonField, lines
from documents.forms.work.people import colleagues
from documents.models import Urgency
from orgs.calendar import add_working_days
from orgs.models import Organisation, Post, Role
from ui.days import DayField


class OfficesField(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple
    default_error_messages: ClassVar = {
        "invalid_choice": "Có cơ quan không còn trong danh sách.",
        "invalid_pk_value": "Cơ quan nhận không hợp lệ.",
        "required": "Hãy chọn cơ quan nhận.",
    }


class OrderForm(forms.Form):
    """What is to be done, by which organisations, by when, with what to show for it."""

    title = forms.CharField(label="Tên nhiệm vụ", max_length=300)
    text = forms.CharField(label="Nội dung", max_length=2000, widget=lines(4))
    offices = OfficesField(Organisation.objects.none(), label="Cơ quan nhận")
    due_on = DayField(label="Thời hạn", required=False, add=add_working_days)
    product = forms.CharField(label="Sản phẩm", required=False, max_length=300)
    urgency = forms.TypedChoiceField(
        label="Độ khẩn", choices=Urgency.choices, coerce=int, empty_value=0, required=False
    )
    meeting = forms.CharField(
        label="Cuộc họp", required=False, max_length=300,
        help_text="Khi nhiệm vụ là kết luận của một cuộc họp.",
    )  # fmt: skip
    met_on = DayField(label="Ngày họp", required=False)

    def __init__(self, *args, offices, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["offices"].queryset = offices

    def clean(self):
        data = super().clean()
        if len(data.get("offices") or ()) > MOST:
            self.add_error("offices", f"Mỗi lần giao nhiều nhất {MOST} cơ quan.")
        if data.get("met_on") and not data.get("meeting"):
            self.add_error("meeting", "Hãy ghi tên cuộc họp.")
        if data.get("met_on") and data["met_on"] > timezone.localdate():
            self.add_error("met_on", "Cuộc họp chưa diễn ra. Hãy xem lại ngày họp.")
        return data

    def given(self) -> dict:
        return self.cleaned_data | {"offices": list(self.cleaned_data["offices"])}


class TakeUpForm(forms.Form):
    to = PersonField(Post.objects.none(), label="Trình, để giao việc", empty_label=None)

    def __init__(self, *args, post: Post, **kwargs):
        super().__init__(*args, **kwargs)
        people = colleagues(post, timezone.localdate())
        self.fields["to"].queryset = people.filter(role__in=(Role.LEADER, Role.OFFICE_HEAD))


class AskAboveForm(forms.Form):
    due_on = DayField(label="Xin gia hạn đến", add=add_working_days)
    reason = forms.CharField(
        label="Lý do", min_length=SHORTEST, max_length=1000, widget=lines(4),
        help_text=f"Nơi giao đọc nguyên văn. Ít nhất {SHORTEST} ký tự.",
    )  # fmt: skip


class AnswerAboveForm(forms.Form):
    """Why something is refused or returned, for the other organisation to read."""

    reason = forms.CharField(
        label="Lý do", min_length=SHORTEST, max_length=1000, widget=lines(4),
        help_text=f"Cơ quan kia đọc nguyên văn. Ít nhất {SHORTEST} ký tự.",
    )  # fmt: skip
