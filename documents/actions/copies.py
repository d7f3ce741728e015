"""Copies of a paper: which there may be, their numbers, and how each is printed (decree 30 art. 25–27; Phụ lục I, Part II).

A copy on paper is numbered here, printed, signed and sealed by hand. An electronic one is numbered when the agency signs it, on
the floor above.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime, time

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from documents import blobs
from documents.access import may
from documents.actions.outgoing.drafts import refuse_marks
from documents.actions.outgoing.entered import BY_HAND
from documents.actions.outgoing.page_content import letterhead_of, subject_of
from documents.actions.outgoing.signing_right import authority_of
from documents.journey import NotAllowedNow, lock, record
from documents.kinds import OTHER
from documents.layout.copies import CopyBlock, Extracted, block_pdf, extract_pdf
from documents.models import CertifiedCopy, File, Incoming, NumberLine, Outgoing
from documents.models.copy import why_unlawful
from documents.numbering import COPIES, bear, next_number, open_book, take_reserved
from documents.pdf import copied, inspect, text_lines
from orgs.authority import block_lines
from orgs.law import cited
from orgs.models import Organisation, Post
from ui.text import nfc

Kind, Medium = CertifiedCopy.Kind, CertifiedCopy.Medium
_SIGNER = "Hãy chọn người ký bản sao (Điều 27 {clerical_work})."
SCAN_FIRST = (
    "Sao sang điện tử là ký số trên bản quét của văn bản giấy. Văn bản này không có bản quét chờ ký số."
)
OWN_SCAN = "Hệ thống chưa làm được bản sao điện tử từ bản quét của văn bản đi ký trên giấy. Hãy chọn bản sao giấy hoặc trích sao."
NOT_ELECTRONIC = "Số đã ghi tay chỉ dùng cho bản sao giấy: bản điện tử lấy số khi ký số."
_WHOLE = "Chỉ trích sao mới chọn trang hoặc đoạn; hãy để trống các ô đó."
_PART = "Hãy ghi trang cần trích, hoặc chép đoạn cần trích; chỉ một trong hai."


def make_copy(
    document: Incoming | Outgoing, *, kind: str, medium: str, by: Post, at: datetime, is_copy: bool = False,
    of_copy: CertifiedCopy | None = None, pages: Sequence[int] = (), text: str = "", signer: Post | None = None,
    recipients: str = "", quantity: int = 1, by_hand: tuple[NumberLine, date] | None = None,
) -> CertifiedCopy:  # fmt: skip
    """A copy on paper with its number, or an electronic extract that waits for the agency's signature.

    `is_copy`: what lies here is itself a sao y; `of_copy`: an earlier one of this office is copied. `pages`, `text`: the part
    of an extract; `by_hand`: the number and the day that were written on a copy on paper while the system was away. Raises PermissionDenied, NotAllowedNow, and ValidationError with the article that forbids it.
    """
    check_may_copy(document, by)
    check_copy(document, kind=kind, medium=medium, is_copy=is_copy, of_copy=of_copy)
    refuse_marks({"text": text})  # as it was typed: a mark stands alone on a line
    signed_at = _check_by_hand(document, of_copy, medium, by_hand, at) if by_hand else at
    taken = _taken_from(document, of_copy)
    part = _part_of(document, taken, kind, pages, nfc(text).strip())
    made = CertifiedCopy(
        organisation_id=document.organisation_id, document_id=document.pk, of_copy=of_copy, taken_from=taken, kind=kind,
        source=source_of(document, of_copy), medium=medium, recipients=recipients.strip(), quantity=quantity, by=by, at=at,
        **part, **_named(document.organisation, kind), **_signed(document, signer, signed_at),
    )  # fmt: skip
    if medium == Medium.ELECTRONIC:
        return _prepare(made, document)
    with transaction.atomic():
        line = take_reserved(*by_hand, at=at) if by_hand else None
        if line is None:
            made.book, made.number_value = _number(document, at)
            made.made_on = timezone.localdate(at)
        else:
            made.book, made.number_value, made.made_on = line.book, line.value, by_hand[1]
        lock(document)
        check_may_copy(document, by)
        made.save()
        said = _said(made)
        if line is not None:
            bear(line, made, on=made.made_on, by=by, at=at)
            said |= {"note": f"{said['note']}; {BY_HAND}", "reservation": line.reservation_id}
        record("make_copy", document, by=by, at=at, payload=said)
        return made


def check_may_copy(document: Incoming | Outgoing, by: Post) -> None:
    """The clerk in person, of what is in the book or was issued, and still stands."""
    if not may(by, "make_copy", document):
        raise PermissionDenied("Chỉ văn thư của cơ quan sao văn bản và đóng dấu bản sao.")
    document.refresh_from_db(fields=["state"])
    if why := why_not_copied(document):
        raise NotAllowedNow(why, document)


def why_not_copied(document: Incoming | Outgoing) -> str:
    """As it was read; empty when it can be copied."""
    if document.direction == "out":
        return "" if document.state == "issued" else "Chỉ sao văn bản đã phát hành và chưa thu hồi."
    gone = document.state in ("rejected", "recalled") or document.purged_at
    if document.arrival_number is None or gone:
        return "Chỉ sao văn bản đến đã vào sổ, chưa bị thu hồi hoặc hủy."
    return ""


def check_copy(
    document: Incoming | Outgoing, *, kind: str, medium: str, is_copy: bool = False, of_copy: CertifiedCopy | None = None
) -> None:  # fmt: skip
    """Raises ValidationError, with the article, for a form of copy that the law does not know from what lies here."""
    source = source_of(document, of_copy)
    if of_copy and (
        of_copy.document_id != document.pk or of_copy.kind != Kind.TRUE or not of_copy.number_value
    ):
        raise ValidationError(
            {"source": "Chỉ sao lục, trích sao từ bản sao y đã có số của chính văn bản này."}
        )
    if why := why_unlawful(kind, source, medium, of_copy=is_copy or of_copy is not None):
        raise ValidationError({"kind": why})
    if kind == Kind.EXTRACT or medium == Medium.PAPER:
        return
    if document.direction == "out":
        raise ValidationError({"medium": SCAN_FIRST if of_copy else OWN_SCAN})
    if of_copy or document.scan_to_copy() is None:
        raise ValidationError({"medium": SCAN_FIRST})


def source_of(document: Incoming | Outgoing, of_copy: CertifiedCopy | None = None) -> str:
    """Whether what is copied is paper: an earlier copy is what it was made as; a paper is what it came as, and what was
    issued here is electronic, unless it left by hand."""
    if of_copy:
        return of_copy.medium
    on_paper = document.on_paper if document.direction == "out" else document.source == Incoming.Source.PAPER
    return Medium.PAPER if on_paper else Medium.ELECTRONIC


def take_book(organisation: Organisation, at: datetime) -> None:
    """Locks the book of copies, before the paper is locked."""
    open_book(organisation, "cpy", COPIES, timezone.localdate(at))


def keep_electronic(
    document: Incoming | Outgoing, file: File, *, kind: str, by: Post, at: datetime, extract: CertifiedCopy | None = None
) -> CertifiedCopy:  # fmt: skip
    """The signed electronic copy takes its number, inside the transaction that keeps the file."""
    book, value = _number(document, at)
    today = timezone.localdate(at)
    if extract:
        extract.file, extract.book, extract.number_value, extract.made_on = file, book, value, today
        extract.save(update_fields=["file", "book", "number_value", "made_on"])
        return extract
    return CertifiedCopy.objects.create(
        organisation_id=document.organisation_id, document_id=document.pk, taken_from=file.made_from, file=file, kind=kind,
        source=Medium.PAPER, medium=Medium.ELECTRONIC, book=book, number_value=value, made_on=today, by=by, at=at,
        **_named(document.organisation, kind),
    )  # fmt: skip


def pdf_of(copy: CertifiedCopy) -> bytes:
    """A copy on paper as it is printed: the paper, or the part of it, and below it the form of the copy.

    Raises FileNotFoundError where the paper was destroyed, blobs.Damaged and PdfError.
    """
    return copied(*_copied_by(copy), pages=copy.pages if not copy.text else [])


def _copied_by(copy: CertifiedCopy) -> tuple[bytes, bytes]:
    block = CopyBlock(
        tuple(copy.office.split("|")), copy.get_kind_display(), copy.code, copy.place, copy.made_on,
        tuple(line.strip(" -;.") for line in copy.recipients.splitlines() if line.strip(" -;.")),
        tuple(copy.signer_lines.splitlines()), copy.signer_name,
    )  # fmt: skip
    if copy.text:
        return _written_anew(copy), block_pdf(block)
    if copy.of_copy and copy.of_copy.on_paper:
        return pdf_of(copy.of_copy), block_pdf(block)
    if copy.taken_from.blob is None:
        raise FileNotFoundError(copy.taken_from_id)
    return blobs.read(copy.taken_from.blob), block_pdf(block)


def _written_anew(copy: CertifiedCopy) -> bytes:
    """With the whole form of the original, as art. 25.3b asks."""
    paper = (Outgoing if copy.document.direction == "out" else Incoming).objects.get(pk=copy.document_id)
    office, superior, place = (paper.issuer_name.upper(),), "", ""
    signer, name, subject = (paper.signer_title.upper(),), paper.signer_name, paper.subject
    if paper.direction == "out":
        head = letterhead_of(paper.organisation)
        office, superior, place = head.name_lines, head.superior, head.place
        signer, subject = tuple(paper.signer_lines.splitlines()), subject_of(paper)
        name = paper.signer_name or str(paper.signer.user)
    kind = "" if paper.kind == "CV" else paper.kind_label
    return extract_pdf(
        Extracted(superior, office, paper.code, place, paper.issued_on, kind, subject, copy.text, signer, name, paper.urgency)
    )  # fmt: skip


def _taken_from(document: Incoming | Outgoing, of_copy: CertifiedCopy | None) -> File:
    """The file that is printed, or cut."""
    if of_copy and of_copy.file_id:
        file = of_copy.file
    elif document.direction == "out":
        file = document.current_file()
    else:
        file = document.files.filter(part="main", stage="received").select_related("blob").first()
    if file is None or file.blob is None or file.blob.content_type != "application/pdf":
        raise ValidationError("Văn bản này không có tệp PDF trong hệ thống nên không lập bản sao được.")
    if not file.may_be_taken:
        raise ValidationError("Tệp của văn bản đang bị giữ lại hoặc chưa quét vi-rút nên không sao được.")
    return file


def _check_by_hand(
    document, of_copy: CertifiedCopy | None, medium: str, by_hand: tuple[NumberLine, date], at: datetime
) -> datetime:
    """When it was signed by hand. The number is one of the office's own book of copies, and no copy is older than what it copies."""
    line, day = by_hand
    if medium != Medium.PAPER:
        raise ValidationError({"reserved": NOT_ELECTRONIC})
    if line.book.direction != "cpy" or line.book.organisation_id != document.organisation_id:
        raise ValidationError({"reserved": "Số này không thuộc sổ bản sao của cơ quan."})
    first = document.issued_on if document.direction == "out" else document.arrival_date
    if first and day < first:
        raise ValidationError({"made_on": f"Ngày sao không trước ngày {first:%d/%m/%Y} của văn bản."})
    if of_copy and day < of_copy.made_on:
        raise ValidationError({"made_on": f"Ngày sao không trước ngày {of_copy.made_on:%d/%m/%Y} của bản sao y {of_copy.code}."})  # fmt: skip
    return min(at, timezone.make_aware(datetime.combine(day, time(12))))


