"""What a clerk writes about a paper that came in an envelope (decree 30 Phụ lục VI II.3–13), and puts right later."""

import re
from datetime import date

from django import forms
from django.core.exceptions import ValidationError

from documents.forms.incoming.plausible import odd_fields
from documents.forms.widgets import lines, own_hand
from documents.issuers import bodies_named, like, written_name
from documents.kinds import CHOICES_IN, KINDS, OTHER
from documents.models import Incoming, Urgency
from documents.models.document import VIETNAMESE
from orgs.calendar import add_working_days
from orgs.models import Organisation
from ui.days import DayField
from ui.ids import parse_id
from ui.text import nfc

DESCRIBED = (
    "subject", "kind", "number", "notation", "issued_on", "issuer", "issuer_name", "signer_name", "signer_title",
    "urgency", "due_on", "language",
)  # fmt: skip
NO_ISSUER = "Hãy chọn cơ quan ban hành."
_DEGREE = r"((?:TỐI |TUYỆT )?MẬT)"
_IN_NOTATION = re.compile(rf"(?:^|[-/.\s]){_DEGREE}(?:$|[-/.\s])", re.IGNORECASE)
_IN_SUBJECT = re.compile(rf"(?:^[(\[]?|[(\[]){_DEGREE}(?:[)\]:]|$)", re.IGNORECASE)


