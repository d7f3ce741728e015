"""A file from the day it is opened: its number, its facts, and one that was handled on paper and is only counted."""

from datetime import date, datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from casefiles.actions.items import file_paper
from casefiles.journey import hold, move, tell_history
from casefiles.models import CaseFile, CodeSeries, FilePlan, PlanEntry, PlanHeading, RetentionRule
from casefiles.terms import is_term, words_of
from documents.access import may
from documents.journey import NotAllowedNow, lock
from documents.models import Document, Task
from documents.pdf import secrecy_marks
from orgs.models import Organisation, Post
from ui.text import nfc

WORDS = {"title", "keywords", "note"}
FACTS = ("title", "term", "mode", "language", "keywords", "note", "started_on")


@transaction.atomic
def open_file(
    *, by: Post, at: datetime, title: str, term: str, started_on: date, entry: PlanEntry | None = None, symbol: str = "",
    rule: RetentionRule | None = None, mode: str = CaseFile.Mode.OPEN, keywords: str = "", note: str = "",
    first: Document | Task | None = None,
) -> CaseFile:  # fmt: skip
    """Opens a file: from the list of the year (`entry`, which is opened once), or self-defined under the sign `symbol`, with
    the next number of it (decree 30 art. 29.2). `first`: the paper or task that goes into it at once.

    Raises PermissionDenied for a post that builds none, ValidationError for what is missing, NotAllowedNow for an entry that
    somebody has opened.
    """
    if first is not None:
        lock(first)  # the paper comes before the chain, which the opening itself holds
    if not may(by, "open_file"):
        raise PermissionDenied(f"Vai trò “{by}” không lập hồ sơ.")
    entry = _held_entry(entry) if entry else None
    year = entry.plan.year if entry else started_on.year
    facts = {
        "title": title,
        "term": term,
        "mode": mode,
        "keywords": keywords,
        "note": note,
        "started_on": started_on,
    }
    facts = _checked(facts, at)
    if entry:
        code = entry.code
        _entry_is_free(entry, by)
    else:
        code = next_code(by.organisation, year, symbol)
    line = rule or (entry.rule if entry else None)
    try:
        with transaction.atomic():
            case = CaseFile.objects.create(
                organisation=by.organisation, year=year, code=code, entry=entry, creator=by, unit=by.unit,
                rule=line, trigger=line.trigger if line else "end_of_work", opened_at=at, **facts,
            )  # fmt: skip
    except IntegrityError:  # of two at once the second
        if entry:
            _entry_is_free(entry, by)
        raise ValidationError("Số, ký hiệu hồ sơ này vừa có người dùng. Hãy gửi lại.") from None
    said = {"title": case.title, "term": case.term, "started_on": f"{started_on}", "at": at.isoformat()}
    tell_history(case, "open_file", by=by, at=at, payload=said)
    if first is not None:
        file_paper(case, first, by=by, at=at)
    return case


@transaction.atomic
def register_on_paper(
    *, by: Post, at: datetime, title: str, started_on: date, ended_on: date, reason: str, symbol: str = "", term: str = "5",
    note: str = "",
) -> CaseFile:  # fmt: skip
    """A file that was handled on paper: it stands in the denominator of the ratio, and nowhere in its numerator.

    Raises as `open_file`.
    """
    if not may(by, "open_file"):
        raise PermissionDenied(f"Vai trò “{by}” không lập hồ sơ.")
    if reason not in CaseFile.PaperReason.values:
        raise ValidationError({"reason": "Hãy chọn lý do xử lý trên giấy."})
    if reason == CaseFile.PaperReason.OTHER and not note.strip():
        raise ValidationError({"note": "Lý do khác là lý do gì? Hãy ghi rõ."})
    facts = _checked({"title": title, "term": term, "note": note, "started_on": started_on}, at)
    check_end(started_on, ended_on, at)
    case = CaseFile.objects.create(
        organisation=by.organisation, year=started_on.year, code=next_code(by.organisation, started_on.year, symbol),
        state="paper", creator=by, unit=by.unit, opened_at=at, closed_at=at, closed_by=by, ended_on=ended_on,
        counted=CaseFile.Counted.PAPER, paper_reason=reason, counted_why=CaseFile.PaperReason(reason).label, **facts,
    )  # fmt: skip
    said = {"title": case.title, "ended_on": f"{ended_on}", "reason": CaseFile.PaperReason(reason).label}
    tell_history(case, "register_on_paper", by=by, at=at, payload=said)
    return case


@transaction.atomic
def change_file(case: CaseFile, *, by: Post, at: datetime, **facts) -> None:
    """Title, term, mode, words and day of an open file. A shorter term is no longer than the list says only with a reason
    (`casefiles.actions.closing`); here it is said in the history as it was and as it is."""
    case = hold(case)
    facts = _checked({name: value for name, value in facts.items() if name in FACTS}, at)
    changed = {
        name: (getattr(case, name), value) for name, value in facts.items() if getattr(case, name) != value
    }
    if not changed:
        return
    said = "; ".join(
        f"{_named(name)}: “{_said(name, old)}” → “{_said(name, new)}”" for name, (old, new) in changed.items()
    )
    move(case, "change_file", by=by, at=at, payload={"note": said[:1000]})
    for name, (_, value) in changed.items():
        setattr(case, name, value)
    case.save(update_fields=list(changed))


