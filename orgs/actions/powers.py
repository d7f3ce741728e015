"""The powers of this floor that go by two: each checked when proposed, and again when confirmed."""

from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.dateparse import parse_datetime

from orgs.access import by_two, home_of, is_powerful
from orgs.actions import accounts, authorities, factors
from orgs.actions.notices import by_mail
from orgs.actions.proposals import propose
from orgs.actions.refused import Refused
from orgs.authority import capacity_words, head_of
from orgs.kinds import kind_names
from orgs.models import Organisation, Post, Proposal, Role, SigningAuthority, Unit, User
from orgs.proposals import NEW_WAY_IN, Kind, in_halves, register


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


def propose_authority(*, post: Post, capacity: str, by: Post, at: datetime, through: SigningAuthority | None = None,
                      **given: Any) -> Proposal:  # fmt: skip
    """A right to sign, or one passed on; `given` as `authorities.grant` takes it."""
    made = authorities.grantable(post=post, capacity=capacity, by=by, at=at, through=through, **given)
    text = f"Giao thẩm quyền ký “{capacity_words(made, at)}” cho {post.user} ({post.title}); căn cứ: {made.basis}"
    if made.kinds:
        text += f"; loại văn bản: {kind_names(made.kinds)}"
    days = {
        name: given[name].isoformat() for name in ("valid_from", "valid_to", "basis_on") if given.get(name)
    }
    plain = {name: given[name] for name in ("basis", "scope", "own_power") if name in given}
    return propose(
        "grant_authority", organisation=post.organisation, subject=post.user, by=by, at=at, text=text,
        post=post.pk, capacity=capacity, through=through.pk if through else None, kinds=list(given.get("kinds", ())),
        **plain, **days,
    )  # fmt: skip


def half_of(proposal: Proposal) -> str:
    """The proposer's half of the password: neither of the two can sign in with what he alone was shown.

    Made from the proposal and the server's secret whenever it is asked for; kept nowhere.
    """
    told = salted_hmac(
        "orgs.proposals.half", f"{proposal.pk} {proposal.proposed_at.isoformat()}", algorithm="sha256"
    )
    letters = "".join(accounts.LETTERS[byte % len(accounts.LETTERS)] for byte in told.digest()[:8])
    return f"{letters[:4]}-{letters[4:]}"


def shows_half(proposal: Proposal, user: User) -> bool:
    """To the proposer, once it is confirmed, for as long as the password is the temporary one."""
    if not in_halves(proposal) or proposal.state != Proposal.State.CONFIRMED:
        return False
    holder = proposal.subject or User.objects.filter(username=proposal.payload.get("username", "")).first()
    return user.pk == proposal.proposed_user_id and holder is not None and holder.must_change_password


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


def _check_post(proposal: Proposal, at: datetime) -> None:
    given = _post_of(proposal, at)
    if not proposal.organisation.open_on(given["on"]):
        raise Refused(f"{proposal.organisation} không hoạt động vào ngày {given['on']:%d/%m/%Y}.")
    user = proposal.subject
    if user is None:
        return
    if not user.is_active:
        raise Refused(f"Tài khoản của {user} đang bị khóa.")
    _ask_own_password(User.objects.get(pk=user.pk))  # as it stands now: the row is held
    same = Post.objects.on(given["on"]).filter(
        user=user, organisation=proposal.organisation, role=given["role"], unit=given["unit"]
    )
    if same.exists():
        where = given["unit"] or proposal.organisation
        raise Refused(f"{user} đã giữ vai trò này tại {where} trong thời gian đó.")


def _ask_own_password(user: User) -> None:
    """Whoever gave out the temporary password could use the power before its holder does."""
    if user.must_change_password:
        raise Refused(f"{user} chưa đổi mật khẩu tạm. Hãy để người này đăng nhập và đổi mật khẩu trước.")


