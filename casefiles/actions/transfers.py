"""Files handed in together: the batch, its minutes, the signature of each side; the second takes all of it over (decree 30
art. 30). The archivist's check of each file is in `casefiles.actions.checking`."""

import time
from collections.abc import Collection
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from casefiles.actions.archive import forget_check
from casefiles.actions.checking import SECONDS, check_wholly
from casefiles.journey import hold_all, move_all, tell_office
from casefiles.minutes import counted, minutes_pdf
from casefiles.models import CaseFile, Transfer, TransferFile
from casefiles.transfer_states import TRANSFER
from documents import blobs
from documents.access import may
from documents.access.people import has_left, stands_above
from documents.journey import NotAllowedNow
from orgs.actions.notices import hold as hold_accounts
from orgs.actions.notices import tell
from orgs.models import Post, Role
from orgs.models.notice import WORK
from ui.text import nfc

MOST = 200  # files in one batch: their minutes are signed in one act
FACTS = ("name", "basis", "boxes", "paper_files", "metres", "condition")


def to_hand_in(post: Post):
    """Files that this post may put into a batch now: of its own, the closed ones; of its unit, and above of the office, those
    that were handed in already and wait in no batch."""
    own = Q(creator=post, state__in=("closed", "returned", "submitted"))
    if post.role == Role.UNIT_HEAD and post.unit_id:
        own |= Q(unit=post.unit_id, state="submitted")
    if stands_above(post):
        own |= Q(state="submitted")
    found = CaseFile.objects.visible_to(post).filter(own, organisation=post.organisation_id)
    short = [str(years) for years in range(1, 5)]
    return found.exclude(term__in=short).exclude(transfers__in=TransferFile.objects.filter(out_at=None))


@transaction.atomic
def open_transfer(*, files: Collection[int], by: Post, at: datetime, **facts) -> Transfer:
    """Hands these files in together. What is closed only is handed in with them.

    Raises PermissionDenied, ValidationError for files that cannot go; then nothing is handed in.
    """
    if not may(by, "open_file") or not by.in_person:
        raise PermissionDenied(f"Vai trò “{by}” không lập đợt nộp lưu.")
    if not files:
        raise ValidationError({"files": "Hãy chọn ít nhất một hồ sơ."})
    if len(files) > MOST:
        raise ValidationError({"files": f"Mỗi đợt nhiều nhất {MOST} hồ sơ; hãy chia thành nhiều đợt."})
    hold_all(files)
    cases = list(
        to_hand_in(by)
        .filter(pk__in=files)
        .select_related("organisation", "creator__user", "unit")
        .order_by("pk")
    )
    if len(cases) != len(set(files)):
        raise ValidationError(
            {"files": "Có hồ sơ vừa được người khác nộp hoặc mở lại. Hãy xem lại danh sách."}
        )
    keepers = archivists(by, at)
    hold_accounts({post.user_id for post in keepers})
    made = Transfer.objects.create(
        organisation=by.organisation, unit=by.unit, by=by, at=at, **_checked(facts)
    )
    new = [case for case in cases if case.state != "submitted"]
    forget_check(new)
    TransferFile.objects.bulk_create([TransferFile(transfer=made, case=case) for case in cases])
    text = f"{by.operator} nộp {len(cases)} hồ sơ vào lưu trữ theo một đợt, chờ kiểm tra."
    tell([post.user for post in keepers], text, at=at, url=made.get_absolute_url(), kind=WORK)
    move_all(
        new, "submit_file", by=by, at=at, payload={"note": f"theo đợt “{made.name}”", "transfer": made.pk}
    )
    tell_of(
        "open_transfer",
        made,
        by=by,
        at=at,
        note=f"{made.name}: {len(cases)} hồ sơ",
        files=[one.pk for one in cases],
    )
    return made


def write_minutes(transfer: Transfer, *, by: Post, at: datetime, note: str = "", **facts) -> None:
    """After the whole check: the minutes over what is left of the batch, as they will be signed. By the archivist.

    Raises ValidationError naming what the check found, or for an empty batch.
    """
    check(transfer, "write_minutes", by=by)
    if has_left(transfer.by):
        raise ValidationError(
            f"{transfer.by.user} không còn ở vị trí này nên không ký được; trưởng đơn vị hủy đợt này và lập lại."
        )
    end = time.monotonic() + SECONDS
    for case in files_of(transfer):  # outside the transaction: it reads every byte
        check_wholly(case, at=at, note=note, seconds=end - time.monotonic())
    with transaction.atomic():
        transfer, cases = held(transfer, "write_minutes", by)
        if not cases:
            raise ValidationError("Đợt này không còn hồ sơ nào: mọi hồ sơ đã trả lại.")
        for name, value in _checked(facts).items():
            setattr(transfer, name, value)
        transfer.files, transfer.computer_files = counted(cases)
        with blobs.storing(minutes_pdf(transfer, cases, by=by, at=at)) as blob:
            said = {name: getattr(transfer, name) for name in (*FACTS, "files", "computer_files")}
            hold_accounts([transfer.by.user_id])
            take_step(transfer, "write_minutes", said | {"minutes": blob})
            text = f"Biên bản giao nhận {len(cases)} hồ sơ đã lập, chờ bên giao ký."
            tell([transfer.by.user], text, at=at, url=transfer.get_absolute_url(), kind=WORK)
            said |= {
                "metres": f"{transfer.metres}",
                "sha256": blob.sha256,
                "note": f"{transfer.name}. {note}".strip()[:500],
            }
            tell_of("write_minutes", transfer, by=by, at=at, **said)


