"""The form for one paper cut from a scan: that of a paper from an envelope, whose scan is there already."""

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from documents.actions.incoming.proposing import Proposals
from documents.actions.incoming.scans import UNRECOGNISED
from documents.arrival import NewFile
from documents.forms.incoming.paper_mail import PaperForm
from documents.forms.widgets import ManyFiles, own_hand
from documents.models import File, ScanBatch, ScannedPaper

MARKED = (
    "Trang đầu có dấu “{}”. Văn bản mật không được đưa vào hệ thống: hãy xóa và chọn hủy cả bản quét gốc."
    " Nếu không phải, hãy đánh dấu xác nhận."
)

TOO_LARGE = "Một văn bản không được lớn hơn {} MB. Hãy tách bản quét, hoặc xóa rồi quét lại với độ phân giải thấp hơn."


class ScannedForm(PaperForm):
    looked = forms.BooleanField(
        label="Đã xem các trang: không có dấu MẬT, TỐI MẬT, TUYỆT MẬT", required=False, widget=own_hand()
    )

    def __init__(self, *args, scan: ScannedPaper, **kwargs):
        super().__init__(*args, **kwargs)
        del self.fields["file"]
        if not scan.unrecognised:
            del self.fields["looked"]
        self.scan, self.source = scan, scan.source

    def had_scan(self) -> bool:
        return self.data.get("there") == "1"

    def proposals(self) -> Proposals:
        return Proposals(self.scan.proposed, self.scan.words, self.scan.source)

    def next_field(self) -> str:
        """As on the form of an envelope; where nothing is missing, what a person has to state."""
        found = super().next_field()
        if found in self.errors or not self[found].value():
            return found
        asked = {"looked": self.scan.unrecognised, "marks_ok": self.marks, "duplicate_ok": self.duplicates}
        return next((name for name, why in asked.items() if why and not self[name].value()), "not_secret")

    def _take_main(self) -> None:
        blob = self.scan.blob
        if blob is None:  # settled meanwhile: the form is only shown again
            return
        if blob.size > settings.MAX_FILE_BYTES and not self.reading:
            self.add_error(None, TOO_LARGE.format(settings.MAX_FILE_BYTES // 1024 // 1024))
        self.main = NewFile(self.scan.file.name, blob, File.Part.MAIN, self.scan.pages)
        self.marks = self.marks or self.scan.marks
        if self.scan.unrecognised and not (self.reading or self.data.get("looked")):
            self.add_error("looked", UNRECOGNISED)
        if self.scan.marks and not (self.reading or self.data.get("marks_ok")):
            self.add_error("marks_ok", MARKED.format(self.scan.marks))


class ScanForm(forms.Form):
    """Files put in at one time."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    parting = forms.ChoiceField(
        label="Tách thành từng văn bản", choices=ScanBatch.Parting.choices, initial=ScanBatch.Parting.BLANK,
        widget=forms.RadioSelect,
    )  # fmt: skip
    files = ManyFiles(label="Bản quét (PDF)", required=False)

    def clean_files(self):
        if not self.cleaned_data["files"]:
            raise ValidationError("Hãy chọn ít nhất một tệp PDF.")
        return self.cleaned_data["files"]


class SplitForm(forms.Form):
    page = forms.IntegerField(label="Tách từ trang", min_value=2)

    def __init__(self, *args, pages: int, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["page"].max_value = pages
        self.fields["page"].widget.attrs |= {"max": pages, "min": 2}

    def clean_page(self):
        page = self.cleaned_data["page"]
        if page > self.fields["page"].max_value:
            raise ValidationError(f"Văn bản có {self.fields['page'].max_value} trang.")
        return page


class TurnForm(forms.Form):
    page = forms.IntegerField(label="Trang", min_value=1, max_value=9999, required=False)


class DeleteForm(forms.Form):
    reason = forms.CharField(
        label="Lý do xóa",
        min_length=5,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2, "autofocus": True}),
        help_text="Ví dụ: quét trùng, quét nhầm.",
    )
    secret = forms.BooleanField(
        label="Văn bản có thể chứa bí mật nhà nước: hủy cả bản quét gốc của tệp này",
        required=False,
        widget=own_hand(),
    )
