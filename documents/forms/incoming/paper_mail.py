"""The form for a paper that came in an envelope, with its files (decree 30 Phụ lục VI II.3–18)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from documents import blobs
from documents.absences import away_for
from documents.actions.books.reserving import open_lines
from documents.actions.incoming.proposing import FROM_FILE, Proposals, proposals_from
from documents.actions.incoming.reception import likely_duplicates
from documents.actions.incoming.scans import SIGNED
from documents.arrival import Arrival, NewFile
from documents.forms.incoming.described import DescribedForm
from documents.forms.incoming.proposals import filled, proposed
from documents.forms.incoming.steps import acceptance_reason, leaders
from documents.forms.own_fields import WithOwnFields
from documents.forms.widgets import ManyFiles, PersonField, keep, kept, own_hand
from documents.models import File, Incoming, NumberLine
from documents.pdf import PdfError, cut, inspect
from documents.uploads import attachment, kept_pdf, main_pdf, marks_of_word, signatures_in
from orgs.models import Organisation, Post
from ui.days import DayField

ACCEPTED = ".pdf,.docx,.xlsx,.doc,.xls,.zip,.png,.jpg,.jpeg"
NOT_SECRET = "Hệ thống không nhận văn bản thuộc danh mục bí mật nhà nước. Hãy xác nhận trước khi vào sổ."
FILES = ("file", "attachments")
# In the order of the page: where one types next is the first of these that is empty.
TYPED = ("file", "number", "notation", "issued_on", "issuer_name", "subject")


class PaperForm(WithOwnFields, DescribedForm):
    """A paper and its files. Good uploads are kept and come back as tokens when another field is wrong."""

    source = FROM_FILE  # where its proposals are from

    pages = forms.IntegerField(
        label="Số trang", min_value=1, max_value=9999, required=False, help_text="Để trống: lấy theo tệp."
    )
    note = forms.CharField(label="Ghi chú", max_length=500, required=False)
    file = forms.FileField(
        label="Bản quét (PDF)",
        required=False,
        widget=forms.FileInput(attrs={"accept": ".pdf", "data-filename": "", "data-autosubmit": "doc-tep"}),
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
    reserved = forms.ModelChoiceField(
        NumberLine.objects.none(), label="Số đã ghi tay", required=False, empty_label="Không, lấy số tiếp theo",
        help_text="Số giữ trước khi hệ thống ngừng, đã đóng dấu đến trên văn bản này.",
    )  # fmt: skip
    arrived_on = DayField(label="Ngày đến đã ghi", required=False, back=True)

    def __init__(self, *args, post: Post, today: date, **kwargs):
        super().__init__(*args, today=today, **kwargs)
        self.post = post
        self.fields["leader"].queryset = leaders(post, today)
        self.fields["leader"].away = away_for(post, today)
        self._numbers_by_hand(post)
        self.add_own(post.organisation_id, "in")
        self.fields["attachments"].widget.attrs |= {"accept": ACCEPTED, "data-filename": ""}
        self.fields["file"].widget.attrs |= limit_of(settings.MAX_FILE_BYTES)
        self.fields["attachments"].widget.attrs |= limit_of(settings.MAX_FILE_BYTES)
        self.main: NewFile | None = None
        self.attached: list[NewFile] = []
        self.marks, self.duplicates = "", []
        self.signature_verdict, self.signature_report = "", {}
        self.reading, self.nothing_read = False, ""

    def _numbers_by_hand(self, post: Post) -> None:
        """Asked for only while the office has arrival numbers set aside, or one was chosen that is gone meanwhile."""
        if open_lines(post, "in").exists() or self.data.get("reserved"):
            self.fields["reserved"].queryset = open_lines(post, "in").select_related("book")
        else:
            del self.fields["reserved"], self.fields["arrived_on"]

    def by_hand(self) -> dict:
        """What the act of entering takes beside the paper: the number and the day that stand on it already."""
        line = self.cleaned_data.get("reserved")
        return {"by_hand": (line, self.cleaned_data["arrived_on"])} if line else {}

    def read(self, *, find_issuer: bool = False) -> None:
        """Takes the files that came, fills what is empty from the words of the scan, and judges nothing else yet.

        `find_issuer`: the bodies that the typed name may mean are `choices`. Whatever is wrong with a file is said.
        """
        self.reading, before = True, self.had_scan()
        self.is_valid()
        if self.main and not (find_issuer and before):
            found = self.proposals()
            self.data, self.nothing_read = filled(self.data, found), found.words
        for name in set(self.errors) - {*FILES, *(["issuer_name"] if find_issuer and self.choices else [])}:
            del self.errors[name]
        self.odd, issuer = {}, self.issuer_chosen()
        self.duplicates = self._same(self.data, issuer[0]["body"] if issuer else None)

    def turn(self) -> None:
        """All pages of the scan that came a quarter clockwise, as one turns the sheets; nothing that is on them changes."""
        if self.main is None:
            return
        data = blobs.read(self.main.blob)
        try:
            if b"/ByteRange" in data and inspect(data).signatures:
                raise ValidationError(SIGNED)
            turned = cut(data, 1, self.main.pages, [90] * self.main.pages)
        except (PdfError, ValidationError) as error:
            self.add_error("file", error if isinstance(error, ValidationError) else str(error))
        else:
            self.main = kept_pdf(self.main.name, turned, self.main.pages)

    def had_scan(self) -> bool:
        """Whether the scan was read in an earlier round."""
        return bool(self.data.get("kept_file"))

    def proposals(self) -> Proposals:
        return proposals_from(blobs.read(self.main.blob))

    def clean(self):
        data = super().clean()
        self._try("file", self._take_main)
        self._try("attachments", self._take_attachments)
        if self.reading:
            return data
        if bool(data.get("reserved")) != bool(data.get("arrived_on")) and "arrived_on" not in self.errors:
            self.add_error(
                "arrived_on", "Số đã ghi tay đi cùng ngày đến đã ghi: hãy chọn cả hai, hoặc để trống cả hai."
            )
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

    def sources(self) -> dict[str, str]:
        """Where the value of a field is from, of those that are still as they were proposed."""
        found = proposed(self.data) if self.is_bound else {}
        return {
            name: self.source
            for name, value in found.items()
            if name in self.fields and self[name].value() == value
        }

    def next_field(self) -> str:
        """Where one types next: at what is wrong, else at the first empty field, else from the top."""
        wrong = [name for name in (*FILES, *self.fields) if name in self.errors]
        if wrong:
            return "issuer_name" if wrong[0] in ("issuer", "issuer_choice") else wrong[0]
        there = {"file": bool(self.main), "issuer_name": bool(self.issuer_chosen())}
        return next((name for name in TYPED if not there.get(name) and not self[name].value()), "number")

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
        """A PDF is opened as the main file is: it may be broken, and it may carry a mark too, as a Word file may."""
        pages, marks = None, marks_of_word(upload)
        if upload.name.lower().endswith(".pdf"):
            _, pages, marks = main_pdf(upload)
        self.marks = self.marks or marks
        if marks and not self.data.get("marks_ok"):
            raise ValidationError(
                f"Tệp “{upload.name}” có dấu “{marks}” ở trang đầu. Hãy xác nhận hoặc bỏ tệp."
            )
        upload.seek(0)
        return replace(attachment(upload), pages=pages)

    def _look_for_duplicates(self, data: dict) -> None:
        self.duplicates = self._same(data, data.get("issuer"))
        if self.duplicates and not data.get("duplicate_ok"):
            self.add_error("duplicate_ok", "Văn bản có thể bị trùng. Hãy xem lại rồi đánh dấu “Vẫn vào sổ”.")

    def _same(self, data: Mapping, issuer: Organisation | None) -> list[Incoming]:
        code = f"{data.get('number', '')}/{data.get('notation', '')}"
        name = data.get("issuer_name") or (issuer.name if issuer else "")
        if not (data.get("number") and data.get("notation") and name):
            return []
        return likely_duplicates(
            self.post.organisation, code=code, issuer_name=name, issuer_id=issuer.pk if issuer else None
        )


def limit_of(limit: int) -> dict:
    """What tells the browser how many bytes a file may have (static/js/filename.js)."""
    return {"data-max-bytes": limit, "data-max-words": f"Tệp lớn hơn {limit // 1024 // 1024} MB."}