def _check_new(proposal: Proposal, at: datetime) -> None:
    _check_post(proposal, at)
    username = proposal.payload["username"]
    if User.objects.filter(username=username).exists():
        raise Refused(f"Tên đăng nhập “{username}” đã có người dùng.")


def _facts_of_post(proposal: Proposal, at: datetime) -> dict[str, str]:
    facts = {}
    if proposal.payload["head"]:
        head = head_of(proposal.organisation, at)
        facts["Người đứng đầu hiện nay"] = str(head.user) if head else ""
    if proposal.subject is not None:
        facts |= _facts_of_account(proposal, at) | _way_in(proposal)
    return facts


def _facts_of_account(proposal: Proposal, at: datetime) -> dict[str, str]:
    user = User.objects.get(pk=proposal.subject_id)
    held = Post.objects.on(timezone.localdate(at)).filter(user=user).with_names().order_by("pk")
    return {
        "Họ và tên": str(user),
        "Vị trí đang giữ": "; ".join(f"{post.title}, {post.organisation}" for post in held),
    }


def _way_in(proposal: Proposal) -> dict[str, str]:
    """Whoever alone set the password of an account may have lived in it: his second factor, his link, his session."""
    if not User.objects.get(pk=proposal.subject_id).password_by_one:
        return {}
    return {
        NEW_WAY_IN: "mật khẩu từng do một người tự đặt; khi xác nhận, mật khẩu được đặt lại thành hai nửa cho hai người"
        " trao tận tay, mọi phiên, yếu tố thứ hai và tài khoản liên kết bị bỏ"
    }


def _facts_of_authority(proposal: Proposal, at: datetime) -> dict[str, str]:
    """Everything of the right that the sentence leaves out: who confirms must see how far and how long."""
    said = proposal.payload
    until, basis_on = said.get("valid_to"), said.get("basis_on")
    return (
        _facts_of_account(proposal, at)
        | _way_in(proposal)
        | {
            "Có hiệu lực từ": f"{timezone.localtime(parse_datetime(said['valid_from'])):%H:%M %d/%m/%Y}",
            "Đến": f"{timezone.localtime(parse_datetime(until)):%H:%M %d/%m/%Y}"
            if until
            else "không thời hạn",
            "Loại văn bản": kind_names(said["kinds"]) or "mọi loại văn bản",
            "Phạm vi": said.get("scope") or "không giới hạn",
            "Căn cứ": said.get("basis", "")
            + (f", ngày {date.fromisoformat(basis_on):%d/%m/%Y}" if basis_on else ""),
        }
    )


def _check_account(proposal: Proposal, at: datetime) -> None:
    locked = not proposal.subject.is_active
    if locked and proposal.kind == "reset_password":
        raise Refused(f"Tài khoản của {proposal.subject} đang bị khóa; hãy đề nghị mở khóa.")
    if not locked and proposal.kind == "unlock_account":
        raise Refused(f"Tài khoản của {proposal.subject} đang mở.")


def _add(proposal: Proposal, by: Post, at: datetime) -> str:
    mine = accounts.new_password(2)
    given = _post_of(proposal, at) | {name: proposal.payload[name] for name in ("username", "full_name")}
    accounts.add_user(**given, by=by, at=at, confirmed=proposal, password=f"{half_of(proposal)}-{mine}")
    return mine


def _give(proposal: Proposal, by: Post, at: datetime) -> str:
    accounts.give_post(user=proposal.subject, **_post_of(proposal, at), by=by, at=at, confirmed=proposal)
    return _new_way_in(proposal, by, at)


def _new_way_in(proposal: Proposal, by: Post, at: datetime) -> str:
    """Before a power can be used, nobody but its owner knows the way into the account."""
    if not in_halves(proposal):
        return ""
    mine = accounts.new_password(2)
    whole = f"{half_of(proposal)}-{mine}"
    accounts.reset_password(proposal.subject, by=by, at=at, confirmed=proposal, password=whole)
    if User.objects.get(pk=proposal.subject_id).second_factor:
        factors.reset_factors(proposal.subject, by=by, at=at, confirmed=proposal)
    text = f"{by.user} đã xác nhận: {proposal.text}. Mật khẩu cũ không còn dùng được: {proposal.proposed_user} và {by.user} trao tận tay bạn hai nửa của mật khẩu mới."
    by_mail(proposal.subject, "Mật khẩu được đặt lại", text)
    return mine


