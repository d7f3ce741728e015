"""What a term counts from, and a term set anew: after closing, one file at a time, never shorter without a reason (archive.md §5)."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, OuterRef, Subquery
from django.utils import timezone

from casefiles.journey import hold, move
from casefiles.models import CaseFile, RetentionRule
from casefiles.terms import EVENTS, is_term, kept_until, length, words_of
from orgs.models import Post
from ui.text import nfc


@transaction.atomic
def record_trigger(
    case: CaseFile, *, trigger: str, on: date, by: Post, at: datetime, reason: str = ""
) -> None:
    """The day on which the text ceased, the contract ended…: until when the file is kept follows from it. An earlier end than
    stood there before only with a reason."""
    case, reason = hold(case), nfc(reason).strip()[:500]
    if trigger not in EVENTS or trigger == "end_of_work":
        raise ValidationError({"trigger": "Hãy chọn sự kiện mà thời hạn tính từ đó."})
    if on > timezone.localdate(at):
        raise ValidationError({"on": "Sự kiện chưa xảy ra thì chưa ghi được ngày."})
    until = kept_until(case.term, case.ended_on, trigger, on)
    if case.expires_on and (until is None or until < case.expires_on) and len(reason) < 10:
        raise ValidationError(
            {
                "reason": f"Ngày này rút thời hạn từ {case.expires_on:%d/%m/%Y}; phải có lý do (ít nhất 10 ký tự)."
            }
        )
    said = {
        "note": f"{EVENTS[trigger]}: {on:%d/%m/%Y}; bảo quản đến {until:%d/%m/%Y}"
        if until
        else EVENTS[trigger],
        "reason": reason,
    }
    move(case, "record_trigger", by=by, at=at, payload=said, fills={"trigger": trigger, "trigger_on": on})


@transaction.atomic
def change_term(
    case: CaseFile, *, term: str, by: Post, at: datetime, reason: str = "", rule: RetentionRule | None = None
) -> None:  # fmt: skip
    """Another term, of its own or as a line of a new table says (`rule`). A shorter one only with a reason."""
    case, reason = hold(case), nfc(reason).strip()[:500]
    if not is_term(term):
        raise ValidationError({"term": "Hãy chọn thời hạn bảo quản."})
    if length(term) < length(case.term) and len(reason) < 10:
        words = f"Hạ thời hạn từ {case.term_words} xuống {words_of(term)} phải có lý do (ít nhất 10 ký tự)."
        raise ValidationError({"reason": words})
    fills = {"term": term}
    if rule is not None:
        fills |= {"rule": rule, "trigger": rule.trigger}
    source = f" ({rule.source})" if rule else ""
    said = {"note": f"thời hạn: {case.term_words} → {words_of(term)}{source}"[:500], "reason": reason}
    move(case, "change_term", by=by, at=at, payload=said, fills=fills)


def trial(files, day: date):
    """Thử bảng thời hạn mới: of these, files whose own line has a successor in the table that holds on `day` (the same group of
    papers, in words) that says another term. Changes nothing; each with `new_rule`, `new_term`."""
    newer = RetentionRule.objects.on(day).filter(
        description=OuterRef("rule__description"), condition=OuterRef("rule__condition"), valid_from__gt=OuterRef("rule__valid_from"),
    ).order_by("-valid_from", "-pk")  # fmt: skip
    found = files.exclude(state__in=("disposed", "paper")).filter(rule__isnull=False)
    found = found.annotate(
        new_rule=Subquery(newer.values("pk")[:1]), new_term=Subquery(newer.values("term")[:1])
    )
    return found.filter(new_rule__isnull=False).exclude(new_term=F("term"))
