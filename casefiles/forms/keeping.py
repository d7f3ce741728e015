"""The archive's announcement; a file kept beyond the day."""

from django import forms

from documents.forms.attached import Attaching
from documents.forms.widgets import ManyFiles, lines
from documents.models import Document, Incoming, Outgoing
from orgs.models import Post
from ui.days import DayField
from ui.text import fold_code


class AnnounceForm(forms.Form):
    year = forms.IntegerField(label="Năm", min_value=1945, max_value=2100)
    until = DayField(label="Hạn nộp")
    text = forms.CharField(label="Hồ sơ thu nộp", max_length=2000, widget=lines(4))


class KeepForm(Attaching, forms.Form):
    signed = False  # goes with the file, and with no paper that the agency signs
    until = DayField(label="Giữ lại đến ngày")
    reason = forms.CharField(label="Lý do giữ lại", max_length=500, widget=lines(3))
    paper = forms.CharField(
        label="Số, ký hiệu văn bản đồng ý", required=False, max_length=60,
        help_text="Văn bản đồng ý của người đứng đầu đã có trên hệ thống, ví dụ 15/SNV-VP; hoặc đính kèm tệp ở dưới.",
    )  # fmt: skip
    attachments = ManyFiles(label="Tệp văn bản đồng ý", required=False)

    def __init__(self, *args, post: Post, **kwargs):
        super().__init__(*args, **kwargs)
        self.post = post
        self.ready_for_files()

    def clean_paper(self) -> Document | None:
        code = fold_code(self.cleaned_data["paper"])[:60]
        if not code:
            return None
        for model in (Outgoing, Incoming):
            seen = model.objects.visible_to(self.post).filter(code_key=code).order_by("-pk")
            if found := seen.first():
                return Document.objects.get(pk=found.pk)
        raise forms.ValidationError("Không thấy văn bản số này trong các văn bản bạn xem được.")

    def clean(self):
        data = super().clean()
        self.take_files()
        if len(self.attached) > 1:
            self.add_error("attachments", "Chỉ đính kèm một tệp văn bản đồng ý.")
        return data

    def given(self) -> dict:
        data = self.cleaned_data
        consent = self.attached[0] if self.attached else None
        return {"until": data["until"], "reason": data["reason"], "paper": data["paper"], "consent": consent}
