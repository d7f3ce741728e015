"""A template of a room, and a Word file among the attachments of a draft."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from documents.actions.outgoing.drafts import attach
from documents.actions.outgoing.templates import add_template
from documents.uploads import attachment
from tests.documents.outgoing.word_cases import DOCX, docx, p

INVITATION = {
    "subject": "Mời họp {{nội dung họp}}", "addressees": "{{Đơn vị}}", "bases": "", "other_recipients": "Lãnh đạo Sở (để b/c)",
    "body": "Sở Nội vụ mời {{ họ tên }} dự họp về {{nội dung họp}} lúc {{giờ}}.",
}  # fmt: skip


def kept_template(office, *, by=None, unit="own", name="Giấy mời họp", kind="GM", **said):
    by = by or office.minh
    unit = by.unit if unit == "own" else unit
    return add_template(by=by, at=timezone.now(), unit=unit, name=name, kind=kind, **INVITATION | said)


def attached_word(office, paper, data: bytes | None = None, name: str = "Phụ lục.docx"):
    upload = SimpleUploadedFile(name, data or docx(p("Nội dung phụ lục")), content_type=DOCX)
    attach(paper, files=[attachment(upload)], by=paper.drafter, at=timezone.now())
    return paper.files.get(name=name)
