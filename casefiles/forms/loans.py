"""The reading room: asked, answered."""

from datetime import timedelta

from django import forms
from django.utils import timezone

from casefiles.models import CaseFile, Loan
from casefiles.models.loan import LONGEST
from documents.forms.widgets import lines, own_hand
from orgs.models import Organisation, Post
from ui.days import WRITTEN, DayField
from ui.text import nfc


class AskForm(forms.Form):
    archive = forms.ModelChoiceField(
        Organisation.objects.none(), label="Lưu trữ của cơ quan", empty_label=None
    )
    wanted = forms.CharField(
        label="Hồ sơ, tài liệu cần đọc", max_length=500, widget=lines(2),
        help_text="Số, ký hiệu, năm, hoặc nội dung; lưu trữ sẽ tìm.",
    )  # fmt: skip
    purpose = forms.CharField(label="Mục đích", max_length=300, widget=lines(2))

    def __init__(self, *args, post: Post, case: CaseFile | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        if case is not None:  # what is asked for is chosen already
            del self.fields["archive"], self.fields["wanted"]
            return
        offices = Organisation.objects.on(timezone.localdate()).filter(gate=True, external=False)
        self.fields["archive"].queryset = offices.order_by("order_key", "name")
        self.fields["archive"].initial = post.organisation_id


class AllowForm(forms.Form):
    """Of which file, where the reader could only say what it is about; until when; what he may take along."""

    year = forms.IntegerField(label="Năm của hồ sơ", min_value=1945, max_value=2100)
    code = forms.CharField(label="Số, ký hiệu hồ sơ", max_length=20)
    until = DayField(label="Đọc đến hết ngày", help_text=f"Nhiều nhất {LONGEST.days} ngày.")
    copies = forms.BooleanField(
        label="Được lấy bản sao không xác thực (có tên người đọc)", required=False, widget=own_hand()
    )
    answer = forms.CharField(label="Ghi chú cho người đọc", required=False, max_length=300)

    def __init__(self, *args, loan: Loan, **kwargs):
        super().__init__(*args, **kwargs)
        self.loan = loan
        self.fields["until"].initial = f"{timezone.localdate() + timedelta(days=7):{WRITTEN}}"
        if loan.case_id:
            del self.fields["year"], self.fields["code"]

    def clean(self):
        data = super().clean()
        if self.loan.case_id:
            data["case"] = self.loan.case
        elif data.get("year") and data.get("code"):
            code = nfc(data["code"]).strip().upper()
            data["case"] = CaseFile.objects.filter(
                organisation=self.loan.organisation_id, year=data["year"], code=code, state="archived"
            ).first()
            if data["case"] is None:
                self.add_error("code", "Lưu trữ không có hồ sơ này.")
        return data

    def given(self) -> dict:
        return {name: self.cleaned_data[name] for name in ("case", "until", "copies", "answer")}
