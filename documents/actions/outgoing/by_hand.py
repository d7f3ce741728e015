"""What the clerk writes into two of the books of the law: envelopes given to the post, and the kept copy lent and taken
back (decree 30 Phụ lục IV, III and IV; art. 19)."""

from datetime import date, datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from documents.access import may
from documents.actions.work.receivers import check_not_hidden
from documents.journey import NotAllowedNow, lock, record
from documents.models import KeptCopyUse, Outgoing, PostedEnvelope
from orgs.actions.notices import tell
from orgs.models import Post, Role
from ui.text import nfc

ALLOWS = (Role.LEADER, Role.OFFICE_HEAD)  # who may allow the kept copy to be used
_NOT_OUT = "Văn bản chưa phát hành, chưa có gì để ghi vào sổ này."


@transaction.atomic
def post_paper(
    outgoing: Outgoing, *, by: Post, at: datetime, day: date, recipient: str, envelopes: int, receipt: str = "",
    note: str = "",
) -> PostedEnvelope:  # fmt: skip
    """A line of the sổ gửi văn bản đi bưu điện.

    Raises PermissionDenied for anybody but the clerk, NotAllowedNow before the issue, ValidationError for a day before
    it or to come, and for what stands there already: of two clerks at once the second reads who was first.
    """
    _issued(outgoing, "post_outgoing", by)
    recipient = " ".join(nfc(recipient).split())
    _on_a_day(outgoing, day, at)
    same = outgoing.posted.filter(day=day, recipient=recipient).select_related("by__user").first()
    if same:
        when = f"{timezone.localtime(same.at):%H:%M %d/%m/%Y}"
        raise ValidationError(f"{same.by.user} đã ghi lúc {when}: ngày {day:%d/%m/%Y} gửi {recipient}, {same.envelopes} bì.")  # fmt: skip
    line = PostedEnvelope.objects.create(
        organisation_id=outgoing.organisation_id, outgoing=outgoing, day=day, recipient=recipient, envelopes=envelopes,
        receipt=receipt, note=note, by=by, at=at,
    )  # fmt: skip
    said = f"{recipient}: {envelopes} bì, ngày {day:%d/%m/%Y}"
    record("post_paper", outgoing, by=by, at=at, payload={"note": said, "posted": line.pk})
    return line


@transaction.atomic
def lend_copy(
    outgoing: Outgoing, *, by: Post, at: datetime, day: date, allowed_by: Post, reader: Post | None = None, name: str = "",
    file_code: str = "", note: str = "",
) -> KeptCopyUse:  # fmt: skip
    """A line of the sổ sử dụng bản lưu. Somebody of the office is told, and says himself that he has it.

    Raises as `post_paper`, also for an assistant where the paper is hidden from him; NotAllowedNow too while the copy is
    in somebody's hands.
    """
    _issued(outgoing, "lend_copy", by)
    _on_a_day(outgoing, day, at)
    if bool(reader) == bool(name.strip()):
        raise ValidationError("Hãy chọn người trong cơ quan, hoặc ghi họ tên người ngoài; chỉ một trong hai.")
    out = outgoing.kept_copy_uses.filter(returned_on=None).first()
    if out:
        raise NotAllowedNow(f"Bản lưu đang ở {out.name} từ {out.day:%d/%m/%Y}, chưa trả.", outgoing)
    if allowed_by.role not in ALLOWS or allowed_by.organisation_id != outgoing.organisation_id:
        raise ValidationError("Người cho phép là lãnh đạo hoặc chánh văn phòng của cơ quan.")
    if reader and reader.organisation_id != outgoing.organisation_id:
        raise ValidationError("Người sử dụng chọn từ danh sách phải là người của cơ quan.")
    if reader:
        check_not_hidden(reader, outgoing)
    name = f"{reader.user}" if reader else " ".join(nfc(name).split())
    line = KeptCopyUse.objects.create(
        organisation_id=outgoing.organisation_id, outgoing=outgoing, day=day, reader=reader, name=name, file_code=file_code,
        allowed_by=allowed_by, note=note, by=by, at=at,
    )  # fmt: skip
    if reader:
        said = f"{by.user} giao bạn bản lưu {outgoing.code}. Hãy ký nhận."
        tell([reader.user], said, at=at, url=reverse("copy_receive", args=[line.pk]))
    said = f"{name}; {allowed_by.user} cho phép"
    record("lend_copy", outgoing, by=by, at=at, payload={"note": said, "use": line.pk})
    return line


@transaction.atomic
def receive_copy(use: KeptCopyUse, *, by: Post, at: datetime) -> None:
    """Ký nhận: whoever was given the copy says that he has it. Pressed twice, it counts once.

    Raises PermissionDenied for anybody else, also with his inbox: a signature is one's own.
    """
    if use.reader_id != by.pk or not by.in_person:
        raise PermissionDenied("Chỉ người được giao bản lưu ký nhận.")
    lock(use.outgoing)
    if KeptCopyUse.objects.filter(pk=use.pk, received_at=None, returned_on=None).update(received_at=at):
        record("receive_copy", use.outgoing, by=by, at=at, payload={"note": use.name, "use": use.pk})


@transaction.atomic
def return_copy(use: KeptCopyUse, *, by: Post, at: datetime, day: date) -> None:
    """The clerk has it back. Raises as `lend_copy`; NotAllowedNow when it is back already."""
    if not may(by, "lend_copy", use.outgoing):
        raise PermissionDenied("Chỉ văn thư của cơ quan nhận lại bản lưu.")
    if not use.day <= day <= timezone.localdate(at):
        raise ValidationError({"day": f"Ngày trả trong khoảng từ {use.day:%d/%m/%Y} đến hôm nay."})
    lock(use.outgoing)
    if not KeptCopyUse.objects.filter(pk=use.pk, returned_on=None).update(returned_on=day):
        raise NotAllowedNow("Bản lưu đã được nhận lại trước đó.", use.outgoing)
    record("return_copy", use.outgoing, by=by, at=at, payload={"note": use.name, "use": use.pk})


def _issued(outgoing: Outgoing, permission: str, by: Post) -> None:
    """Under the paper's lock from here on."""
    if not may(by, permission, outgoing):
        raise PermissionDenied("Chỉ văn thư của cơ quan ghi sổ này.")
    lock(outgoing)
    outgoing.refresh_from_db(fields=["state", "issued_on"])
    if outgoing.state not in ("issued", "revoked") or (
        permission == "post_outgoing" and outgoing.state == "revoked"
    ):
        raise NotAllowedNow(
            "Văn bản đã thu hồi, không gửi nữa." if outgoing.state == "revoked" else _NOT_OUT, outgoing
        )


def _on_a_day(outgoing: Outgoing, day: date, at: datetime) -> None:
    first = outgoing.issued_on or timezone.localdate(outgoing.issued_at or at)
    if not first <= day <= timezone.localdate(at):
        raise ValidationError({"day": f"Ngày trong khoảng từ ngày văn bản ({first:%d/%m/%Y}) đến hôm nay."})