def _part_of(document, taken: File, kind: str, pages: Sequence[int], text: str) -> dict:
    """What is copied of it, as the row has it. The first and the last page bear the form of the paper and go along."""
    if kind != Kind.EXTRACT:
        if pages or text:
            raise ValidationError(_WHOLE)
        return {}
    if bool(pages) == bool(text):
        raise ValidationError(_PART)
    data = blobs.read(taken.blob)
    if text:
        _check_words(text, data)
        return {"text": text}
    last = inspect(data).pages
    if wrong := [number for number in pages if not 1 <= number <= last]:
        raise ValidationError({"pages": f"Văn bản có {last} trang, không có trang {wrong[0]}."})
    chosen = sorted({1, *pages, last})
    if len(chosen) == last:
        raise ValidationError({"pages": "Đó là cả văn bản: hãy sao y, hoặc chọn ít trang hơn. Trang đầu và trang cuối luôn kèm theo."})  # fmt: skip
    return {"pages": chosen}


def _check_words(text: str, data: bytes) -> None:
    """Every paragraph stands in the original, where its words can be read: a scan without text is the clerk's to compare."""
    lines = [line for page in text_lines(data) for line in page if not line.strip().isdigit()]
    there = _bare(" ".join(lines))
    if not there:
        return
    for paragraph in filter(None, map(str.strip, text.splitlines())):
        if _bare(paragraph) not in there:
            raise ValidationError({"text": f"Đoạn “{paragraph[:80]}” không có trong văn bản gốc. Trích sao chép nguyên văn."})  # fmt: skip


