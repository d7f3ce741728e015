"""Handing in together and the archivist's answer."""

import re

from django import forms

from casefiles.actions.transfers import MOST
from casefiles.models import Transfer
from documents.forms.widgets import lines

THINGS_HELP = (
    "Mỗi dòng một văn bản: số thứ tự trong hồ sơ, dấu hai chấm, lý do. Ví dụ: 3: thiếu chữ ký số của cơ quan."
)
_LINE = re.compile(r"(?:số\s*)?(\d{1,5})\s*[:\-–.]\s*(\S.*)", re.IGNORECASE)


class FactsForm(forms.ModelForm):
    """What the minutes say that the system cannot count."""

    class Meta:
        model = Transfer
        fields = ("name", "basis", "boxes", "paper_files", "metres", "condition")
        widgets = {"condition": lines(2)}

    def _post_clean(self):
        """The row is written by the act alone."""


class OpenTransferForm(FactsForm):
    files = forms.TypedMultipleChoiceField(
        label="Hồ sơ nộp", coerce=int, widget=forms.CheckboxSelectMultiple()
    )

    def __init__(self, *args, found, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["files"].choices = [
            (case.pk, f"{case.code} ({case.year}) {case.title[:100]} – {case.state_label.lower()}")
            for case in found
        ]
        self.fields[
            "files"
        ].help_text = f"Nhiều nhất {MOST} hồ sơ một đợt. Hồ sơ mới kết thúc được nộp luôn cùng đợt."
        self.order_fields(["files"])


class WriteMinutesForm(FactsForm):
    note = forms.CharField(
        label="Ghi chú, lý do vẫn nhận", required=False, max_length=500,
        help_text="Bắt buộc nếu kiểm tra thấy có tệp không đạt mà vẫn nhận.",
    )  # fmt: skip


class ReturnForm(forms.Form):
    reason = forms.CharField(label="Lý do chung", required=False, max_length=500, widget=lines(3))
    things = forms.CharField(
        label="Theo từng văn bản, tài liệu",
        required=False,
        max_length=20_000,
        widget=lines(5),
        help_text=THINGS_HELP,
    )

    def clean_things(self) -> dict[int, str]:
        found = {}
        for number, line in enumerate(
            filter(None, map(str.strip, self.cleaned_data["things"].splitlines())), start=1
        ):
            said = _LINE.fullmatch(line)
            if said is None:
                raise forms.ValidationError(f"Dòng {number} “{line[:40]}” chưa đúng. {THINGS_HELP}")
            found[int(said[1])] = "; ".join(filter(None, [found.get(int(said[1]), ""), said[2]]))
        return found
