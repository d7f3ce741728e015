"""Rules of deadlines: an office adds its own and ends them; those of the law are added and ended by two operators."""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from documents.journey import record
from documents.models import DueRule
from orgs.access import may
from orgs.actions.proposals import ask_for_two, propose
from orgs.actions.refused import Refused
from orgs.calendar import DAY
from orgs.models import Post, Proposal
from orgs.proposals import Kind, register

NOT_YOURS = "Chỉ lãnh đạo, chánh văn phòng hoặc quản trị của cơ quan đặt quy tắc thời hạn."
ONLY_SOONER = "Chọn ngày từ hôm nay trở đi: hạn đã tính theo quy tắc này giữ nguyên."


@transaction.atomic
def add_due_rule(*, by: Post, at: datetime, **said: Any) -> DueRule:
    """For the papers of one's office that come from `valid_from` on. Of it only what is stricter than the law counts.

    Raises PermissionDenied; ValidationError for a day behind us or a length that is none.
    """
    if not may(by, "set_office_rules", by.organisation):
        raise PermissionDenied(NOT_YOURS)
    _check(said, at)
    made = DueRule.objects.create(organisation=by.organisation, by=by, at=at, **said)
    text = {"text": f"{made}, {made.concerns}, từ {made.valid_from:%d/%m/%Y}", "rule": made.pk}
    record("add_due_rule", None, by=by, at=at, organisation=by.organisation, payload=text)
    return made


@transaction.atomic
def end_due_rule(rule: DueRule, *, last: date, by: Post, at: datetime) -> None:
    """It holds to the end of that day; yesterday: no more for what comes from today on. Raises as `add_due_rule`."""
    if rule.organisation_id is None or not may(by, "set_office_rules", rule.organisation):
        raise PermissionDenied(NOT_YOURS)
    _end(rule, last, by=by, at=at)


def propose_law_rule(*, by: Post, at: datetime, **said: Any) -> Proposal:
    """A rule of the law for every office, once another operator confirms it. Raises as `add_due_rule`, and Refused."""
    _check(said, at)
    rule = DueRule(**said)
    return propose(
        "add_due_rule", organisation=by.organisation, by=by, at=at, operators_only=True,
        text=f"Thêm quy tắc thời hạn của pháp luật “{rule}”, {rule.concerns}, từ {rule.valid_from:%d/%m/%Y}",
        said=said | {"valid_from": rule.valid_from.isoformat()},
    )  # fmt: skip


def propose_end(rule: DueRule, *, last: date, by: Post, at: datetime) -> Proposal:
    """The same of its end."""
    _check_last(rule, last, at)
    return propose(
        "end_due_rule", organisation=by.organisation, by=by, at=at, operators_only=True, rule=rule.pk,
        last=last.isoformat(), text=f"Quy tắc thời hạn “{rule}” áp dụng đến hết {last:%d/%m/%Y}",
    )  # fmt: skip


def _check(said: dict, at: datetime) -> None:
    if said["valid_from"] < timezone.localdate(at):
        raise ValidationError({"valid_from": "Từ hôm nay hoặc một ngày sắp tới: hạn đã tính giữ nguyên."})
    if said["count"] == 0 and said["unit"] != "working_days":
        raise ValidationError({"count": "0 chỉ dùng với ngày làm việc: phải giải quyết ngay."})


def _check_last(rule: DueRule, last: date, at: datetime) -> None:
    if rule.valid_to is not None:
        raise ValidationError({"last": f"Quy tắc này đã kết thúc từ sau {rule.valid_to:%d/%m/%Y}."})
    if last < max(timezone.localdate(at), rule.valid_from) - DAY:
        raise ValidationError({"last": ONLY_SOONER})


def _end(rule: DueRule, last: date, *, by: Post, at: datetime) -> None:
    rule.refresh_from_db(from_queryset=DueRule.objects.select_for_update(of=("self",)))
    _check_last(rule, last, at)
    rule.valid_to = last
    rule.save(update_fields=["valid_to"])
    text = {"text": f"{rule}, đến hết {last:%d/%m/%Y}", "rule": rule.pk}
    record("end_due_rule", None, by=by, at=at, organisation=by.organisation, payload=text)


def _said(proposal: Proposal) -> dict:
    said = proposal.payload["said"]
    return said | {"valid_from": date.fromisoformat(said["valid_from"])}


def _check_add(proposal: Proposal, at: datetime) -> None:
    _refusing(lambda: _check(_said(proposal), at))


def _add(proposal: Proposal, by: Post, at: datetime) -> str:
    ask_for_two(by, proposal, "add_due_rule", at=at)
    made = DueRule.objects.create(organisation=None, by=by, at=at, **_said(proposal))
    said = {"text": f"pháp luật: {made}, từ {made.valid_from:%d/%m/%Y}", "rule": made.pk}
    record("add_due_rule", None, by=by, at=at, organisation=by.organisation, payload=said)
    return ""


def _ends(proposal: Proposal) -> tuple[DueRule, date]:
    rule = DueRule.objects.get(pk=proposal.payload["rule"], organisation=None)
    return rule, date.fromisoformat(proposal.payload["last"])


def _check_end(proposal: Proposal, at: datetime) -> None:
    _refusing(lambda: _check_last(*_ends(proposal), at))


def _end_proposed(proposal: Proposal, by: Post, at: datetime) -> str:
    ask_for_two(by, proposal, "end_due_rule", at=at)
    rule, last = _ends(proposal)
    _refusing(lambda: _end(rule, last, by=by, at=at))
    return ""


def _refusing(act) -> None:
    try:
        act()
    except ValidationError as refusal:
        raise Refused(" ".join(refusal.messages)) from refusal


def register_kinds() -> None:
    """Called once, when the floor is ready."""
    register(Kind("add_due_rule", "Thêm quy tắc thời hạn", "manage_registry", _check_add, _add))
    register(Kind("end_due_rule", "Kết thúc quy tắc thời hạn", "manage_registry", _check_end, _end_proposed))
