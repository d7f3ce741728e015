"""Forms around a task under way: more time asked for and granted, progress, urging."""

from django import forms

from documents.actions.work.follow_up import SHORTEST, kinds_for
from documents.forms.attached import Attaching
from documents.forms.widgets import ManyFiles, lines
from documents.models import Reminder
from orgs.models import Post
from ui.days import DayField


class AskExtensionForm(forms.Form):
    due_on = DayField(label="Xin gia hạn đến")
    reason = forms.CharField(
        label="Lý do", min_length=SHORTEST, max_length=1000, widget=lines(4),
        help_text=f"Người giao việc đọc nguyên văn. Ít nhất {SHORTEST} ký tự.",
    )  # fmt: skip


class GrantExtensionForm(forms.Form):
    due_on = DayField(label="Hạn mới", help_text="Ngày được xin, hoặc một ngày sớm hơn.")


class ProgressForm(Attaching, forms.Form):
    signed = False

    percent = forms.IntegerField(label="Tiến độ (%)", min_value=0, max_value=100)
    text = forms.CharField(label="Đã làm được gì, còn vướng gì", max_length=2000, widget=lines(5))
    attachments = ManyFiles(
        label="Tệp kèm theo", required=False,
        help_text="Mọi người xem được việc này tải được. Chọn được nhiều tệp; không nhận tài liệu mật.",
    )  # fmt: skip

    def __init__(self, *args, post: Post, **kwargs):
        super().__init__(*args, **kwargs)
        self.post = post
        self.ready_for_files()

    def clean(self):
        data = super().clean()
        self.take_files()
        return data

    def given(self) -> dict:
        return {name: self.cleaned_data[name] for name in ("percent", "text")} | {"files": self.attached}


class RemindForm(forms.Form):
    kind = forms.ChoiceField(label="Hình thức", widget=forms.RadioSelect())
    text = forms.CharField(
        label="Nội dung", min_length=SHORTEST, max_length=1000, widget=lines(4),
        help_text=f"Ít nhất {SHORTEST} ký tự. Không sửa, không xóa được sau khi gửi.",
    )  # fmt: skip

    def __init__(self, *args, post: Post, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(kind, Reminder.Kind(kind).label) for kind in kinds_for(post)]
        self.fields["kind"].initial = Reminder.Kind.REMIND
