"""What is written into somebody else's draft: at a place of it, or into it by the head who checks it."""

from django import forms
from django.core.exceptions import ValidationError

from documents.actions.outgoing.drafts import WRITTEN, mark_of
from documents.actions.outgoing.remarks import NOT_THERE
from documents.forms.outgoing.draft import TYPED, DraftForm, tidy
from documents.forms.widgets import lines
from documents.kinds import TWO_SIDES
from documents.layout.places import BEFORE, find_place
from documents.models import Outgoing
from ui.text import nfc


class RemarkForm(forms.Form):
    quote = forms.CharField(
        label="Chỗ góp ý", max_length=2000, widget=lines(2),
        help_text="Bôi đen đoạn cần góp ý ở nội dung bên cạnh, hoặc chép nguyên văn vào đây.",
    )  # fmt: skip
    before = forms.CharField(required=False, max_length=BEFORE * 4, strip=False, widget=forms.HiddenInput)
    words = forms.CharField(label="Ý kiến", required=False, max_length=2000, widget=lines(3))
    is_suggestion = forms.BooleanField(label="Đề nghị sửa chỗ này thành:", required=False)
    proposal = forms.CharField(
        label="Sửa thành", required=False, max_length=4000, widget=lines(3), strip=False,
        help_text="Người soạn bấm một nút là chữ này thay chỗ ấy. Để trống là đề nghị bỏ đoạn đó.",
    )  # fmt: skip

    def __init__(self, *args, body: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.text = body

    def clean_quote(self):
        quote = tidy(self.cleaned_data["quote"])
        if find_place(self.text, quote) is None:
            raise ValidationError(NOT_THERE)
        return quote

    def clean_before(self):
        return tidy(self.cleaned_data["before"])[-BEFORE:]

    def clean_words(self):
        return tidy(self.cleaned_data["words"]).strip()

    def clean(self):
        data = super().clean()
        data["proposal"] = tidy(data.get("proposal", ""))
        data["is_suggestion"] = bool(data.get("is_suggestion") or data["proposal"])
        return data


class ReviseForm(forms.Form):
    """The text of a draft in the hands of whoever checks it. `given()` after is_valid()."""

    subject, addressees, bases, body, other_recipients, secretary = (
        DraftForm.base_fields[name] for name in WRITTEN
    )
    reason = forms.CharField(
        label="Lời nhắn cho người soạn", required=False, max_length=2000, widget=lines(2),
        help_text="Người soạn được báo và xem được từng chỗ khác giữa hai bản.",
    )  # fmt: skip
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, data, *, outgoing: Outgoing):
        initial = {name: getattr(outgoing, name) for name in WRITTEN} | {"seen": mark_of(outgoing)}
        super().__init__(data, initial=initial)
        self.secretary = outgoing.secretary
        # A name that was chosen is changed by choosing another.
        if outgoing.kind not in TWO_SIDES or outgoing.secretary_post_id:
            del self.fields["secretary"]

    def clean_subject(self):
        return nfc(self.cleaned_data["subject"])

    def clean(self):
        data = super().clean()
        for name in TYPED:
            data[name] = tidy(data.get(name, ""))
        return data

    def given(self) -> dict:
        return {"secretary": self.secretary} | self.cleaned_data
