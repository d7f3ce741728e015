"""The list of the year: begun, filled row by row or from a file, issued."""

from django import forms
from django.utils import timezone

from casefiles.forms.cases import TERM_HELP, RuleField
from casefiles.models import FilePlan, PlanEntry, PlanHeading, RetentionRule
from casefiles.terms import CHOICES
from documents.forms.widgets import PersonField, SignerField
from documents.forms.work.people import colleagues
from orgs.authority import signers
from orgs.models import Post


class BeginForm(forms.Form):
    year = forms.IntegerField(label="Năm", min_value=1945, max_value=2100)
    copy = forms.BooleanField(label="Sao từ danh mục gần nhất", required=False, initial=True)
    numbering = forms.ChoiceField(
        label="Đánh số", choices=FilePlan.Numbering.choices, initial=FilePlan.Numbering.BY_HEADING
    )


class HeadingField(forms.ModelChoiceField):
    def label_from_instance(self, heading: PlanHeading) -> str:
        return (
            f"{heading.parent.symbol}: {heading.label}"
            if heading.parent_id
            else f"{heading.symbol} – {heading.label}"
        )


class EntryForm(forms.Form):
    heading = HeadingField(
        PlanHeading.objects.none(), label="Đề mục", required=False, empty_label="Đề mục mới (ghi ở dưới)"
    )
    major = forms.CharField(label="Đề mục lớn mới", required=False, max_length=200)
    symbol = forms.CharField(
        label="Chữ viết tắt của đề mục lớn", required=False, max_length=12, help_text="Ví dụ TCCB"
    )
    minor = forms.CharField(label="Đề mục nhỏ", required=False, max_length=200)
    label = forms.CharField(label="Tiêu đề hồ sơ", max_length=500)
    term = forms.ChoiceField(label="Thời hạn bảo quản", choices=CHOICES, help_text=TERM_HELP)
    rule = RuleField(
        RetentionRule.objects.none(), label="Căn cứ thời hạn", required=False, empty_label="Chưa chọn"
    )
    person = PersonField(
        Post.objects.none(), label="Người lập hồ sơ", required=False, empty_label="Chưa phân công"
    )
    note = forms.CharField(label="Ghi chú", required=False, max_length=300)

    def __init__(self, *args, plan: FilePlan, by: Post, entry: PlanEntry | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["heading"].queryset = plan.headings.select_related("parent").order_by(
            "parent__position", "position"
        )
        self.fields["person"].queryset = colleagues(by, timezone.localdate())
        self.fields["rule"].queryset = RetentionRule.objects.on(timezone.localdate()).in_order()
        if entry:  # its code stays, and so its heading
            for name in ("heading", "major", "symbol", "minor"):
                del self.fields[name]


class ImportForm(forms.Form):
    sheet = forms.FileField(label="Tệp danh mục (.xlsx, CSV)")


class IssueForm(forms.Form):
    signer = SignerField(Post.objects.none(), label="Người ký quyết định", empty_label="Chọn người ký")

    def __init__(self, *args, by: Post, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["signer"].queryset = signers(by.organisation, timezone.now())


class SecretForm(forms.Form):
    month = forms.RegexField(
        r"^\d{4}-(0[1-9]|1[0-2])$", label="Tháng (năm-tháng, ví dụ 2026-10)",
        error_messages={"invalid": "Hãy ghi năm và tháng, ví dụ 2026-10."},
    )  # fmt: skip
    count = forms.IntegerField(label="Số hồ sơ mật", min_value=0, max_value=9999)