@transaction.atomic
def undo_minutes(transfer: Transfer, *, by: Post, at: datetime, reason: str) -> None:
    """Something is wrong in them: back to the check. What one side had signed stands in the history by its hash."""
    _needs(reason)
    transfer, _ = held(transfer, "undo_minutes", by)
    sha256 = transfer.minutes_id
    empty = {"minutes": None, "given_by": None, "given_at": None, "files": None, "computer_files": None}
    take_step(transfer, "undo_minutes", empty)
    tell_of("undo_minutes", transfer, by=by, at=at, reason=reason.strip()[:500], before=sha256)


@transaction.atomic
def cancel_transfer(transfer: Transfer, *, by: Post, at: datetime, reason: str) -> None:
    """The giver wants it no more. Its files stay handed in; the archivist takes or gives back each."""
    _needs(reason)
    transfer, _ = held(transfer, "cancel_transfer", by)
    take_step(
        transfer, "cancel_transfer", {"minutes": None, "files": None, "computer_files": None, "ended_at": at}
    )
    TransferFile.objects.filter(transfer=transfer, out_at=None).update(out_at=at)
    tell_of("cancel_transfer", transfer, by=by, at=at, reason=reason.strip()[:500])


def files_of(transfer: Transfer) -> list[CaseFile]:
    places = TransferFile.objects.filter(transfer=transfer, out_at=None).values("case")
    return list(CaseFile.objects.filter(pk__in=places).for_page().order_by("code", "pk"))


def check(transfer: Transfer, name: str, *, by: Post) -> None:
    """Refuses before anything is read or signed; the act asks again."""
    step = TRANSFER[name]
    if transfer.state not in step.frm:
        raise NotAllowedNow(
            f"Không thể “{step.label}”: đợt nộp lưu hiện ở trạng thái “{transfer.get_state_display()}”.",
            transfer,
        )
    if not may(by, step.permission, transfer):
        raise PermissionDenied(
            f"Vai trò “{by}” không được thực hiện bước “{step.label}” với đợt nộp lưu này."
        )


def steps_open_to(post: Post, transfer: Transfer) -> dict:
    return {
        name: step
        for name, step in TRANSFER.items()
        if transfer.state in step.frm and may(post, step.permission, transfer)
    }


def held(transfer: Transfer, name: str, by: Post) -> tuple[Transfer, list[CaseFile]]:
    """The batch and its files, held until the end: the batch first, then the files in their order."""
    transfer = Transfer.objects.select_for_update(no_key=True, of=("self",)).for_page().get(pk=transfer.pk)
    check(transfer, name, by=by)
    hold_all(TransferFile.objects.filter(transfer=transfer, out_at=None).values("case"))
    return transfer, files_of(transfer)


def take_step(transfer: Transfer, taken: str, fills: dict) -> None:
    """Compare-and-swap of the state, under the row's lock."""
    step = TRANSFER[taken]
    changed = Transfer.objects.filter(pk=transfer.pk, state__in=step.frm).update(state=step.to, **fills)
    if not changed:
        raise NotAllowedNow(
            f"Không thể “{step.label}”: đợt nộp lưu vừa có người xử lý. Hãy xem lại.", transfer
        )
    for field, value in (fills | {"state": step.to}).items():
        setattr(transfer, field, value)


def tell_of(kind: str, transfer: Transfer, *, by: Post, at: datetime, **said) -> None:
    tell_office(
        kind, by=by, at=at, organisation=transfer.organisation, payload=said | {"transfer": transfer.pk}
    )


def archivists(by: Post, at: datetime) -> list[Post]:
    found = Post.objects.on(timezone.localdate(at)).filter(
        organisation=by.organisation_id, role=Role.ARCHIVIST
    )
    return [post for post in found.select_related("user") if post.user_id != by.operator.pk]


def _checked(facts: dict) -> dict:
    said = {name: facts[name] for name in FACTS if name in facts}
    for name in ("name", "basis", "condition"):
        if name in said:
            said[name] = " ".join(nfc(said[name]).split())
    if len(said.get("name", "")) < 5:
        raise ValidationError({"name": "Hãy ghi tên khối tài liệu giao nộp (ít nhất 5 chữ)."})
    return said


def _needs(reason: str) -> None:
    if len(reason.strip()) < 10:
        raise ValidationError({"reason": "Hãy ghi lý do (ít nhất 10 ký tự)."})
