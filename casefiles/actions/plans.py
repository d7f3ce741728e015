"""The list of files of a year: begun fresh or from last year's, edited as a draft, issued by a decision (decree 30 art. 28)."""

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max

from casefiles.journey import tell_office
from casefiles.models import CaseFile, CodeSeries, FilePlan, PlanEntry, PlanHeading, RetentionRule
from casefiles.terms import is_term
from documents.access import may
from documents.actions.outgoing.drafts import attach, draft
from documents.arrival import NewFile
from documents.journey import NotAllowedNow
from documents.models import Outgoing
from orgs.law import cited
from orgs.models import Post
from ui.text import nfc


@transaction.atomic
def begin_plan(
    *, year: int, by: Post, at: datetime, copy: bool = False, numbering: str = FilePlan.Numbering.BY_HEADING
) -> FilePlan:
    """A draft for a year; with `copy` all headings and files of the last year that has one, their codes again from 01.

    Raises PermissionDenied, and NotAllowedNow where the year has its list already.
    """
    if not may(by, "begin_plan"):
        raise PermissionDenied(f"Vai trò “{by}” không lập danh mục hồ sơ.")
    before = (
        FilePlan.objects.filter(organisation=by.organisation, year__lt=year).order_by("-year").first()
        if copy
        else None
    )
    try:
        with transaction.atomic():
            plan = FilePlan.objects.create(
                organisation=by.organisation,
                year=year,
                by=by,
                at=at,
                numbering=before.numbering if before else numbering,
            )
    except IntegrityError:
        raise NotAllowedNow(f"Cơ quan đã có danh mục hồ sơ năm {year}.") from None
    if before:
        _copy(before, plan)
    said = {"year": year, "copied": before.year if before else None}
    _tell(
        "begin_plan",
        plan,
        by=by,
        at=at,
        note=f"năm {year}" + (f", sao từ năm {before.year}" if before else ""),
        **said,
    )
    return plan


@transaction.atomic
def put_entry(
    plan: FilePlan, *, by: Post, at: datetime, label: str, term: str, heading: PlanHeading | None = None, major: str = "",
    symbol: str = "", minor: str = "", person: Post | None = None, note: str = "", rule: RetentionRule | None = None,
    entry: PlanEntry | None = None,
) -> PlanEntry:  # fmt: skip
    """Adds a file to the draft, under a heading that is there or a new one (`major` with its `symbol`, `minor`); of `entry`
    changes what is said, and never its code."""
    plan = _draft(plan, by)
    label = " ".join(nfc(label).split())
    if len(label) < 5:
        raise ValidationError({"label": "Hãy ghi tiêu đề hồ sơ (ít nhất 5 chữ)."})
    if not is_term(term):
        raise ValidationError({"term": "Hãy chọn thời hạn bảo quản."})
    words = {"label": label, "term": term, "person": person, "note": note, "rule": rule}
    if entry is None:
        heading = heading or _heading(plan, major, symbol, minor)
        entry = PlanEntry(plan=plan, heading=heading, **_next(plan, heading))
    for name, value in words.items():
        setattr(entry, name, value)
    if person:
        entry.person_name = ""
    entry.save()
    _tell("change_plan", plan, by=by, at=at, note=f"{entry.code} {label}"[:300])
    return entry


@transaction.atomic
def drop_entry(entry: PlanEntry, *, by: Post, at: datetime) -> None:
    """Out of the draft. The codes of the others stay as they are; a new numbering is made when the list is issued.

    Raises ValidationError once a file was opened from it: the list was in force before its decision was revoked.
    """
    plan = _draft(entry.plan, by)
    _none_is_opened(CaseFile.objects.filter(entry=entry))
    _tell("change_plan", plan, by=by, at=at, note=f"bỏ {entry.code} {entry.label}"[:300])
    heading = entry.heading
    entry.delete()
    while heading is not None and not heading.entries.exists() and not heading.parts.exists():
        empty, heading = heading, heading.parent
        empty.delete()


@transaction.atomic
def fill_plan(plan: FilePlan, rows: list[dict], *, by: Post, at: datetime) -> int:
    """The whole draft anew, from rows of a file (casefiles/plan_sheet.py): all or nothing. Raises as `drop_entry`."""
    plan = _draft(plan, by)
    _none_is_opened(CaseFile.objects.filter(entry__plan=plan))
    plan.entries.all().delete()
    plan.headings.filter(parent__isnull=False).delete()
    plan.headings.all().delete()
    for row in rows:
        heading = _heading(plan, row["major"], row["symbol"], row["minor"])
        PlanEntry.objects.create(
            plan=plan, heading=heading, label=row["label"], term=row["term"], person_name=row["person"], note=row["note"],
            **_next(plan, heading),
        )  # fmt: skip
    _tell("import_plan", plan, by=by, at=at, note=f"{len(rows)} hồ sơ")
    return len(rows)


