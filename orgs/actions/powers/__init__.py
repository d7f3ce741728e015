"""The powers of this floor that go by two: each checked when proposed, and again when confirmed."""

from orgs.actions.powers import accounts, posts, signing
from orgs.actions.powers.accounts import propose_account
from orgs.actions.powers.posts import propose_post, propose_user
from orgs.actions.powers.signing import propose_authority
from orgs.actions.powers.way_in import facts_of_account, half_of, shows_half
from orgs.proposals import Kind, register


def register_kinds() -> None:
    """Called once, when the floor is ready."""
    for kind in (
        Kind("add_user", "Thêm tài khoản", "manage_accounts", posts.check_new, posts.add, posts.facts_of_post, halves=True),
        Kind("give_post", "Giao vị trí công tác", "manage_accounts", posts.check_post, posts.give, posts.facts_of_post),
        Kind("reset_password", "Đặt lại mật khẩu", "manage_accounts", accounts.check_account, accounts.reset, facts_of_account, halves=True),
        Kind("unlock_account", "Mở khóa tài khoản", "manage_accounts", accounts.check_account, accounts.reset, facts_of_account, halves=True),
        Kind("reset_factors", "Bỏ xác thực thứ hai", "manage_accounts", accounts.check_factors, accounts.drop_factors, facts_of_account),
        Kind(
            "grant_authority", "Giao thẩm quyền ký", "manage_accounts", signing.check_authority, signing.grant, signing.facts_of_authority,
            leaders=True, also=signing.passes_on,
        ),
    ):  # fmt: skip
        register(kind)


__all__ = [
    "half_of",
    "propose_account",
    "propose_authority",
    "propose_post",
    "propose_user",
    "register_kinds",
    "shows_half",
]
