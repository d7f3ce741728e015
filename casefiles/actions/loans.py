"""The reading room: a file of the archive is asked for, given for some days, refused, taken back before its day."""

from datetime import date, datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from casefiles.journey import hold, tell_history, tell_office
from casefiles.models import CaseFile, Loan
from casefiles.models.loan import LONGEST
from casefiles.states import LOAN, LOAN_LABELS
from documents.access import may
from documents.access.people import stands_above
from documents.journey import NotAllowedNow
from documents.pdf import secrecy_marks
from orgs.actions.notices import tell
from orgs.models import Organisation, Post, Role, User
from orgs.models.notice import WORK
from ui.text import nfc


@transaction.atomic
def ask_reading(
    *, archive: Organisation, wanted: str, purpose: str, by: Post, at: datetime, case: CaseFile | None = None
) -> Loan:
    """Đề nghị đọc: of a file of the catalogue (`case`), or in words of what is not there. Whoever keeps the archive is told.

    Raises PermissionDenied for a post that reads nothing, ValidationError for what is missing or asked for already.
    """
    if not may(by, "ask_reading"):
        raise PermissionDenied(f"Vai trò “{by}” không đề nghị đọc hồ sơ lưu trữ.")
    wanted, purpose = " ".join(nfc(wanted).split())[:500], " ".join(nfc(purpose).split())[:300]
    if len(wanted) < 5:
        raise ValidationError({"wanted": "Hãy ghi hồ sơ, tài liệu cần đọc (ít nhất 5 chữ)."})
    if len(purpose) < 10:
        raise ValidationError({"purpose": "Hãy ghi mục đích đọc (ít nhất 10 ký tự)."})
    if marks := secrecy_marks(f"{wanted}\n{purpose}"):
        raise ValidationError(
            {"wanted": f"Có dấu “{', '.join(marks)}”. Tài liệu mật không đọc trên hệ thống này."}
        )
    if case is not None:
        case = hold(case)  # of two presses the second waits here
        if case.state != "archived":
            raise NotAllowedNow("Hồ sơ này không ở lưu trữ.", case)
        mine = Loan.objects.filter(case=case, post=by, user=by.operator)
        if there := (mine.filter(state="asked") | mine.in_force(timezone.localdate(at))).first():
            raise ValidationError(f"Bạn đã đề nghị đọc hồ sơ này: {there.state_label.lower()}.")
    loan = Loan.objects.create(
        organisation=archive,
        case=case,
        wanted=wanted,
        purpose=purpose,
        post=by,
        user=by.operator,
        asked_at=at,
    )
    text = f"{by.operator} ({by.organisation}) đề nghị đọc hồ sơ lưu trữ: {wanted[:200]}"
    tell(_keepers(loan, at), text, at=at, url=loan.get_absolute_url(), kind=WORK)
    _record(loan, "ask_reading", by=by, at=at, said={"note": f"Mục đích: {purpose}"})
    return loan


@transaction.atomic
def allow_reading(
    loan: Loan, *, case: CaseFile, until: date, copies: bool, by: Post, at: datetime, answer: str = ""
) -> None:
    """Cho đọc `case` up to the day, only to read or also to take plain copies.

    Raises ValidationError for a file that the archive does not have or a day that is too far, PermissionDenied for whoever does
    not decide of it, NotAllowedNow when somebody was faster.
    """
    case, today = hold(case), timezone.localdate(at)
    if case.organisation_id != loan.organisation_id or case.state != "archived":
        raise ValidationError({"code": "Chỉ cho đọc hồ sơ lưu trữ đã nhận."})
    if not today <= until <= today + LONGEST:
        raise ValidationError({"until": f"Thời hạn đọc từ hôm nay, nhiều nhất {LONGEST.days} ngày."})
    loan.case = case  # who decides of it depends on what it is
    if case.mode == CaseFile.Mode.LIMITED and may(by, "see_loans") and not may(by, "decide_reading", loan):
        raise ValidationError(
            "Hồ sơ này sử dụng có điều kiện: người đứng đầu hoặc Chánh Văn phòng duyệt. Hãy báo người đó mở đề nghị này."
        )
    fills = {
        "case": case,
        "until": until,
        "copies": copies,
        "answer": answer.strip()[:300],
        "decided_by": by,
        "decided_at": at,
    }
    _step(loan, "allow_reading", by=by, fills=fills)
    text = f"Bạn được đọc hồ sơ {case.code} đến hết ngày {until:%d/%m/%Y}."
    tell([loan.user], text, at=at, url=loan.get_absolute_url(), kind=WORK)
    note = f"{loan.user}: {loan.product.lower()}, đến hết ngày {until:%d/%m/%Y}"
    _record(loan, "allow_reading", by=by, at=at, said={"note": note})


