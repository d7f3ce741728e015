"""The form of an update: what may still change about a paper after its issue."""

from django import forms

from documents.forms.widgets import RecipientsField, lines, picked
from documents.models import Delivery, Outgoing
from documents.states import DeliveryState
from orgs.calendar import add_working_days
from orgs.models import Organisation
from ui.days import DayField
from ui.order import in_vietnamese


class _Takers(forms.ModelMultipleChoiceField):
    def label_from_instance(self, delivery: Delivery) -> str:
        return f"{delivery.recipient_name} ({delivery.state_label.lower()})"


class UpdateForm(forms.Form):
    """`given()` after is_valid() is what the action takes."""

    recipients = RecipientsField(label="Gửi thêm")
    due_on = DayField(
        label="Hạn trả lời", required=False, add=add_working_days,
        help_text="Những nơi đã nhận được đề nghị ghi theo hạn mới.",
    )  # fmt: skip
    remove = _Takers(
        Delivery.objects.none(), label="Rút khỏi nơi nhận", required=False, widget=forms.CheckboxSelectMultiple,
        help_text="Nơi được đánh dấu được yêu cầu hủy văn bản và trả lời.",
    )  # fmt: skip
    reason = forms.CharField(
        label="Lý do cập nhật", min_length=10, max_length=500, widget=lines(3),
        help_text="Các nơi liên quan đọc nguyên văn. Ít nhất 10 ký tự.",
    )  # fmt: skip

    def __init__(self, *args, outgoing: Outgoing, **kwargs):
        super().__init__(*args, **kwargs)
        there = outgoing.deliveries.filter(withdrawn_at=None).exclude(state__in=DeliveryState.GIVEN_BACK)
        self.fields["remove"].queryset = there.order_by(in_vietnamese("recipient_name"), "pk")

    def chosen(self) -> list[Organisation]:
        return picked(self["recipients"])

    def given(self) -> dict:
        data = self.cleaned_data
        return {
            "due_on": data["due_on"],
            "reason": data["reason"],
            "add": list(data["recipients"]),
            "remove": list(data["remove"]),
        }
