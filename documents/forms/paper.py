"""The form for a paper that came in an envelope (decree 30 Phụ lục VI II.3–18)."""

import re
from datetime import date

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from documents import blobs
from documents.actions.incoming import Arrival, NewFile, likely_duplicates
from documents.forms.incoming import acceptance_reason, leaders
from documents.forms.widgets import ManyFiles, PersonField, keep, kept, lines, own_hand
from documents.kinds import CHOICES_IN, KINDS, OTHER
from documents.models import File, Incoming, Urgency
from documents.uploads import attachment, kept_pdf, main_pdf, safe_name, signatures_in
from orgs.days import DayField
from orgs.models import Post
from orgs.text import nfc

ACCEPTED = ".pdf,.docx,.xlsx,.doc,.xls,.zip,.png,.jpg,.jpeg"
DESCRIBED = (
    "subject", "kind", "number", "notation", "issued_on", "issuer_name", "signer_name", "signer_title",
    "urgency", "due_on",
)  # fmt: skip
NOT_SECRET = "Hệ thống không nhận văn bản thuộc danh mục bí mật nhà nước. Hãy xác nhận trước khi vào sổ."


_DEGREE = r"((?:TỐI |TUYỆT )?MẬT)"
_IN_NOTATION = re.compile(rf"(?:^|[-/.\s]){_DEGREE}(?:$|[-/.\s])", re.IGNORECASE)
_IN_SUBJECT = re.compile(rf"(?:^[(\[]?|[(\[]){_DEGREE}(?:[)\]:]|$)", re.IGNORECASE)


