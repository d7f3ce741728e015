"""The way into an account that gets a power: a password in two halves, known to nobody but its owner."""

from datetime import datetime

from django.utils import timezone
from django.utils.crypto import salted_hmac

from orgs.actions import accounts, factors
from orgs.actions.notices import by_mail
from orgs.actions.refused import Refused
from orgs.models import Post, Proposal, User
from orgs.proposals import NEW_WAY_IN, in_halves


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


def ask_own_password(user: User) -> None:
    """Whoever gave out the temporary password could use the power before its holder does."""
    if user.must_change_password:
        raise Refused(f"{user} chưa đổi mật khẩu tạm. Hãy để người này đăng nhập và đổi mật khẩu trước.")


def facts_of_account(proposal: Proposal, at: datetime) -> dict[str, str]:
    user = User.objects.get(pk=proposal.subject_id)
    held = Post.objects.on(timezone.localdate(at)).filter(user=user).with_names().order_by("pk")
    return {
        "Họ và tên": str(user),
        "Vị trí đang giữ": "; ".join(f"{post.title}, {post.organisation}" for post in held),
    }


def way_in(proposal: Proposal) -> dict[str, str]:
    """Whoever alone set the password of an account may have lived in it: his second factor, his link, his session."""
    if not User.objects.get(pk=proposal.subject_id).password_by_one:
        return {}
    return {
        NEW_WAY_IN: "mật khẩu từng do một người tự đặt; khi xác nhận, mật khẩu được đặt lại thành hai nửa cho hai người"
        " trao tận tay, mọi phiên, yếu tố thứ hai và tài khoản liên kết bị bỏ"
    }


def new_way_in(proposal: Proposal, by: Post, at: datetime) -> str:
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
