"""Which posts a person may act as, and what a post may do on this floor. Decided here and nowhere else."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import F, FilteredRelation, Q, QuerySet
from django.http import Http404
from django.utils import timezone

from orgs.models import (
    Assistant,
    Delegation,
    Organisation,
    Post,
    Role,
    SigningAuthority,
    SupportRequest,
    User,
)
from ui.once import once
from ui.ready import Ready
from ui.text import fold

RIGHTS = {
    "manage_registry": frozenset({Role.SYS_ADMIN}),
    "manage_accounts": frozenset({Role.SYS_ADMIN, Role.ORG_ADMIN}),
    "manage_certificates": frozenset({Role.SYS_ADMIN, Role.ORG_ADMIN}),
    "manage_seal": frozenset({Role.SYS_ADMIN, Role.ORG_ADMIN, Role.CLERK}),
    "set_office_rules": frozenset({Role.LEADER, Role.OFFICE_HEAD, Role.ORG_ADMIN}),
}
WITH_FACTOR = frozenset({Role.LEADER, Role.CLERK, Role.ORG_ADMIN, Role.SYS_ADMIN})
HEADS = frozenset({Role.UNIT_HEAD, Role.OFFICE_HEAD})  # where they have an authority to sign
# A post that signs, seals, leads, clerks or administers is given by two (orgs.actions.proposals). The head of a room
# signs nothing by his post: what he may sign (TL., TUQ.; decree 30 art. 13.3, 13.4) is granted, and that goes by two.
# So is one that reads every paper of the office: an administrator would read them by giving it to himself.
POWERFUL = frozenset(
    {Role.LEADER, Role.OFFICE_HEAD, Role.CLERK, Role.UNIT_CLERK, Role.ORG_ADMIN, Role.SYS_ADMIN}
    | {Role.ASSISTANT, Role.MONITOR}
)
LATELY = timedelta(days=30)  # who held a power until then is not yet an ordinary account


def posts_of(user: User, day: date) -> list[Post]:
    """Own posts first (by seniority of the office), then delegated ones, each marked with the operator.

    Who has left an organisation has left its inboxes too, however long they were delegated for.
    """
    posts = _HELD.objects(user.pk, day)
    own = {post.organisation_id for post in posts if post.user_id == user.pk}
    posts = [post for post in posts if post.organisation_id in own]
    for post in posts:
        post.lent_kinds = tuple(post.lent_kinds or ())
    ordered = sorted(posts, key=lambda post: (post.user_id != user.pk, post.organisation.level, post.pk))
    return [post.used_by(user) for post in ordered]


def _held(user: int, day: date) -> QuerySet:
    # A set of keys from two indexes: every page asks, and joined or chosen by OR it would read all posts there are.
    lent = Delegation.objects.filter(to=user, valid_from__lte=day, valid_to__gte=day, cancelled_at=None)
    keys = Post.objects.filter(user=user).values("pk").union(lent.values("post"))
    running = Q(
        delegations__to=user, delegations__valid_from__lte=day, delegations__valid_to__gte=day,
        delegations__cancelled_at=None,
    )  # fmt: skip
    by_which = FilteredRelation("delegations", condition=running)  # at most one at a time
    found = Post.objects.on(day).filter(pk__in=keys).annotate(lent=by_which)
    return found.annotate(
        lending=F("lent__pk"), lent_kinds=F("lent__kinds"), lent_until=F("lent__valid_to")
    ).with_names()


_HELD = Ready(_held)


def still_lent(post: Post, at: datetime) -> bool:
    """Whether an inbox in other hands is so at this very second: the page was opened before."""
    if post.lending is None:
        return True
    day = timezone.localdate(at)
    running = Delegation.objects.filter(pk=post.lending, valid_from__lte=day, valid_to__gte=day)
    return running.filter(cancelled_at=None).exists()


def in_the_same_hands(post: Post, user: User, at: datetime) -> Post | None:
    """The post as whoever asked for something holds it when that is done, later and without him: his own, or lent to him
    at that second and for that kind of business. None: it was taken back, or its time ran out."""
    if user.pk == post.user_id:
        return post.used_by(user)
    day = timezone.localdate(at)
    running = Delegation.objects.filter(
        post=post, to=user, valid_from__lte=day, valid_to__gte=day, cancelled_at=None
    ).first()
    if running is None:
        return None
    post.lending, post.lent_kinds, post.lent_until = running.pk, tuple(running.kinds), running.valid_to
    return post.used_by(user)


@once
def assisted_by(post: Post, day: date) -> dict[int, str]:
    """Whom this post prepares directions for, by the key of the leader's post: the name. An assistant in person alone."""
    if post.role != Role.ASSISTANT or not post.in_person:
        return {}
    named = Assistant.objects.on(day).filter(post=post)
    return dict(named.values_list("leader", "leader__user__full_name"))


def assists(post: Post, leader: int | None, at: datetime) -> bool:
    """At that second."""
    return leader is not None and leader in assisted_by(post, timezone.localdate(at))


def may_name_assistants(post: Post | None) -> bool:
    """Whoever papers are presented to, in person."""
    return post is not None and post.in_person and post.role in (Role.LEADER, Role.OFFICE_HEAD)


def must_have_factor(user: User, posts: list[Post], at: datetime) -> str:
    """Whether a post of one's own asks for a second factor: "now", "soon" (from the date of the setting), or "".

    Who signs, seals, keeps the numbers or administers (decree 85/2016, level 3; ASVS 5, 6.3.3).
    """
    if settings.SECOND_FACTOR_FROM is None or not holds_power(user, posts, at):
        return ""
    return "now" if timezone.localdate(at) >= settings.SECOND_FACTOR_FROM else "soon"