def _bare(text: str) -> str:
    """Letters and digits alone: how a line breaks and where it ends is the layout's."""
    return re.sub(r"[\W_]+", "", text).casefold()


def _prepare(made: CertifiedCopy, document: Incoming | Outgoing) -> CertifiedCopy:
    """An electronic extract as the file that the agency is to sign."""
    data = _written_anew(made) if made.text else copied(blobs.read(made.taken_from.blob), pages=made.pages)
    with blobs.storing(data) as blob, transaction.atomic():
        lock(document)
        check_may_copy(document, made.by)
        made.taken_from = File.objects.create(
            document_id=document.pk, blob=blob, name=f"trich-sao-{document.pk}.pdf", part=File.Part.EXTRACT,
            stage=File.Stage.EXTRACT, pages=inspect(data).pages, created_at=made.at, created_by=made.by,
        )  # fmt: skip
        made.save()
        record("prepare_extract", document, by=made.by, at=made.at, payload=_said(made))
    return made


def _number(document, at: datetime):
    return next_number(document.organisation, "cpy", COPIES, timezone.localdate(at))


def _named(organisation: Organisation, kind: str) -> dict:
    head = letterhead_of(organisation)
    return {
        "notation": f"{kind}-{organisation.abbreviation}",
        "office": "|".join(head.name_lines),
        "place": head.place,
    }


def _signed(document, signer: Post | None, at: datetime) -> dict:
    """Whoever signs the copy, by a right in force: the head decides who may (art. 27.1)."""
    if signer is None or signer.organisation_id != document.organisation_id:
        raise ValidationError({"signer": cited(_SIGNER)})
    try:
        authority = authority_of(signer.pk, document.kind if document.kind != OTHER else "CV", at)
    except ValidationError as why:
        raise ValidationError({"signer": why.messages}) from why
    return {
        "signer": signer,
        "signer_lines": "\n".join(block_lines(authority, at)),
        "signer_name": str(signer.user),
    }


def _said(made: CertifiedCopy) -> dict:
    part = f"trang {', '.join(map(str, made.pages))}" if made.pages else "một đoạn" if made.text else ""
    said = [
        f"{made.get_kind_display()} từ bản {made.direction_words}",
        part,
        f"{made.quantity} bản",
        made.signer_name,
    ]
    return {"copy": made.pk, "code": made.code, "note": "; ".join(filter(None, said))}
