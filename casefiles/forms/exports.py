from django import forms

from casefiles.models import Export


class PackForm(forms.Form):
    flavour = forms.ChoiceField(label="Quy cách", choices=Export.Flavour.choices, initial=Export.Flavour.TT05)
    paper_code = forms.CharField(
        label="Mã hồ sơ gốc giấy", required=False, max_length=100,
        help_text="Bắt buộc khi mọi văn bản trong hồ sơ là bản số hóa: mã lưu trữ, kho, giá, hộp và số hồ sơ giấy.",
    )  # fmt: skip
    agreement = forms.CharField(
        label="Mã đăng ký nộp", required=False, max_length=60,
        help_text="Của đợt nộp lưu, dạng 01.NL.mã cơ quan.lần.năm; để trống: lần 01 của năm nay.",
    )  # fmt: skip


class ReceiveForm(forms.Form):
    package = forms.FileField(
        label="Gói hồ sơ (.zip, .tar)",
        help_text="Từng tệp được đối chiếu với mã SHA-256 ghi trong gói trước khi nhận.",
    )