class DescribedForm(forms.Form):
    """The issuer is a body of the registry; a name of nobody there needs a tick, as does whatever looks odd.

    `choices`: bodies that the typed name may mean; `odd`: a sentence by field, to be mended or confirmed.
    """

    kind = forms.ChoiceField(label="Loại văn bản", choices=CHOICES_IN, initial="CV")
    kind_name = forms.CharField(label="Tên loại khác", max_length=100, required=False)
    number = forms.CharField(label="Số", max_length=11, required=False)
    notation = forms.CharField(label="Ký hiệu", max_length=30, required=False)
    issued_on = DayField(label="Ngày văn bản", back=True)
    issuer = forms.ModelChoiceField(
        Organisation.objects.select_related("parent"), required=False, widget=forms.HiddenInput,
        error_messages={"invalid_choice": NO_ISSUER},
    )  # fmt: skip
    issuer_name = forms.CharField(label="Cơ quan ban hành", max_length=200, required=False)
    issuer_choice = forms.ModelChoiceField(
        Organisation.objects.select_related("parent"), required=False, widget=forms.HiddenInput
    )
    issuer_outside = forms.BooleanField(label="Cơ quan ngoài danh bạ", required=False, widget=own_hand())
    subject = forms.CharField(label="Trích yếu", max_length=2000, widget=lines(3))
    signer_name = forms.CharField(label="Người ký", max_length=100, required=False)
    signer_title = forms.CharField(label="Chức vụ người ký", max_length=200, required=False)
    urgency = forms.TypedChoiceField(label="Độ khẩn", choices=Urgency.choices, coerce=int, initial=0)
    language = forms.CharField(label="Ngôn ngữ", required=False, max_length=30, initial=VIETNAMESE)
    due_on = DayField(label="Hạn giải quyết", required=False, add=add_working_days)
    marks_ok = forms.BooleanField(
        label="Tôi đã xem trang đầu: dấu nhận ra không phải dấu độ mật của văn bản này",
        required=False,
        widget=own_hand(),
    )
    odd_ok = forms.BooleanField(
        label="Tôi đã xem lại: các mục này ghi đúng như văn bản", required=False, widget=own_hand()
    )

    def __init__(self, *args, today: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.today, self.labelled = today, ""
        self.choices: list[Organisation] = []
        self.odd: dict[str, str] = {}

    def clean_number(self):
        return nfc(self.cleaned_data["number"])

    def clean_notation(self):
        return self._not_labelled(nfc(self.cleaned_data["notation"]).strip("/ "), _IN_NOTATION)

    def clean_subject(self):
        return self._not_labelled(nfc(self.cleaned_data["subject"]), _IN_SUBJECT)

    def _not_labelled(self, text: str, label: re.Pattern) -> str:
        """A degree of secrecy written as a label, not a word of the sentence ("bí mật", "mật độ" are words)."""
        found = label.search(text)
        self.labelled = self.labelled or (found[1].upper() if found else "")
        if found and not self.data.get("marks_ok"):
            raise ValidationError(
                f"Có chữ “{found[1]}” như dấu độ mật. Văn bản mật không được đưa vào hệ thống;"
                " nếu không phải, hãy đánh dấu xác nhận bên dưới."
            )
        return text

    def clean_issuer_name(self):
        return nfc(self.cleaned_data["issuer_name"])

    def clean_language(self):
        return nfc(self.cleaned_data["language"]) or VIETNAMESE

    def clean_issued_on(self):
        day = self.cleaned_data["issued_on"]
        if day > self.today:
            raise ValidationError("Ngày văn bản không được ở tương lai.")
        return day

    def clean(self):
        data = super().clean()
        if data.get("kind") == OTHER and not data.get("kind_name"):
            self.add_error("kind_name", "Hãy ghi tên loại văn bản.")
        if data.get("due_on") and data.get("issued_on") and data["due_on"] < data["issued_on"]:
            self.add_error("due_on", "Hạn giải quyết không được trước ngày văn bản.")
        if not {"issuer", "issuer_name"} & set(self.errors):
            self._find_issuer(data)
        self._look_for_oddities(data)
        return data

    def _find_issuer(self, data: dict) -> None:
        """What is typed beside a body was typed after it was picked, so it counts; then came the choice among `choices`."""
        name = data.get("issuer_name")
        if data.get("issuer_choice"):
            data["issuer"] = data["issuer_choice"]
        elif name:
            found = bodies_named(name)
            if len(found) != 1 and not data.get("issuer_outside"):
                self.choices = found or like(name)
                data["issuer"] = None
                self.add_error("issuer_name", _which(len(found), len(self.choices)))
                return
            data["issuer"] = found[0] if len(found) == 1 else None
        if data.get("issuer"):
            data["issuer_name"] = written_name(data["issuer"], data.get("issued_on"))[:200]
        elif not name:
            self.add_error("issuer_name", ValidationError(NO_ISSUER, code="required"))

    def _look_for_oddities(self, data: dict) -> None:
        """A tick speaks for the sentences it stood under, not for those that came since."""
        fields = {name: data.get(name) or "" for name in ("kind", "number", "notation")}
        days = {name: data.get(name) for name in ("issued_on", "due_on", "issuer")}
        odd = odd_fields(**fields, **days, today=self.today)
        labelled = _IN_NOTATION.search(fields["notation"])  # a label is confirmed as it stands
        judged = {*self.errors, *(["notation"] if labelled else [])}
        self.odd = {name: sentence for name, sentence in odd.items() if name not in judged}
        confirmed = self.data.getlist("odd_seen") if data.get("odd_ok") else []
        if not set(self.odd.values()) <= set(confirmed):
            self.add_error("odd_ok", "Có mục cần xem lại, rồi sửa hoặc đánh dấu xác nhận.")

    def oddities(self) -> list[dict]:
        """Each sentence with the field to mend."""
        at = {"issuer": "issuer_name"}
        return [
            {"id": self[at.get(name, name)].id_for_label, "words": words} for name, words in self.odd.items()
        ]

    def issuer_chosen(self) -> list[dict]:
        """The chosen body as templates/_picker.html takes it."""
        pk = parse_id(str(self["issuer_choice"].value() or self["issuer"].value() or ""))
        if pk is None or self.choices:
            return []
        body = Organisation.objects.select_related("parent").filter(pk=pk).first()
        return [{"id": body.pk, "label": body.full_name, "body": body}] if body else []

    def described(self) -> dict:
        """By the names of the paper's own fields."""
        data = self.cleaned_data
        kind_name = data["kind_name"] if data["kind"] == OTHER else KINDS[data["kind"]][0]
        return {name: data[name] for name in DESCRIBED} | {"kind_name": kind_name}


class CorrectForm(DescribedForm):
    reason = forms.CharField(
        label="Lý do sửa", min_length=5, max_length=500, widget=lines(2), help_text="Ví dụ: ghi nhầm ký hiệu."
    )

    def __init__(self, *args, incoming: Incoming, **kwargs):
        written = {name: getattr(incoming, name) for name in (*DESCRIBED, "kind_name")}
        if incoming.kind != OTHER:
            written["kind_name"] = ""
        if incoming.issuer_id:
            written["issuer_name"] = ""
        else:
            written["issuer_outside"] = bool(incoming.issuer_name)
        super().__init__(*args, initial=written, **kwargs)


def _which(named: int, alike: int) -> str:
    if named:
        return f"Có {named} cơ quan mang tên này trong danh bạ. Hãy chọn đúng cơ quan."
    if alike:
        return "Danh bạ không có đúng tên này. Hãy chọn cơ quan, hoặc đánh dấu “Cơ quan ngoài danh bạ”."
    return "Danh bạ không có cơ quan này. Nếu tên ghi đúng, hãy đánh dấu “Cơ quan ngoài danh bạ”."
