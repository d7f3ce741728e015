"""A text of the law takes the place of another: proposed by one operator, confirmed by a second. It is printed on papers."""

from datetime import date, datetime

from orgs.actions.proposals import ask_for_two, propose
from orgs.actions.refused import Refused
from orgs.law import KEYS, forget_law
from orgs.models import LegalReference, Post, Proposal
from orgs.proposals import Kind, register
from orgs.record import record


def propose_reference(
    *, key: str, name: str, full: str, valid_from: date, by: Post, at: datetime
) -> Proposal:
    """From `valid_from` on sentences and papers name this text. Raises PermissionDenied; Refused for an unknown key, or
    a day that has its text already."""
    return propose(
        "add_reference", organisation=by.organisation, by=by, at=at, operators_only=True, key=key, name=name, full=full,
        valid_from=valid_from.isoformat(), text=f"Căn cứ pháp lý từ {valid_from:%d/%m/%Y}: {name} ({KEYS.get(key, key)})",
    )  # fmt: skip


def _check(proposal: Proposal, at: datetime) -> None:
    said = proposal.payload
    if said["key"] not in KEYS:
        raise Refused("Không có nội dung này trong danh mục căn cứ pháp lý.")
    if LegalReference.objects.filter(key=said["key"], valid_from=said["valid_from"]).exists():
        raise Refused("Ngày này đã có văn bản quy định về nội dung ấy.")


def _add(proposal: Proposal, by: Post, at: datetime) -> str:
    ask_for_two(by, proposal, "add_reference", at=at)
    said = {name: proposal.payload[name] for name in ("key", "name", "full", "valid_from")}
    LegalReference.objects.create(by=by, at=at, **said)
    record("add_reference", by.organisation, by=by, at=at, text=proposal.text)
    forget_law()
    return ""


def register_kinds() -> None:
    """Called once, when the floor is ready."""
    register(Kind("add_reference", "Thêm căn cứ pháp lý", "manage_registry", _check, _add))
