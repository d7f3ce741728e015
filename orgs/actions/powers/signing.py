"""Rights to sign, given or passed on."""

from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from orgs.actions import authorities
from orgs.actions.powers.way_in import ask_own_password, facts_of_account, new_way_in, way_in
from orgs.actions.proposals import propose
from orgs.authority import capacity_words
from orgs.kinds import kind_names
from orgs.models import Post, Proposal, SigningAuthority, User


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


def facts_of_authority(proposal: Proposal, at: datetime) -> dict[str, str]:
    """Everything of the right that the sentence leaves out: who confirms must see how far and how long."""
    said = proposal.payload
    until, basis_on = said.get("valid_to"), said.get("basis_on")
    return (
        facts_of_account(proposal, at)
        | way_in(proposal)
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


def check_authority(proposal: Proposal, at: datetime) -> None:
    ask_own_password(User.objects.get(pk=proposal.subject_id))
    authorities.grantable(**_authority(proposal, at))


def grant(proposal: Proposal, by: Post, at: datetime) -> str:
    """The right is its proposer's to give: he stands as the grantor."""
    authorities.grant(**_authority(proposal, at), confirmed=proposal)
    return new_way_in(proposal, by, at)


def passes_on(post: Post, proposal: Proposal, at: datetime) -> bool:
    """The head of an office passes on his own TL.; `authorities.grantable` asks whether it is his."""
    own = SigningAuthority.objects.at(at).filter(pk=proposal.payload.get("through"), post=post)
    return proposal.payload.get("through") is not None and own.exists()
