"""What is written about deadlines: a rule, its end, days that do not count."""

from django import forms

from documents.deadlines import UNITS
from documents.forms.widgets import lines
from documents.kinds import CHOICES_IN
from documents.models import DuePause, Urgency
from documents.models.due_rule import STARTS
from orgs.law import KEYS
from ui.days import DayField
from ui.text import nfc

MOST = 3650


class DueRuleForm(forms.Form):
    name = forms.CharField(label="Tên quy tắc", max_length=150, help_text="Ví dụ: Trả lời công văn khẩn.")
    law = forms.ChoiceField(label="Văn bản quy định", choices=list(KEYS.items()))
    clause = forms.CharField(label="Căn cứ", max_length=200)
    kind = forms.ChoiceField(label="Loại văn bản", choices=[("", "Mọi loại"), *CHOICES_IN], required=False)
    urgency = forms.TypedChoiceField(
        label="Độ khẩn",
        choices=[("", "Mọi độ khẩn"), *Urgency.choices],
        coerce=int,
        empty_value=None,
        required=False,
    )
    words = forms.CharField(
        label="Lĩnh vực: chữ có trong trích yếu", max_length=200, required=False,
        help_text="Nhiều chữ cách nhau bằng dấu phẩy, ví dụ: kiến nghị cử tri, chất vấn. Để trống: mọi văn bản.",
    )  # fmt: skip
    count = forms.IntegerField(
        label="Thời hạn", min_value=0, max_value=MOST, help_text="0 ngày làm việc: phải giải quyết ngay."
    )
    unit = forms.ChoiceField(label="Đơn vị", choices=list(UNITS.items()), initial="working_days")
    starts = forms.ChoiceField(label="Tính từ", choices=list(STARTS.items()))
    pausable = forms.BooleanField(
        label="Được tạm dừng khi chờ bổ sung hồ sơ hoặc chờ ý kiến cơ quan khác", required=False
    )
    valid_from = DayField(label="Áp dụng cho văn bản đến từ ngày")

    def __init__(self, *args, law: bool, **kwargs):
        """`law`: of every office; else of one's own, whose ground are its own rules."""
        super().__init__(*args, **kwargs)
        self.fields["clause"].help_text = (
            "Ví dụ: khoản 2 Điều 24." if law else "Ví dụ: Quy chế làm việc 12/QĐ-SNV ngày 10/01/2026."
        )
        if not law:
            del self.fields["law"]

    def given(self) -> dict:
        data = dict(self.cleaned_data)
        words = [nfc(word).strip() for word in data["words"].split(",")]
        return data | {"words": ",".join(filter(None, words))}


class EndRuleForm(forms.Form):
    last = DayField(
        label="Áp dụng đến hết ngày",
        help_text="Văn bản đến sau ngày này không theo quy tắc này; hạn đã tính giữ nguyên.",
    )


class PauseForm(forms.Form):
    why = forms.ChoiceField(label="Lý do", choices=DuePause.Why.choices, widget=forms.RadioSelect)
    note = forms.CharField(
        label="Chờ gì, của ai", min_length=10, max_length=300, widget=lines(2),
        help_text="Ví dụ: chờ Sở Tài chính có ý kiến theo Công văn 12/SNV-TCBC.",
    )  # fmt: skip
    last = DayField(
        label="Không tính đến hết ngày", help_text="Nhận được sớm hơn thì bấm “Tính tiếp”, hạn được tính lại."
    )