def holds_power(user: User, posts: list[Post], at: datetime) -> bool:
    """Signs, seals, keeps the numbers or administers, by a post of one's own."""
    own = [post for post in posts if post.user_id == user.pk]
    may_sign = [post.pk for post in own if post.role in HEADS or fold(post.title).startswith("pho ")]
    if any(post.role in WITH_FACTOR for post in own):
        return True
    return bool(may_sign) and SigningAuthority.objects.at(at).filter(post__in=may_sign).exists()


def may(post: Post | None, right: str, organisation: Organisation | None = None) -> bool:
    """Whether the post has the right, over that organisation if one is named.

    Rights of administration are personal: a delegated inbox does not carry them.
    """
    if post is None or not post.in_person or post.role not in RIGHTS[right]:
        return False
    return post.role == Role.SYS_ADMIN or organisation is None or organisation.pk == post.organisation_id


def require(post: Post | None, right: str, organisation: Organisation | None = None) -> None:
    """What one may not do does not exist for one: 404."""
    if not may(post, right, organisation):
        raise Http404


def may_grant(post: Post | None, organisation: Organisation, at: datetime) -> bool:
    """Who gives and ends the right to sign for a body: whoever leads it at that second, and who keeps its accounts."""
    if post is None or not post.in_person:
        return False
    if may(post, "manage_accounts", organisation):
        return True
    return Post.objects.filter(leads(at), pk=post.pk, organisation=organisation).exists()


def leads(at: datetime) -> Q:
    """Posts that lead their organisation at that second: its head, or who acts as head."""
    heads = SigningAuthority.objects.at(at).filter(capacity__in=("head", "TM", "Q"))
    return Q(pk__in=heads.filter(organisation=F("post__organisation")).values("post"))


def administers(post: Post | None) -> bool:
    """Who reads an organisation's proposals, emergencies and log: whoever keeps its accounts, and its head."""
    return post is not None and post.in_person and (may(post, "manage_accounts") or post.head)


def by_two(role: str, *, head: bool) -> bool:
    return head or role in POWERFUL


def is_powerful(user: User, at: datetime) -> bool:
    """Somebody who signs, seals, leads, clerks, administers or reads all, now, from a day to come or until lately: whose
    account goes by two. Else one person would end the post, take the account, and have the post given back.

    Also whoever looks after such a post's inbox, for as long: it carries no signature, but everything is read there."""
    day = timezone.localdate(at) - LATELY
    posts = Post.objects.filter(Q(valid_to__gt=day) | Q(valid_to=None), user=user)
    if posts.filter(Q(role__in=POWERFUL) | Q(head=True)).exists():
        return True
    if SigningAuthority.objects.current(at).filter(post__user=user).exists():
        return True
    lent = Delegation.objects.filter(to=user, cancelled_at=None, valid_to__gte=timezone.localdate(at))
    return lent.filter(Q(post__role__in=POWERFUL) | Q(post__head=True)).exists()


def home_of(user: User, at: datetime) -> Organisation | None:
    """The organisation in whose chain an act on the account stands: where its weightiest post is, or last was."""
    day = timezone.localdate(at)
    posts = sorted(
        user.posts.with_names(),
        key=lambda post: (
            post.valid_to is not None and post.valid_to <= day, not by_two(post.role, head=post.head), post.pk
        ),
    )  # fmt: skip
    return posts[0].organisation if posts else None


def may_end_authority(post: Post | None, authority: SigningAuthority, at: datetime) -> bool:
    """Whoever may grant it; and whoever passed it on, what was passed on."""
    passed_on = authority.through is not None and post is not None and authority.through.post_id == post.pk
    return may_grant(post, authority.organisation, at) or (passed_on and post.in_person)


def roles_to_give(post: Post) -> list[Role]:
    """An administrator of one organisation cannot make himself operator of the whole."""
    return [role for role in Role if role != Role.SYS_ADMIN or post.role == Role.SYS_ADMIN]


def may_end(by: Post | None, post: Post) -> bool:
    """The operator's post is beyond an organisation's administrator, even where they share the organisation."""
    return may(by, "manage_accounts", post.organisation) and (
        post.role != Role.SYS_ADMIN or by.role == Role.SYS_ADMIN
    )


def may_look_as(by: Post | None, post: Post, day: date) -> bool:
    """Whether an administrator may look as the holder of `post` (orgs.looking): somebody of his scope who works there on that
    day; never as an operator, and never as himself."""
    if not may(by, "manage_accounts", post.organisation) or by.user_id == post.user_id:
        return False
    held = Post.objects.on(day).filter(user=post.user_id)
    return post.user.is_active and post in held and not held.filter(role=Role.SYS_ADMIN).exists()


def answers_support(post: Post | None, asked: SupportRequest) -> bool:
    """The administrators of the office of whoever asked; where it has none, the operators."""
    if not may(post, "manage_accounts"):
        return False
    if post.role == Role.SYS_ADMIN:
        return asked.to_operators
    return not asked.to_operators and asked.organisation_id == post.organisation_id


def accounts_for(post: Post, day: date) -> QuerySet[User]:
    """The accounts an administrator sees: all, or those with a post in the own organisation on that day."""
    if post.role == Role.SYS_ADMIN:
        return User.objects.all()
    return User.objects.filter(
        posts__in=Post.objects.on(day).filter(organisation=post.organisation)
    ).distinct()


def holds_elsewhere(post: Post, user: User, day: date) -> list[Post]:
    """Posts that put an account beyond this administrator: who sets its password could act as any of them."""
    if post.role == Role.SYS_ADMIN:
        return []
    beyond = ~Q(organisation=post.organisation) | Q(role=Role.SYS_ADMIN)
    return list(Post.objects.on(day).filter(beyond, user=user).with_names())