@transaction.atomic
def refuse_reading(loan: Loan, *, reason: str, by: Post, at: datetime) -> None:
    if len(reason.strip()) < 10:
        raise ValidationError({"reason": "Hãy ghi lý do (ít nhất 10 ký tự)."})
    _hold_file(loan)
    _step(
        loan,
        "refuse_reading",
        by=by,
        fills={"answer": reason.strip()[:300], "decided_by": by, "decided_at": at},
    )
    text = f"Đề nghị đọc hồ sơ lưu trữ không được duyệt: {reason.strip()[:200]}"
    tell([loan.user], text, at=at, url=loan.get_absolute_url(), kind=WORK)
    _record(loan, "refuse_reading", by=by, at=at, said={"reason": reason.strip()[:300]})


@transaction.atomic
def end_reading(loan: Loan, *, reason: str, by: Post, at: datetime) -> None:
    """Before its day: from now on the reader reads nothing of it."""
    if len(reason.strip()) < 10:
        raise ValidationError({"reason": "Hãy ghi lý do (ít nhất 10 ký tự)."})
    _hold_file(loan)
    _step(loan, "end_reading", by=by, fills={"ended_at": at})
    text = f"Việc đọc hồ sơ {loan.case.code} kết thúc sớm: {reason.strip()[:200]}"
    tell([loan.user], text, at=at, url=loan.get_absolute_url(), kind=WORK)
    _record(loan, "end_reading", by=by, at=at, said={"reason": reason.strip()[:300]})


def check(loan: Loan, name: str, *, by: Post) -> None:
    """Refuses before a form is filled in for nothing. `_step` asks again."""
    if loan.state not in LOAN[name].frm:
        raise _too_late(loan, name)
    if not may(by, LOAN[name].permission, loan):
        raise PermissionDenied(f"Vai trò “{by}” không được thực hiện bước “{LOAN[name].label}”.")


def _step(loan: Loan, name: str, *, by: Post, fills: dict) -> None:
    if not may(by, LOAN[name].permission, loan):
        raise PermissionDenied(f"Vai trò “{by}” không được thực hiện bước “{LOAN[name].label}”.")
    changes = {"state": LOAN[name].to} | fills
    if not Loan.objects.filter(pk=loan.pk, state__in=LOAN[name].frm).update(**changes):
        loan.refresh_from_db(fields=["state"])
        raise _too_late(loan, name)
    for field, value in changes.items():
        setattr(loan, field, value)


def _too_late(loan: Loan, name: str) -> NotAllowedNow:
    return NotAllowedNow(
        f"Không thể “{LOAN[name].label}”: đề nghị hiện ở trạng thái “{LOAN_LABELS[loan.state]}”. Có người đã xử lý trước.",
        loan,
    )


def _hold_file(loan: Loan) -> None:
    if loan.case_id:
        loan.case = hold(loan.case)


def _record(loan: Loan, kind: str, *, by: Post, at: datetime, said: dict) -> None:
    said |= {"loan": loan.pk}
    if loan.case_id:
        tell_history(loan.case, kind, by=by, at=at, payload=said)
    else:
        tell_office(kind, by=by, at=at, organisation=loan.organisation, payload=said)


def _keepers(loan: Loan, at: datetime) -> list[User]:
    """Who can decide: the archivists, of what is used under conditions whoever stands above; where there is no archivist, they
    too."""
    people = Post.objects.on(timezone.localdate(at)).filter(
        organisation=loan.organisation_id, user__is_active=True
    )
    people = people.select_related("user").exclude(user=loan.user_id)
    limited = loan.case is not None and loan.case.mode == CaseFile.Mode.LIMITED
    archivists = [] if limited else list(people.filter(role=Role.ARCHIVIST))
    above = people.filter(role__in=(Role.OFFICE_HEAD, Role.LEADER))
    found = archivists or [one for one in above if stands_above(one)]
    return list({one.user_id: one.user for one in found}.values())
