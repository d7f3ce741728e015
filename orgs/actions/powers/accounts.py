"""What opens the account of somebody who holds a power: password, lock, second factors."""

from datetime import datetime

from django.utils import timezone

from orgs.access import home_of
from orgs.actions import accounts, factors
from orgs.actions.powers.way_in import half_of
from orgs.actions.proposals import propose
from orgs.actions.refused import Refused
from orgs.models import Post, Proposal, Role, User


def propose_account(kind: str, user: User, *, by: Post, at: datetime) -> Proposal:
    """`kind`: reset_password, unlock_account or reset_factors, of somebody whose account goes by two."""
    organisation = home_of(user, at) or by.organisation
    said = {
        "reset_password": "Đặt lại mật khẩu",
        "unlock_account": "Mở khóa và cấp mật khẩu mới",
        "reset_factors": "Bỏ các yếu tố xác thực thứ hai",
    }[kind]
    beyond = user.posts.on(timezone.localdate(at)).exclude(organisation=organisation).exists()
    operator = user.posts.on(timezone.localdate(at)).filter(role=Role.SYS_ADMIN).exists()
    return propose(
        kind, organisation=organisation, subject=user, by=by, at=at, operators_only=beyond or operator,
        text=f"{said} của {user} ({user.username})", user=user.pk,
    )  # fmt: skip


def check_account(proposal: Proposal, at: datetime) -> None:
    locked = not proposal.subject.is_active
    if locked and proposal.kind == "reset_password":
        raise Refused(f"Tài khoản của {proposal.subject} đang bị khóa; hãy đề nghị mở khóa.")
    if not locked and proposal.kind == "unlock_account":
        raise Refused(f"Tài khoản của {proposal.subject} đang mở.")


def reset(proposal: Proposal, by: Post, at: datetime) -> str:
    mine = accounts.new_password(2)
    act = {"reset_password": accounts.reset_password, "unlock_account": accounts.unlock}[proposal.kind]
    act(proposal.subject, by=by, at=at, confirmed=proposal, password=f"{half_of(proposal)}-{mine}")
    return mine


def check_factors(proposal: Proposal, at: datetime) -> None:
    if not User.objects.get(pk=proposal.subject_id).second_factor:
        raise Refused(f"{proposal.subject} không có yếu tố xác thực thứ hai nào.")


def drop_factors(proposal: Proposal, by: Post, at: datetime) -> str:
    factors.reset_factors(proposal.subject, by=by, at=at, confirmed=proposal)
    return ""
