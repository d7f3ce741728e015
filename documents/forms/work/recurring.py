"""A task that is given every week, month or quarter."""

from django import forms
from django.utils import timezone

from documents.actions.work.recurring import MOST_DAYS
from documents.forms.widgets import ReceiverField, lines
from documents.forms.work.people import options_of
from documents.models import Recurring, Urgency
from ui.days import DayField


class RecurringForm(forms.Form):
    title = forms.CharField(label="Tên nhiệm vụ", max_length=300)
    text = forms.CharField(label="Nội dung", max_length=2000, widget=lines(4))
    lead = ReceiverField(label="Chủ trì")
    every = forms.ChoiceField(label="Kỳ", choices=Recurring.Every.choices)
    first_on = DayField(
        label="Giao lần đầu ngày", help_text="Các lần sau cùng thứ, hoặc cùng ngày trong tháng."
    )
    days = forms.IntegerField(label="Số ngày làm việc để thực hiện", min_value=1, max_value=MOST_DAYS)
    product = forms.CharField(label="Sản phẩm", max_length=300, required=False)
    urgency = forms.TypedChoiceField(
        label="Độ khẩn", choices=Urgency.choices, coerce=int, empty_value=0, required=False
    )

    def __init__(self, *args, people, with_rooms: bool, **kwargs):
        super().__init__(*args, **kwargs)
        options, rooms = options_of(people, with_rooms=with_rooms)
        self.fields["lead"].choose_from(people, rooms)
        self.fields["lead"].widget.choices = options

    def clean_first_on(self):
        if self.cleaned_data["first_on"] < timezone.localdate():
            raise forms.ValidationError("Ngày giao lần đầu không thể ở trong quá khứ.")
        return self.cleaned_data["first_on"]
