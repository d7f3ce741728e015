"""The form of a draft, and the small ones of the steps that need a word (decree 30 art. 10, Phụ lục I)."""

import unicodedata
from datetime import date, datetime

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone

from documents.actions.books.boards import boards_of
from documents.actions.outgoing.drafts import mark_of
from documents.actions.outgoing.page_content import addressees_of, still_named
from documents.actions.outgoing.secretary import colleagues
from documents.actions.outgoing.signing_right import authority_of
from documents.forms.attached import Attaching
from documents.forms.own_fields import WithOwnFields
from documents.forms.widgets import (
    ManyFiles,
    PersonField,
    RecipientsField,
    SignerField,
    lines,
    own_hand,
    picked,
)
from documents.kinds import CHOICES, TWO_SIDES
from documents.layout.blocks import LONGEST
from documents.memory import memory_of
from documents.models import Board, File, Outgoing, Urgency
from documents.models.document import VIETNAMESE
from documents.models.outgoing import Circulation
from orgs.authority import signers
from orgs.calendar import add_working_days
from orgs.models import Organisation, Post
from ui.days import DayField
from ui.text import nfc

LONG_SUBJECT = 500  # edXML 1.4: the axis cuts or refuses what is longer
FIELDS = (
    "kind", "subject", "addressees", "bases", "body", "other_recipients", "urgency", "due_on", "signer",
    "secretary", "secretary_post", "circulation", "drafter_mark", "issued_amount", "with_contact", "language",
)  # fmt: skip
TYPED = ("addressees", "bases", "body", "other_recipients")
BODY_HELP = (
    "Phần đầu trang, Kính gửi, Nơi nhận và chữ ký được đặt tự động. Dòng trống ngắt đoạn; dòng bắt đầu bằng “Điều 1.”,"
    " “1.”, “a)” hoặc “-” là một điều, khoản, điểm, gạch đầu dòng; **đậm**, *nghiêng*; dòng bắt đầu bằng “|” là hàng của"
    " bảng; “=== Tên” mở một phụ lục."
)
TOO_LONG = (
    "Nội dung dài %(show_value)s ký tự, nhiều nhất là %(limit_value)s. Hãy đưa phần dài vào tài liệu kèm theo,"
    " hoặc tách thành nhiều văn bản."
)
NOT_SECRET = "Văn bản mật không được soạn trên hệ thống này. Hãy xác nhận trước khi lưu."


class BodyField(forms.CharField):
    """Counts a line end as one letter, as the browser does while one types."""

    def to_python(self, value):
        return super().to_python(value).replace("\r\n", "\n")