def add_case(*, by: Post, at: datetime, year: int, code: str, parent: CaseFile, facts: dict) -> CaseFile:
    """A file under a code that is its own: the caller holds what the code was taken from. Raises ValidationError for what is
    missing, or a code that somebody set by hand."""
    facts = _checked(facts, at)
    if CaseFile.objects.filter(organisation=by.organisation, year=year, code=code).exists():
        raise ValidationError(f"Số, ký hiệu {code} đã có hồ sơ khác dùng.")
    case = CaseFile.objects.create(
        organisation=by.organisation,
        year=year,
        code=code,
        parent=parent,
        creator=by,
        unit=by.unit,
        opened_at=at,
        **facts,
    )
    said = {
        "title": case.title,
        "term": case.term,
        "started_on": f"{case.started_on}",
        "at": at.isoformat(),
        "parent": parent.pk,
    }
    tell_history(case, "open_file", by=by, at=at, payload=said)
    return case


def check_end(started_on: date, ended_on: date, at: datetime) -> None:
    if ended_on > timezone.localdate(at):
        raise ValidationError({"ended_on": "Ngày kết thúc không thể ở sau hôm nay."})
    if ended_on < started_on:
        raise ValidationError(
            {"ended_on": f"Ngày kết thúc không thể trước ngày bắt đầu {started_on:%d/%m/%Y}."}
        )


def next_code(organisation: Organisation, year: int, symbol: str) -> str:
    """The next number under a sign, e.g. 07.TCCB; held until the transaction ends, so of two at once each has its own."""
    symbol = " ".join(nfc(symbol).upper().split()).strip(".") or "HS"
    if len(symbol) > 12 or not all(letter.isalnum() or letter in "-&" for letter in symbol):
        raise ValidationError(
            {"symbol": "Ký hiệu là chữ viết tắt của đề mục lớn, nhiều nhất 12 chữ, ví dụ TCCB."}
        )
    series, _ = CodeSeries.objects.select_for_update().get_or_create(
        organisation=organisation, year=year, symbol=symbol
    )
    planned = (
        PlanEntry.objects.filter(
            plan__organisation=organisation, plan__year=year, code__endswith=f".{symbol}"
        ).aggregate(last=Max("number"))["last"]
        or 0
    )
    series.last = max(series.last, planned) + 1
    series.save(update_fields=["last"])
    return f"{series.last:02}.{symbol}"


def symbols_of(organisation: Organisation, year: int) -> list[tuple[str, str]]:
    """Major headings of the year: what a self-defined file may stand under."""
    found = PlanHeading.objects.filter(plan__organisation=organisation, plan__year=year, parent=None)
    return [(one.symbol, f"{one.symbol} – {one.label}") for one in found.order_by("position", "pk")]


def _held_entry(entry: PlanEntry) -> PlanEntry:
    """As it stands now, and until the end: a list whose decision is revoked is a draft again, and its lines may go."""
    list(FilePlan.objects.select_for_update(no_key=True).filter(pk=entry.plan_id).values_list("pk"))
    found = PlanEntry.objects.select_related("plan__decision", "rule").filter(pk=entry.pk).first()
    if found is None:
        raise ValidationError(
            {
                "entry": "Dòng này vừa bị bỏ khỏi danh mục hồ sơ. Hãy chọn dòng khác, hoặc tự đặt tiêu đề và ký hiệu."
            }
        )
    return found


def _entry_is_free(entry: PlanEntry, by: Post) -> None:
    if entry.plan.organisation_id != by.organisation_id or not entry.plan.in_force:
        raise ValidationError({"entry": "Danh mục hồ sơ chưa ban hành; hãy tự đặt tiêu đề và ký hiệu."})
    there = CaseFile.objects.filter(entry=entry).select_related("creator__user").first()
    if there:
        when = f"{timezone.localtime(there.opened_at):%H:%M ngày %d/%m/%Y}"
        raise NotAllowedNow(
            f"{there.creator.user} đã mở hồ sơ {entry.code} lúc {when}. Hãy đề nghị người đó cho bạn cùng lập, hoặc mở hồ sơ khác."
        )


def _checked(facts: dict, at: datetime) -> dict:
    wrong = {}
    for name in WORDS & facts.keys():
        if marks := secrecy_marks(facts[name]):  # as it was typed: a mark stands alone on a line
            wrong[name] = f"Có dấu “{', '.join(marks)}”. Hồ sơ mật không được lập trên hệ thống này."
    facts = facts | {name: " ".join(nfc(facts[name]).split()) for name in WORDS & facts.keys()}
    if len(facts.get("title", "đủ dài")) < 5:
        wrong["title"] = "Hãy ghi tiêu đề nói rõ nội dung công việc (ít nhất 5 chữ)."
    if not is_term(facts.get("term", "5")):
        wrong["term"] = "Hãy chọn thời hạn bảo quản."
    if facts.get("started_on") and facts["started_on"] > timezone.localdate(at):
        wrong["started_on"] = "Ngày bắt đầu không thể ở sau hôm nay."
    if wrong:
        raise ValidationError(wrong)
    return facts


def _named(name: str) -> str:
    return CaseFile._meta.get_field(name).verbose_name


def _said(name: str, value) -> str:
    if name == "term":
        return words_of(value)
    if name == "mode":
        return CaseFile.Mode(value).label
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else str(value)