@transaction.atomic
def issue_plan(plan: FilePlan, *, by: Post, at: datetime, signer: Post, sheet: NewFile) -> Outgoing:
    """Makes the decision that issues the list: a draft of the ordinary journey, with the list beside it as it will be printed.

    The list changes no more while the decision is on its way; it is in force when that is issued, and a draft again when
    it is cancelled or revoked. Raises as `documents.actions.outgoing.drafts.draft`.
    """
    plan = _draft(plan, by)
    number = plan.entries.count()
    if not number:
        raise ValidationError("Danh mục chưa có hồ sơ nào.")
    office = by.organisation.name
    body = (
        f"Điều 1. Ban hành kèm theo Quyết định này Danh mục hồ sơ năm {plan.year} của {office}, gồm {number} hồ sơ.\n\n"
        f"Điều 2. Các đơn vị, cá nhân được giao lập hồ sơ theo Danh mục tại Điều 1; nộp hồ sơ, tài liệu vào lưu trữ đúng thời hạn.\n\n"
        f"Điều 3. Quyết định này có hiệu lực kể từ ngày ký. Các đơn vị, cá nhân có liên quan chịu trách nhiệm thi hành Quyết định này."
    )
    decision = draft(
        by=by, at=at, recipients=[], kind="QĐ", subject=f"Ban hành Danh mục hồ sơ năm {plan.year} của {office}",
        signer=signer, bases=cited("Căn cứ {clerical_work:full}"),
        body=body, addressees="", other_recipients="Như Điều 3",
    )  # fmt: skip
    attach(decision, files=[sheet], by=by, at=at)
    plan.decision = decision
    plan.save(update_fields=["decision"])
    _tell("issue_plan", plan, by=by, at=at, note=f"Danh mục hồ sơ năm {plan.year}", decision=decision.pk)
    return decision


def tally(entries: list[PlanEntry]) -> dict:
    """What the form of the law says at its end."""
    permanent = sum(one.is_permanent for one in entries)
    return {"all": len(entries), "permanent": permanent, "term": len(entries) - permanent}


def _draft(plan: FilePlan, by: Post) -> FilePlan:
    """Held, and still a draft."""
    if not may(by, "edit_plan", plan):
        raise PermissionDenied(f"Vai trò “{by}” không sửa danh mục hồ sơ.")
    plan = (
        FilePlan.objects.select_for_update(of=("self",))
        .select_related("decision", "organisation")
        .get(pk=plan.pk)
    )
    if not plan.is_draft:
        code = plan.decision.code or "đang trình"
        raise NotAllowedNow(f"Danh mục đã có quyết định ban hành ({code}), không sửa được nữa.", plan)
    return plan


def _none_is_opened(files) -> None:
    if codes := list(files.order_by("code").values_list("code", flat=True)):
        raise ValidationError(
            f"Đã có hồ sơ mở theo danh mục này: {', '.join(codes)}. Không bỏ được dòng đã mở hồ sơ, cũng không thay được"
            " toàn bộ danh mục; hãy sửa hoặc thêm từng dòng."
        )


def _heading(plan: FilePlan, major: str, symbol: str, minor: str) -> PlanHeading:
    """The heading of these words, made where it is not there yet."""
    major, minor = " ".join(nfc(major).split()), " ".join(nfc(minor).split())
    symbol = nfc(symbol).upper().strip(" .")
    if not major or not symbol:
        raise ValidationError({"major": "Hãy chọn đề mục, hoặc ghi đề mục lớn mới cùng chữ viết tắt của nó."})
    if len(symbol) > 12 or not all(letter.isalnum() or letter in "-&" for letter in symbol):
        raise ValidationError(
            {"symbol": f"“{symbol[:30]}” không phải chữ viết tắt (nhiều nhất 12 chữ, ví dụ TCCB)."}
        )
    there = {one.symbol: one for one in plan.headings.filter(parent=None)}
    if symbol in there and there[symbol].label != major:
        raise ValidationError(
            {"symbol": f"Chữ viết tắt {symbol} đã dùng cho đề mục “{there[symbol].label}”."}
        )
    found = there.get(symbol) or plan.headings.create(label=major, symbol=symbol, position=len(there) + 1)
    if not minor:
        return found
    parts = plan.headings.filter(parent=found)
    return parts.filter(label=minor).first() or plan.headings.create(
        parent=found, label=minor, position=parts.count() + 1
    )


def _next(plan: FilePlan, heading: PlanHeading) -> dict:
    """The number and the code of a new file: under its major heading, or through the whole list; past those of files that
    were opened beside the list, under the lock that those take (`cases.next_code`)."""
    symbol = heading.parent.symbol if heading.parent_id else heading.symbol
    beside, _ = CodeSeries.objects.select_for_update().get_or_create(
        organisation=plan.organisation, year=plan.year, symbol=symbol
    )
    others = plan.entries.all()
    if plan.numbering == FilePlan.Numbering.BY_HEADING:
        others = others.filter(code__endswith=f".{symbol}")
    number = max(others.aggregate(last=Max("number"))["last"] or 0, beside.last) + 1
    return {"number": number, "code": f"{number:02}.{symbol}"}


def _copy(before: FilePlan, plan: FilePlan) -> None:
    made: dict[int, PlanHeading] = {}
    for one in before.headings.order_by("parent__position", "position", "pk"):
        if one.parent_id is None:
            made[one.pk] = plan.headings.create(label=one.label, symbol=one.symbol, position=one.position)
    for one in before.headings.filter(parent__isnull=False).order_by("position", "pk"):
        made[one.pk] = plan.headings.create(
            parent=made[one.parent_id], label=one.label, position=one.position
        )
    for one in before.entries.order_by("number", "pk"):
        heading = made[one.heading_id]
        PlanEntry.objects.create(
            plan=plan, heading=heading, label=one.label, term=one.term, rule=one.rule, person=one.person,
            person_name=one.person_name, note=one.note, **_next(plan, heading),
        )  # fmt: skip


def _tell(kind: str, plan: FilePlan, *, by: Post, at: datetime, note: str, **said) -> None:
    tell_office(
        kind, by=by, at=at, organisation=plan.organisation, payload={"note": note, "plan": plan.pk} | said
    )