class DraftForm(WithOwnFields, Attaching, forms.Form):
    """`given()` and `files()` after is_valid(); `typed()` shows again what was typed, without complaints."""

    kind = forms.ChoiceField(label="Loại văn bản", choices=CHOICES, initial="CV")
    urgency = forms.TypedChoiceField(label="Độ khẩn", choices=Urgency.choices, coerce=int, initial=0)
    subject = forms.CharField(label="Trích yếu", max_length=2000, widget=lines(2))
    addressees = forms.CharField(
        label="Kính gửi", required=False, max_length=2000, widget=lines(2),
        help_text="Mỗi nơi một dòng. Công văn để trống sẽ lấy theo nơi nhận.",
    )  # fmt: skip
    bases = forms.CharField(
        label="Căn cứ", required=False, max_length=4000, widget=lines(2), help_text="Mỗi căn cứ một dòng."
    )
    body = BodyField(
        label="Nội dung", required=False, max_length=LONGEST, widget=lines(14), help_text=BODY_HELP,
        strip=False, error_messages={"max_length": TOO_LONG},
    )  # fmt: skip
    recipients = RecipientsField(label="Nơi nhận trên hệ thống")
    other_recipients = forms.CharField(
        label="Nơi nhận khác, bản giấy", required=False, max_length=2000, widget=lines(2),
        help_text="Chỉ in ở mục Nơi nhận, mỗi nơi một dòng; ví dụ: Giám đốc Sở (để báo cáo).",
    )  # fmt: skip
    board = forms.ModelChoiceField(
        Board.objects.none(), label="Ban hành dưới tên", required=False, empty_label="Cơ quan",
        help_text="Hội đồng, ban, tổ có hệ thống số riêng; người đứng đầu ký thay mặt.",
    )  # fmt: skip
    signer = SignerField(
        Post.objects.none(), label="Người ký", empty_label=None,
        help_text="Người đang có thẩm quyền ký; hình thức ký in trên trang theo thẩm quyền đó.",
    )  # fmt: skip
    secretary = forms.CharField(
        label="Thư ký (người ghi biên bản), hoặc đại diện bên kia", required=False, max_length=100,
        help_text="Tên ký ở bên trái trang. Biên bản để trống là người soạn; hợp đồng, bản ghi nhớ, bản thỏa thuận để trống thì trang không có chỗ ký của bên kia.",
    )  # fmt: skip
    secretary_post = PersonField(
        Post.objects.none(), label="Người của cơ quan ký số ở chỗ ấy", required=False, empty_label="Không ai, ký tay hoặc ký ở nơi khác",
        help_text="Chọn thì trang ghi tên người này; người này ký số trước, người ký chính ký sau. Bên kia ở cơ quan khác ký trên bản giấy hoặc trên hệ thống của họ.",
    )  # fmt: skip
    circulation = forms.ChoiceField(
        label="Phạm vi lưu hành", choices=[("", "Không in dấu"), *Circulation.choices], required=False
    )
    drafter_mark = forms.CharField(
        label="Ký hiệu người soạn", required=False, max_length=20,
        help_text="In dưới Nơi nhận, ví dụ TQM; kèm số lượng bản nếu ghi. Để trống thì không in.",
    )  # fmt: skip
    issued_amount = forms.IntegerField(
        label="Số lượng bản phát hành", required=False, min_value=1, max_value=999, help_text="Số bản giấy."
    )
    language = forms.CharField(label="Ngôn ngữ", required=False, max_length=30, initial=VIETNAMESE)
    with_contact = forms.BooleanField(
        label="In địa chỉ, điện thoại, thư điện tử của cơ quan ở chân trang đầu", required=False
    )
    due_on = DayField(
        label="Hạn trả lời",
        required=False,
        add=add_working_days,
        help_text="Hạn để nơi nhận phúc đáp, nếu cần.",
    )
    attachments = ManyFiles(label="Tài liệu kèm theo", required=False)
    drop = forms.ModelMultipleChoiceField(
        File.objects.none(), label="Bỏ tệp đã kèm", required=False, widget=forms.CheckboxSelectMultiple
    )
    seen = forms.CharField(
        required=False, max_length=64, widget=forms.HiddenInput
    )  # `mark_of` what was opened
    not_secret = forms.BooleanField(
        label="Nội dung không thuộc bí mật nhà nước",
        widget=own_hand(),
        error_messages={"required": NOT_SECRET},
    )

    def __init__(self, *args, post: Post, at: datetime, outgoing: Outgoing | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.post, self.at, self.outgoing = post, at, outgoing
        self.still_named: list[str] = []
        self.fields["signer"].queryset = signers(post.organisation, at)
        self._offer_colleagues(timezone.localdate(at))
        if outgoing:
            self.fields["seen"].initial = mark_of(outgoing)
        self.fields["board"].queryset = boards_of(post, at)
        if not self.fields["board"].queryset.exists():
            del self.fields["board"]
        self.add_own(post.organisation_id, "out", outgoing, whole=False)
        self._say_who_signs_no_more()
        self.ready_for_files()
        present = outgoing.files.filter(part=File.Part.ATTACHMENT) if outgoing else File.objects.none()
        self.fields["drop"].queryset = present
        if not outgoing or not present.exists():
            del self.fields["drop"]

    def _offer_colleagues(self, day: date) -> None:
        """Everybody of the office, remembered as long as nobody comes or goes."""
        field = self.fields["secretary_post"]
        field.queryset = colleagues(self.post.organisation_id, day)
        named = memory_of(self.post).fetch(
            f"colleagues.{day}", lambda: [(one.pk, field.label_from_instance(one)) for one in field.queryset]
        )
        field.choices = [("", field.empty_label), *named]

    def _say_who_signs_no_more(self) -> None:
        """The list shows somebody else instead: whoever opens an older draft is told."""
        if self.outgoing is None:
            return
        try:
            authority_of(self.outgoing.signer_id, self.outgoing.kind, self.at)
        except ValidationError as why:
            self.fields["signer"].help_text = f"{why.message} Hãy kiểm tra người ký."
        beside, named = self.fields["secretary_post"], self.outgoing.secretary_post_id
        if named and named not in {pk for pk, _ in beside.choices}:
            beside.help_text = (
                f"{self.outgoing.secretary} không còn giữ vị trí này. Hãy chọn người khác."
                " Để trống thì bên trái không còn chữ ký số."
            )

    def clean_subject(self):
        return nfc(self.cleaned_data["subject"])

    def clean_language(self):
        return nfc(self.cleaned_data["language"]) or VIETNAMESE

    def clean_drafter_mark(self):
        return nfc(self.cleaned_data["drafter_mark"])

    def clean_secretary(self):
        return nfc(self.cleaned_data["secretary"])

    def clean(self):
        data = super().clean()
        for name in TYPED:
            data[name] = tidy(data.get(name, ""))
        self._name_who_signs_beside(data)
        self._follow_recipients(data)
        self.take_files()
        return data

    def _name_who_signs_beside(self, data: dict) -> None:
        """The page says the name of whoever was chosen; other kinds have nobody there."""
        if data.get("kind") not in TWO_SIDES:
            data["secretary_post"] = None
        elif chosen := data.get("secretary_post"):
            data["secretary"] = str(chosen.user)

    def _follow_recipients(self, data: dict) -> None:
        """Kính gửi of a công văn is that of the recipients until a hand has changed it; then it stays."""
        chosen, before = self.chosen(), []
        if self.outgoing:
            before = list(self.outgoing.recipients.select_related("parent").in_order())
        if data.get("kind") == "CV" and data["addressees"] in ("", addressees_of(before)):
            data["addressees"] = addressees_of(chosen)
        else:
            removed = [body for body in before if body not in chosen]
            self.still_named = still_named(data["addressees"], removed)

    def given(self) -> dict:
        """What the actions take."""
        data = self.cleaned_data
        return {name: data[name] for name in FIELDS} | {
            "recipients": self.chosen(),
            "board": data.get("board"),
        }

    def values(self) -> dict:
        """What the form holds, right or not yet: to show the page it makes."""
        if not self.is_bound:
            return self.initial
        self.is_valid()
        return self.cleaned_data

    def chosen(self) -> list[Organisation]:
        return picked(self["recipients"])

    def typed(self, data: QueryDict) -> "DraftForm":
        """The same form showing `data` as it was typed, not yet judged."""
        initial = {
            name: field.widget.value_from_datadict(data, {}, name) for name, field in self.fields.items()
        }
        initial["recipients"] = data.getlist("recipients")
        initial.pop("attachments")
        form = DraftForm(initial=initial, post=self.post, at=self.at, outgoing=self.outgoing)
        form.attached = self.attached
        return form


class SendBackForm(forms.Form):
    reason = forms.CharField(
        label="Lý do trả lại", max_length=2000, widget=lines(5),
        help_text="Người soạn đọc nguyên văn. Nêu chỗ cần sửa và cách sửa.",
    )  # fmt: skip


class RevokeForm(forms.Form):
    reason = forms.CharField(
        label="Căn cứ và lý do thu hồi", min_length=10, max_length=500, widget=lines(4),
        help_text="Các nơi nhận đọc nguyên văn. Ghi văn bản làm căn cứ, nếu có.",
    )  # fmt: skip


class VoidNumberForm(forms.Form):
    reason = forms.CharField(
        label="Lý do hủy số", min_length=10, max_length=500, widget=lines(4),
        help_text="Ghi vào sổ bên cạnh số đã hủy; số không dùng lại.",
    )  # fmt: skip


class RefuseNumberForm(forms.Form):
    reason = forms.CharField(label="Lý do từ chối cấp số", max_length=2000, widget=lines(5))


def tidy(text: str) -> str:
    """Typed lines in NFC, without trailing blanks and control characters; blank lines stay where they are."""
    kept_lines = []
    for line in unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        clean = "".join(" " if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp") else c for c in line)
        kept_lines.append(clean.rstrip())
    return "\n".join(kept_lines).strip("\n")