def _reset(proposal: Proposal, by: Post, at: datetime) -> str:
    mine = accounts.new_password(2)
    act = {"reset_password": accounts.reset_password, "unlock_account": accounts.unlock}[proposal.kind]
    act(proposal.subject, by=by, at=at, confirmed=proposal, password=f"{half_of(proposal)}-{mine}")
    return mine


def _check_factors(proposal: Proposal, at: datetime) -> None:
    if not User.objects.get(pk=proposal.subject_id).second_factor:
        raise Refused(f"{proposal.subject} không có yếu tố xác thực thứ hai nào.")


def _drop_factors(proposal: Proposal, by: Post, at: datetime) -> str:
    factors.reset_factors(proposal.subject, by=by, at=at, confirmed=proposal)
    return ""


def _authority(proposal: Proposal, at: datetime) -> dict:
    said = proposal.payload
    post = Post.objects.with_names().get(pk=said["post"])
    through = said["through"] and SigningAuthority.objects.with_names().get(pk=said["through"])
    days = {name: parse_datetime(said[name]) for name in ("valid_to",) if said.get(name)}
    if said.get("basis_on"):
        days["basis_on"] = date.fromisoformat(said["basis_on"])
    return {
        "post": post, "capacity": said["capacity"], "through": through or None, "kinds": said["kinds"],
        "valid_from": max(parse_datetime(said["valid_from"]), at), "by": proposal.proposed_by, "at": at,
        **{name: said[name] for name in ("basis", "scope", "own_power") if name in said}, **days,
    }  # fmt: skip


def _check_authority(proposal: Proposal, at: datetime) -> None:
    _ask_own_password(User.objects.get(pk=proposal.subject_id))
    authorities.grantable(**_authority(proposal, at))


def _grant(proposal: Proposal, by: Post, at: datetime) -> str:
    """The right is its proposer's to give: he stands as the grantor."""
    authorities.grant(**_authority(proposal, at), confirmed=proposal)
    return _new_way_in(proposal, by, at)


def _passes_on(post: Post, proposal: Proposal, at: datetime) -> bool:
    """The head of an office passes on his own TL.; `authorities.grantable` asks whether it is his."""
    own = SigningAuthority.objects.at(at).filter(pk=proposal.payload.get("through"), post=post)
    return proposal.payload.get("through") is not None and own.exists()


def register_kinds() -> None:
    """Called once, when the floor is ready."""
    for kind in (
        Kind("add_user", "Thêm tài khoản", "manage_accounts", _check_new, _add, _facts_of_post, halves=True),
        Kind("give_post", "Giao vị trí công tác", "manage_accounts", _check_post, _give, _facts_of_post),
        Kind("reset_password", "Đặt lại mật khẩu", "manage_accounts", _check_account, _reset, _facts_of_account, halves=True),
        Kind("unlock_account", "Mở khóa tài khoản", "manage_accounts", _check_account, _reset, _facts_of_account, halves=True),
        Kind("reset_factors", "Bỏ xác thực thứ hai", "manage_accounts", _check_factors, _drop_factors, _facts_of_account),
        Kind(
            "grant_authority", "Giao thẩm quyền ký", "manage_accounts", _check_authority, _grant, _facts_of_authority,
            leaders=True, also=_passes_on,
        ),
    ):  # fmt: skip
        register(kind)


__all__ = ["by_two", "half_of", "is_powerful", "propose_account", "propose_authority", "propose_post", "propose_user",
           "register_kinds", "shows_half"]  # fmt: skip
