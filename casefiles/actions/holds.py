"""Đóng băng và gỡ: an order over a set of files, put on and lifted with a reason (decree 30 Phụ lục VI IV.1g)."""

from datetime import date, datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from casefiles.access import may_hold
from casefiles.journey import frozen_by, tell_history
from casefiles.models import CaseFile, HeldFile, Item, LegalHold
from documents.journey import NotAllowedNow
from documents.models import Document
from orgs.actions.notices import tell_each
from orgs.models import Post
from orgs.models.notice import WORK
from ui.text import nfc

MOST = 2000  # files under one order
_NOT_YOURS = "Người đứng đầu hoặc Chánh Văn phòng đóng băng, gỡ đóng băng hồ sơ, tự tay mình."


@transaction.atomic
def put_hold(
    files, *, by: Post, at: datetime, title: str, reason: str, basis: str, from_on: date | None = None
) -> LegalHold:  # fmt: skip
    """Freezes these files (a query of `CaseFile`) of the office as they stand now. The rows are held as every step holds them: of a
    step and an order at the same moment one is first.

    Raises PermissionDenied; ValidationError for what is missing, for no file, too many, or one that is gone already.
    """
    if not may_hold(by):
        raise PermissionDenied(_NOT_YOURS)
    title, basis = (" ".join(nfc(words).split()) for words in (title, basis))
    wrong = {
        name: "Cần ít nhất 5 ký tự." for name, said in (("title", title), ("basis", basis)) if len(said) < 5
    }
    if len(reason.strip()) < 10:
        wrong["reason"] = "Hãy ghi lý do đóng băng (ít nhất 10 ký tự)."
    from_on = from_on or timezone.localdate(at)
    if from_on > timezone.localdate(at):
        wrong["from_on"] = "Lệnh có hiệu lực từ ngày ghi vào hệ thống; không thể ở sau hôm nay."
    if wrong:
        raise ValidationError(wrong)
    keys = list(
        files.filter(organisation=by.organisation_id).order_by("pk").values_list("pk", flat=True)[: MOST + 1]
    )
    if not keys:
        raise ValidationError("Không có hồ sơ nào để đóng băng. Hãy chọn hồ sơ.")
    if len(keys) > MOST:
        raise ValidationError(f"Một lệnh đóng băng nhiều nhất {MOST} hồ sơ. Hãy thu hẹp danh sách.")
    held = list(_locked(keys))
    if gone := [case.code for case in held if case.state == "disposed"]:
        raise ValidationError(f"Hồ sơ đã hủy, không đóng băng được nữa: {', '.join(gone[:20])}.")
    _told({case.pk: case for case in held}, f"đóng băng theo “{title}”", by=by, at=at)
    made = LegalHold.objects.create(
        organisation=by.organisation, title=title, reason=nfc(reason.strip())[:500], basis=basis, from_on=from_on, by=by, at=at
    )  # fmt: skip
    HeldFile.objects.bulk_create([HeldFile(legal_hold=made, case=case) for case in held])
    for case in held:
        tell_history(
            case,
            "put_hold",
            by=by,
            at=at,
            payload={"hold": made.pk, "note": made.words[:500], "reason": made.reason},
        )
    return made


@transaction.atomic
def lift_hold(legal_hold: LegalHold, *, by: Post, at: datetime, reason: str) -> None:
    """Lifts this order alone: a file under another stays frozen. Raises NotAllowedNow when it was lifted meanwhile."""
    if not may_hold(by) or legal_hold.organisation_id != by.organisation_id:
        raise PermissionDenied(_NOT_YOURS)
    if len(reason.strip()) < 10:
        raise ValidationError({"reason": "Hãy ghi lý do, lệnh gỡ (ít nhất 10 ký tự)."})
    held = list(_locked(HeldFile.objects.filter(legal_hold=legal_hold).values("case")))
    why = nfc(reason.strip())[:500]
    _told({case.pk: case for case in held}, f"gỡ lệnh đóng băng “{legal_hold.title}”", by=by, at=at)
    still = LegalHold.objects.filter(pk=legal_hold.pk, released_at=None)
    if not still.update(released_at=at, released_by=by, released_why=why):
        raise NotAllowedNow("Lệnh đóng băng này đã được gỡ.")
    for case in held:
        tell_history(
            case,
            "lift_hold",
            by=by,
            at=at,
            payload={"hold": legal_hold.pk, "note": legal_hold.words[:500], "reason": why},
        )


def why_kept(paper: Document) -> str:
    """Why this paper's content cannot be destroyed now: a file it lies in is frozen. For the floor of the papers, which asks
    under the paper's own lock (documents/actions/requests/kept.py); the files are held too, so that no order comes in between."""
    files = Item.objects.filter(document=paper.pk, removed_at=None).values("case")
    keys = [case.pk for case in _locked(files)]
    held = list(LegalHold.objects.in_force().filter(held__case__in=keys).distinct().order_by("pk"))
    return f"Văn bản nằm trong hồ sơ: {frozen_by(held)}" if held else ""


def _locked(keys):
    rows = CaseFile.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=keys)
    return rows.select_related("organisation", "creator__user").order_by("pk")


def _told(held: dict[int, CaseFile], done: str, *, by: Post, at: datetime) -> None:
    """Whoever built them, once each; before the chain."""
    files: dict[int, list[str]] = {}
    for case in held.values():
        if case.creator.user_id != by.operator.pk:
            files.setdefault(case.creator.user_id, []).append(f"{case.code} ({case.year})")
    texts = {
        user: f"{by.operator} {done}: hồ sơ {', '.join(codes[:5])}" + (f" và {len(codes) - 5} hồ sơ khác." if len(codes) > 5 else ".")
        for user, codes in files.items()
    }  # fmt: skip
    tell_each(texts, at=at, kind=WORK)
