"""Posts that go by two: given to somebody, or with a new account."""

from datetime import date, datetime

from django.utils import timezone

from orgs.actions import accounts
from orgs.actions.powers.way_in import ask_own_password, facts_of_account, half_of, new_way_in, way_in
from orgs.actions.proposals import propose
from orgs.actions.refused import Refused
from orgs.authority import head_of
from orgs.models import Organisation, Post, Proposal, Role, Unit, User


def propose_user(*, organisation: Organisation, by: Post, at: datetime, on: date, role: str, title: str,
                 username: str, full_name: str, unit: Unit | None = None, head: bool = False) -> Proposal:  # fmt: skip
    """A new account with a post that goes by two: there is no account before somebody else has confirmed it."""
    words = _post_words(role, title, unit, head, organisation, on)
    return propose(
        "add_user", organisation=organisation, by=by, at=at, operators_only=role == Role.SYS_ADMIN,
        text=f"Thêm tài khoản {username} cho {full_name}, {words}",
        username=username, full_name=full_name, **_post_payload(role, title, unit, head, on),
    )  # fmt: skip


def propose_post(*, user: User, organisation: Organisation, by: Post, at: datetime, on: date, role: str, title: str,
                 unit: Unit | None = None, head: bool = False) -> Proposal:  # fmt: skip
    words = _post_words(role, title, unit, head, organisation, on)
    return propose(
        "give_post", organisation=organisation, subject=user, by=by, at=at, operators_only=role == Role.SYS_ADMIN,
        text=f"Giao cho {user} vị trí {words}", **_post_payload(role, title, unit, head, on),
    )  # fmt: skip


def _post_payload(role: str, title: str, unit: Unit | None, head: bool, on: date) -> dict:
    return {
        "role": role,
        "title": title,
        "unit": unit.pk if unit else None,
        "head": head,
        "on": on.isoformat(),
    }


def _post_words(
    role: str, title: str, unit: Unit | None, head: bool, organisation: Organisation, on: date
) -> str:
    leads = ", là người đứng đầu cơ quan" if head else ""
    where = f"{unit}, {organisation.full_name}" if unit else organisation.full_name
    return f"{title}, vai trò {Role(role).label}{leads}, {where}, từ {on:%d/%m/%Y}"


def _post_of(proposal: Proposal, at: datetime) -> dict:
    """What the actions take. No power begins before it was confirmed."""
    said = proposal.payload
    unit = Unit.objects.filter(pk=said["unit"]).first() if said["unit"] else None
    if said["unit"] and unit is None:
        raise Refused("Phòng, ban ghi trong đề nghị không còn. Hãy lập đề nghị mới.")
    return {
        "organisation": proposal.organisation, "role": said["role"], "title": said["title"], "unit": unit,
        "head": said["head"], "on": max(date.fromisoformat(said["on"]), timezone.localdate(at)),
    }  # fmt: skip


def check_post(proposal: Proposal, at: datetime) -> None:
    given = _post_of(proposal, at)
    if not proposal.organisation.open_on(given["on"]):
        raise Refused(f"{proposal.organisation} không hoạt động vào ngày {given['on']:%d/%m/%Y}.")
    user = proposal.subject
    if user is None:
        return
    if not user.is_active:
        raise Refused(f"Tài khoản của {user} đang bị khóa.")
    ask_own_password(User.objects.get(pk=user.pk))  # as it stands now: the row is held
    same = Post.objects.on(given["on"]).filter(
        user=user, organisation=proposal.organisation, role=given["role"], unit=given["unit"]
    )
    if same.exists():
        where = given["unit"] or proposal.organisation
        raise Refused(f"{user} đã giữ vai trò này tại {where} trong thời gian đó.")


def check_new(proposal: Proposal, at: datetime) -> None:
    check_post(proposal, at)
    username = proposal.payload["username"]
    if User.objects.filter(username=username).exists():
        raise Refused(f"Tên đăng nhập “{username}” đã có người dùng.")


def facts_of_post(proposal: Proposal, at: datetime) -> dict[str, str]:
    facts = {}
    if proposal.payload["head"]:
        head = head_of(proposal.organisation, at)
        facts["Người đứng đầu hiện nay"] = str(head.user) if head else ""
    if proposal.subject is not None:
        facts |= facts_of_account(proposal, at) | way_in(proposal)
    return facts


def add(proposal: Proposal, by: Post, at: datetime) -> str:
    mine = accounts.new_password(2)
    given = _post_of(proposal, at) | {name: proposal.payload[name] for name in ("username", "full_name")}
    accounts.add_user(**given, by=by, at=at, confirmed=proposal, password=f"{half_of(proposal)}-{mine}")
    return mine


def give(proposal: Proposal, by: Post, at: datetime) -> str:
    accounts.give_post(user=proposal.subject, **_post_of(proposal, at), by=by, at=at, confirmed=proposal)
    return new_way_in(proposal, by, at)
