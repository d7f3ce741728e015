"""The form for a paper that was numbered, signed and sent by hand while the system was away."""

from datetime import datetime

from django import forms
from django.core.exceptions import ValidationError

from documents.forms.outgoing.draft import NOT_SECRET, tidy
from documents.forms.own_fields import WithOwnFields
from documents.forms.widgets import PersonField, SignerField, lines, own_hand
from documents.forms.work.people import colleagues
from documents.kinds import KINDS
from documents.models import NumberLine
from documents.numbering import series_on
from documents.uploads import kept_pdf, main_pdf
from orgs.authority import signers
from orgs.models import Post
from ui.days import DayField


class EnterForm(WithOwnFields, forms.Form):
    kind = forms.ChoiceField(label="Loại văn bản")
    issued_on = DayField(label="Ngày văn bản", back=True)
    subject = forms.CharField(label="Trích yếu", max_length=2000, widget=lines(2))
    signer = SignerField(Post.objects.none(), label="Người ký", empty_label=None)
    drafter = PersonField(
        Post.objects.none(), label="Người soạn", help_text="Đơn vị của người này giữ bản lưu."
    )
    places = forms.CharField(
        label="Nơi nhận", max_length=2000, widget=lines(3), help_text="Mỗi nơi một dòng, như trên văn bản."
    )
    file = forms.FileField(
        label="Bản quét (PDF)", widget=forms.FileInput(attrs={"accept": ".pdf", "data-filename": ""}),
        help_text="Bản đã ký, đóng dấu, mang đúng số này.",
    )  # fmt: skip
    note = forms.CharField(label="Ghi chú", required=False, max_length=500)
    not_secret = forms.BooleanField(
        label="Văn bản không thuộc danh mục bí mật nhà nước",
        widget=own_hand(),
        error_messages={"required": NOT_SECRET},
    )

    def __init__(self, *args, post: Post, line: NumberLine, at: datetime, **kwargs):
        super().__init__(*args, **kwargs)
        # As of the day of the numbers: what is chosen is judged again by the day of the paper.
        of = series_on(post.organisation_id, line.day)
        if line.book.series not in of.values():  # a board's, for all kinds
            of = dict.fromkeys(KINDS, line.book.series)
        self.fields["kind"].choices = [
            (kind, name) for kind, (name, _) in KINDS.items() if of[kind] == line.book.series
        ]
        self.fields["signer"].queryset = signers(post.organisation, at)
        self.fields["drafter"].queryset = colleagues(post, at.date())
        self.add_own(post.organisation_id, "out")

    def clean_file(self):
        upload = self.cleaned_data["file"]
        content, pages, marks = main_pdf(upload)
        if marks:
            raise ValidationError(f"Trang đầu có dấu “{marks}”. Văn bản mật không được đưa vào hệ thống.")
        return kept_pdf(upload.name, content, pages)

    def given(self) -> dict:
        data = self.cleaned_data
        return {
            name: data[name] for name in ("kind", "issued_on", "subject", "signer", "drafter", "file", "note")
        } | {"places": tidy(data["places"]), "own": self.own()}
