"""A sub-file of a file, and files that are related to it."""

from django import forms

from casefiles.forms.cases import TERM_HELP
from casefiles.models import CaseFile
from casefiles.terms import CHOICES
from documents.forms.widgets import lines
from orgs.models import Post
from ui.days import DayField
from ui.text import nfc


class PartForm(forms.Form):
    title = forms.CharField(label="Tiêu đề hồ sơ con", max_length=500, widget=lines(2))
    term = forms.ChoiceField(label="Thời hạn bảo quản", choices=CHOICES, help_text=TERM_HELP)
    started_on = DayField(label="Ngày bắt đầu", back=True)
    note = forms.CharField(label="Ghi chú", required=False, max_length=500)


class RelateForm(forms.Form):
    """By year and code, as one reads them on the other file; only of those one sees."""

    year = forms.IntegerField(label="Năm của hồ sơ", min_value=1945, max_value=2100)
    code = forms.CharField(label="Số, ký hiệu hồ sơ", max_length=20)

    def __init__(self, *args, post: Post, **kwargs):
        super().__init__(*args, **kwargs)
        self.post = post

    def clean(self):
        data = super().clean()
        if data.get("year") and data.get("code"):
            seen = CaseFile.objects.visible_to(self.post).filter(
                year=data["year"], code=nfc(data["code"]).strip().upper()
            )
            data["other"] = seen.first()
            if data["other"] is None:
                self.add_error("code", "Không có hồ sơ này trong những hồ sơ bạn được xem.")
        return data

    def given(self) -> dict:
        return {"other": self.cleaned_data["other"]}
