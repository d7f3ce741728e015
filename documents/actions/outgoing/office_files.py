"""Word files of a draft that become PDF, which alone can carry the agency's signature (decree 30 Appendix I.III.1d).

Asked for at the desk, made by the worker (LibreOffice takes seconds, and is a stranger's program on a file): a row waits,
is claimed, and ends in a PDF among the attachments or in a sentence. Each run may be lost or done again.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F, Q, QuerySet

from documents import blobs
from documents.access import may
from documents.actions.outgoing.drafts import EDITABLE, attach
from documents.journey import NotAllowedNow, lock
from documents.models import Blob, File, OfficeConversion, Outgoing
from documents.pdf import PdfError, ReaderLost, inspect
from documents.pdf.office import ABSENT, KINDS, office_to_pdf, program
from documents.uploads import kept_pdf
from orgs.access import in_the_same_hands
from orgs.models import Post

LEASE = timedelta(minutes=3)  # longer than any run; after it whoever held the row is dead
MOST_PAGES, MOST_TRIES = 300, 3
TOO_LONG = "Bản PDF có {} trang, nhiều hơn mức {} trang cho phép. Hãy tách tệp."
SECRET = "Trang đầu có dấu “{}”. Văn bản mật không được đưa vào hệ thống: hãy bỏ tệp này khỏi dự thảo."
DEADLY = "Chuyển tệp này nhiều lần đều hỏng giữa chừng. Hãy lưu tệp dạng PDF rồi đính kèm."
TAKEN_BACK = "Ủy quyền xử lý hộp việc của {} cho {} đã kết thúc trước khi chuyển xong, nên chưa đính kèm bản PDF. Người soạn hãy bấm chuyển lại."
GONE = "Tệp không còn trên máy chủ. Hãy đính kèm lại."
_State = OfficeConversion.State


def convertible(file: File) -> bool:
    """A Word or OpenDocument file among the attachments of a draft, that is not held back."""
    return (
        file.part == File.Part.ATTACHMENT and file.stage == File.Stage.DRAFT and file.blob_id is not None
        and not file.held_why and _suffix(file.name) in KINDS
    )  # fmt: skip


@transaction.atomic
def ask_for_pdf(file: File, outgoing: Outgoing, *, by: Post, at: datetime) -> OfficeConversion:
    """It waits for the worker; once more, where it failed before. Asked again meanwhile, it waits on.

    Raises PermissionDenied for anybody but the author, NotAllowedNow when the draft was handed in, ValidationError for
    another kind of file and where LibreOffice is not installed.
    """
    if not may(by, "edit_outgoing", outgoing):
        raise PermissionDenied("Chỉ người soạn chuyển tệp của dự thảo thành PDF.")
    if outgoing.state not in EDITABLE:
        raise NotAllowedNow("Dự thảo đã được trình, không thêm tệp được.", outgoing)
    if not convertible(file):
        raise ValidationError("Chỉ chuyển được tệp Word (.docx) hoặc OpenDocument (.odt) của dự thảo.")
    if not program():
        raise ValidationError(ABSENT)
    asked = {"by": by, "user": by.operator, "asked_at": at}
    found, made = OfficeConversion.objects.get_or_create(file=file, defaults=asked)
    if not made:
        again = OfficeConversion.objects.filter(pk=found.pk).exclude(state=_State.WAITING)
        again.update(state=_State.WAITING, claimed_at=None, tries=0, problem="", **asked)
    return found


def convert_next(*, at: datetime) -> bool:
    """One file; False when nothing waits. What is wrong with it is written on its row."""
    row = _claim(at)
    if row is None:
        return False
    try:
        _convert(row, at)
    except ReaderLost as error:
        _end(row, _State.FAILED, str(error)) if row.tries >= MOST_TRIES else _held(row).update(
            claimed_at=None
        )
    except PdfError as error:
        _end(row, _State.FAILED, str(error))
    except ValidationError as error:
        _end(row, _State.FAILED, " ".join(error.messages))
    except (NotAllowedNow, PermissionDenied) as error:
        _end(row, _State.FAILED, str(error))
    except (FileNotFoundError, blobs.Damaged):
        _end(row, _State.FAILED, GONE)
    return True


def _claim(at: datetime) -> OfficeConversion | None:
    """The one that has waited longest, by compare-and-swap; a row that killed its workers again and again is given up."""
    free = OfficeConversion.objects.filter(
        Q(claimed_at=None) | Q(claimed_at__lt=at - LEASE), state=_State.WAITING
    )
    free.filter(tries__gte=MOST_TRIES).update(state=_State.FAILED, problem=DEADLY)
    if settings.CLAMD_SOCKET:
        free = free.exclude(file__blob__scan=Blob.Scan.WAITING)
    for row in free.select_related("file__blob", "by__user", "by__organisation", "user").order_by(
        "asked_at", "pk"
    )[:5]:
        mine = free.filter(pk=row.pk, tries=row.tries)
        if mine.update(claimed_at=at, tries=F("tries") + 1):
            row.claimed_at, row.tries = at, row.tries + 1
            return row
    return None


def _convert(row: OfficeConversion, at: datetime) -> None:
    if not convertible(row.file):
        raise ValidationError(GONE)
    pdf = office_to_pdf(blobs.read(row.file.blob), _suffix(row.file.name))
    facts = inspect(pdf)
    if facts.marks:
        raise ValidationError(SECRET.format(", ".join(facts.marks)))
    if facts.pages > MOST_PAGES:
        raise ValidationError(TOO_LONG.format(facts.pages, MOST_PAGES))
    name = row.file.name[: -len(_suffix(row.file.name))] + ".pdf"
    made = replace(kept_pdf(name, pdf, facts.pages), part=File.Part.ATTACHMENT)
    with transaction.atomic():
        outgoing = Outgoing.objects.select_related("organisation").get(pk=row.file.document_id)
        by = in_the_same_hands(row.by, row.user, at)
        if by is None or not may(by, "edit_outgoing", outgoing):
            raise PermissionDenied(TAKEN_BACK.format(row.by.user, row.user))
        lock(outgoing)  # the paper before the row, as whoever takes the file off it
        if not _held(row).update(state=_State.DONE, claimed_at=None, problem=""):
            return  # another worker has it, or the file was taken off
        attach(outgoing, files=[made], by=by, at=at)


def _end(row: OfficeConversion, state: str, problem: str) -> None:
    _held(row).update(state=state, claimed_at=None, problem=problem[:300])


def _held(row: OfficeConversion) -> QuerySet:
    """The row, as long as it is in our hands."""
    return OfficeConversion.objects.filter(pk=row.pk, state=_State.WAITING, claimed_at=row.claimed_at)


def _suffix(name: str) -> str:
    return "." + name.rsplit(".", 1)[-1].lower() if "." in name else ""
