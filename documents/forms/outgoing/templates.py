"""The form of a template: as that of a draft, without what belongs to one paper alone."""

from django import forms

from documents.forms.outgoing.draft import tidy
from documents.forms.widgets import lines
from documents.kinds import CHOICES
from documents.layout.blocks import LONGEST
from documents.models import DraftTemplate
from orgs.models import Post
from ui.text import nfc

TYPED = ("addressees", "bases", "body", "other_recipients")
WORDS = ("subject", *TYPED)
OFFICE, ROOM = "office", "room"
GAPS_HELP = "Chỗ cần điền mỗi lần soạn ghi trong hai ngoặc nhọn, ví dụ {{họ tên}}, {{ngày bắt đầu}}."


class TemplateForm(forms.Form):
    name = forms.CharField(
        label="Tên mẫu", max_length=200, help_text="Tên để chọn khi soạn, không in trên văn bản."
    )
    owner = forms.ChoiceField(label="Dùng cho")
    kind = forms.ChoiceField(label="Loại văn bản", choices=CHOICES, initial="CV")
    subject = forms.CharField(label="Trích yếu", max_length=2000, widget=lines(2))
    addressees = forms.CharField(
        label="Kính gửi", required=False, max_length=2000, widget=lines(2), help_text="Mỗi nơi một dòng."
    )
    bases = forms.CharField(
        label="Căn cứ", required=False, max_length=4000, widget=lines(3), help_text="Mỗi căn cứ một dòng."
    )
    body = forms.CharField(
        label="Nội dung", max_length=LONGEST, widget=lines(14), help_text=GAPS_HELP, strip=False
    )
    other_recipients = forms.CharField(
        label="Nơi nhận khác, bản giấy",
        required=False,
        max_length=2000,
        widget=lines(2),
        help_text="Mỗi nơi một dòng.",
    )

    def __init__(self, *args, post: Post, owners: list[str], **kwargs):
        super().__init__(*args, **kwargs)
        self.post = post
        named = {OFFICE: "Cả cơ quan", ROOM: str(post.unit) if post.unit_id else ""}
        self.fields["owner"].choices = [(one, named[one]) for one in owners]

    def clean_name(self):
        return nfc(self.cleaned_data["name"])

    def clean_subject(self):
        return nfc(self.cleaned_data["subject"])

    def clean(self):
        data = super().clean()
        for name in TYPED:
            data[name] = tidy(data.get(name, ""))
        return data

    def given(self) -> dict:
        data = self.cleaned_data
        unit = self.post.unit if data["owner"] == ROOM else None
        return {"unit": unit, **{name: data[name] for name in ("name", "kind", *WORDS)}}


def as_kept(template: DraftTemplate, number: int | None = None) -> dict:
    """The values of a version, the last one where no number is given or none bears it."""
    versions = template.versions.all()
    found = (versions.filter(number=number).first() if number else None) or versions.first()
    owner = ROOM if template.unit_id else OFFICE
    return {
        "name": template.name,
        "owner": owner,
        "kind": template.kind,
        **{name: getattr(found, name) for name in WORDS},
    }