class DescribedForm(forms.Form):
    """What is written about a paper that came in an envelope."""

    kind = forms.ChoiceField(label="Loại văn bản", choices=CHOICES_IN, initial="CV")
    kind_name = forms.CharField(label="Tên loại khác", max_length=100, required=False)
    number = forms.CharField(label="Số", max_length=11, required=False)
    notation = forms.CharField(label="Ký hiệu", max_length=30, required=False)
    issued_on = DayField(label="Ngày văn bản")
    issuer_name = forms.CharField(
        label="Cơ quan ban hành",
        max_length=200,
        widget=forms.TextInput(attrs={"list": "issuers", "autocomplete": "off"}),
    )
    subject = forms.CharField(label="Trích yếu", max_length=2000, widget=lines(3))
    signer_name = forms.CharField(label="Người ký", max_length=100, required=False)
    signer_title = forms.CharField(label="Chức vụ người ký", max_length=200, required=False)
    urgency = forms.TypedChoiceField(label="Độ khẩn", choices=Urgency.choices, coerce=int, initial=0)
    due_on = DayField(label="Hạn giải quyết", required=False)
    marks_ok = forms.BooleanField(
        label="Tôi đã xem trang đầu: dấu nhận ra không phải dấu độ mật của văn bản này",
        required=False,
        widget=own_hand(),
    )

    def __init__(self, *args, today: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.today, self.labelled = today, ""

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
        return data

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
        super().__init__(*args, initial=written, **kwargs)


class PaperForm(DescribedForm):
    """A paper and its files. Good uploads are kept and come back as tokens when another field is wrong."""

    pages = forms.IntegerField(
        label="Số trang", min_value=1, max_value=9999, required=False, help_text="Để trống: lấy theo tệp."
    )
    note = forms.CharField(label="Ghi chú", max_length=500, required=False)
    file = forms.FileField(
        label="Bản quét (PDF)",
        required=False,
        widget=forms.FileInput(attrs={"accept": ".pdf", "data-filename": ""}),
    )
    attachments = ManyFiles(label="Tài liệu kèm theo", required=False)
    leader = PersonField(
        Post.objects.none(), label="Vào sổ và trình", required=False, empty_label="Chưa trình"
    )
    not_secret = forms.BooleanField(
        label="Văn bản không thuộc danh mục bí mật nhà nước",
        widget=own_hand(),
        error_messages={"required": NOT_SECRET},
    )
    duplicate_ok = forms.BooleanField(label="Vẫn vào sổ", required=False, widget=own_hand())
    acceptance_reason = acceptance_reason()

    def __init__(self, *args, post: Post, today: date, **kwargs):
        super().__init__(*args, today=today, **kwargs)
        self.post = post
        self.fields["leader"].queryset = leaders(post, today)
        self.fields["attachments"].widget.attrs |= {"accept": ACCEPTED, "data-filename": ""}
        self.fields["file"].widget.attrs |= _limit()
        self.fields["attachments"].widget.attrs |= _limit()
        self.main: NewFile | None = None
        self.attached: list[NewFile] = []
        self.marks, self.duplicates = "", []
        self.signature_verdict, self.signature_report = "", {}

    def clean(self):
        data = super().clean()
        self._try("file", self._take_main)
        self._try("attachments", self._take_attachments)
        if self.main:
            self.signature_verdict, self.signature_report = signatures_in(blobs.read(self.main.blob))
        self._look_for_duplicates(data)
        return data

    def arrival(self) -> Arrival:
        data = self.cleaned_data
        pages = data["pages"] or (self.main.pages if self.main else None)
        return Arrival(
            **self.described(), note=data["note"], pages=pages, secrecy_marks=self.marks or self.labelled,
            signature_verdict=self.signature_verdict, signature_report=self.signature_report,
        )  # fmt: skip

    def uploads(self) -> list[NewFile]:
        return [self.main, *self.attached] if self.main else self.attached

    def tokens(self) -> dict:
        """Hidden values that carry the good uploads to the next try."""
        return {
            "main": self._token(self.main) if self.main else None,
            "attached": [self._token(file) for file in self.attached],
        }

    def _token(self, file: NewFile) -> dict:
        return {"token": keep(file, self.post.operator, self.marks), "name": file.name}

    def _try(self, field: str, act) -> None:
        try:
            act()
        except ValidationError as error:
            self.add_error(field, error)

    def _take_main(self) -> None:
        upload, token = self.cleaned_data.get("file"), self.data.get("kept_file")
        if upload:
            content, pages, self.marks = main_pdf(upload)
            if self.marks and not self.data.get("marks_ok"):
                # Never kept on our disk before a person has denied it: the file must be chosen again.
                raise ValidationError(
                    f"Trang đầu có dấu “{self.marks}”. Văn bản mật không được đưa vào hệ thống."
                    " Nếu không phải, hãy đánh dấu xác nhận bên dưới và chọn lại tệp."
                )
            self.main = kept_pdf(upload.name, content, pages)
        elif token:
            self.main = self._kept(token, File.Part.MAIN)
        elif "file" not in self.errors:
            raise ValidationError("Hãy chọn bản quét của văn bản (tệp PDF).", code="required")

    def _take_attachments(self) -> None:
        errors = []
        for token in self.data.getlist("kept_attachment"):
            self._collect(errors, lambda token=token: self._kept(token, File.Part.ATTACHMENT))
        for upload in self.cleaned_data.get("attachments") or []:
            self._collect(errors, lambda upload=upload: self._attachment(upload))
        if len(self.attached) >= settings.MAX_FILES_PER_PAPER:
            errors.append(f"Mỗi văn bản kèm nhiều nhất {settings.MAX_FILES_PER_PAPER - 1} tệp.")
        if errors:
            raise ValidationError(errors)

    def _kept(self, token: str, part: File.Part) -> NewFile:
        file, marks = kept(token, self.post.operator, part)
        self.marks = self.marks or marks
        return file

    def _collect(self, errors: list, make) -> None:
        try:
            self.attached.append(make())
        except ValidationError as error:
            errors.extend(error.messages)

    def _attachment(self, upload) -> NewFile:
        """A PDF is opened as the main file is: it may be broken, and it may carry a mark too."""
        if not upload.name.lower().endswith(".pdf"):
            return attachment(upload)
        _, pages, marks = main_pdf(upload)
        self.marks = self.marks or marks
        if marks and not self.data.get("marks_ok"):
            raise ValidationError(
                f"Tệp “{upload.name}” có dấu “{marks}” ở trang đầu. Hãy xác nhận hoặc bỏ tệp."
            )
        upload.seek(0)
        stored = attachment(upload)
        return NewFile(safe_name(upload.name), stored.blob, stored.part, pages)

    def _look_for_duplicates(self, data: dict) -> None:
        code = f"{data.get('number', '')}/{data.get('notation', '')}"
        if not (data.get("number") and data.get("notation") and data.get("issuer_name")):
            return
        self.duplicates = likely_duplicates(
            self.post.organisation, code=code, issuer_name=data["issuer_name"]
        )
        if self.duplicates and not data.get("duplicate_ok"):
            self.add_error("duplicate_ok", "Văn bản có thể bị trùng. Hãy xem lại rồi đánh dấu “Vẫn vào sổ”.")


def _limit() -> dict:
    limit = settings.MAX_FILE_BYTES
    return {"data-max-bytes": limit, "data-max-words": f"Tệp lớn hơn {limit // 1024 // 1024} MB."}
