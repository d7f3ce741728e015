"""The historical archive's answer: its message, and what it says of each file."""

from django import forms
from django.core.exceptions import ValidationError

from casefiles.answer_sheet import Line, lines_in, pasted
from documents.actions.work.sheets import MAX_BYTES, NotASheet
from documents.forms.attached import Attaching
from documents.forms.widgets import ManyFiles, lines
from documents.uploads import looked_at
from orgs.models import Post


class AnswerForm(Attaching, forms.Form):
    signed = False  # the archive's, and no paper that the agency signs
    attachments = ManyFiles(
        label="Văn bản trả lời", required=False,
        help_text="Một tệp (PDF hoặc ảnh chụp, bảng kê), giữ nguyên như khi nhận.",
    )  # fmt: skip
    pasted = forms.CharField(
        label="Kết quả từng hồ sơ", required=False, max_length=100_000, widget=lines(8),
        help_text="Mỗi dòng: mã hồ sơ; Đạt hoặc Không đạt; lý do. Thay mã hồ sơ có thể ghi OBJID hoặc mã đăng ký nộp của gói.",
    )  # fmt: skip
    sheet = forms.FileField(
        label="Hoặc tệp kết quả (.xlsx, .csv)", required=False,
        help_text="Có các cột “Mã hồ sơ” (hoặc “OBJID”), “Kết quả”, “Lý do”.",
    )  # fmt: skip

    def __init__(self, *args, post: Post, **kwargs):
        super().__init__(*args, **kwargs)
        self.post = post
        self.ready_for_files()

    def clean(self):
        data = super().clean()
        self.take_files()
        if len(self.attached) != 1 and "attachments" not in self.errors:
            self.add_error("attachments", "Hãy đính kèm đúng một tệp: văn bản trả lời của lưu trữ lịch sử.")
        self.lines: list[Line] = []
        sheet, text = data.get("sheet"), data.get("pasted", "")
        if bool(sheet) == bool(text.strip()):
            self.add_error("pasted", "Hãy dán kết quả từng hồ sơ, hoặc chọn tệp kết quả: một trong hai.")
            return data
        try:
            self.lines = lines_in(sheet.name, _bytes(sheet)) if sheet else pasted(text)
        except NotASheet as error:
            self.add_error("sheet" if sheet else "pasted", str(error))
        return data


def _bytes(sheet) -> bytes:
    if sheet.size > MAX_BYTES:
        raise ValidationError(f"Tệp kết quả lớn hơn {MAX_BYTES >> 20} MB. Hãy chia thành nhiều lần ghi.")
    return looked_at(sheet)
