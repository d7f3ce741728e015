"""Acts that go by two, done by two in a test: one proposes, another confirms."""

from django.utils import timezone

from documents.models import Event
from orgs.actions import proposals
from orgs.actions.powers import propose_authority, propose_post
from orgs.models import Post, Proposal, Role, SigningAuthority, User
from orgs.proposals import called_on
from tests.documents.desks import at_desk

USERS = "/quan-tri/nguoi-dung/"
LIST = "/quan-tri/de-nghi/"


def latest() -> Proposal:
    return Proposal.objects.with_names().latest("pk")


def confirmed(by, proposal: Proposal | None = None) -> str:
    """What was proposed last, or this; gives back what the confirming person is shown."""
    return proposals.confirm(proposal or latest(), by=by, at=timezone.now())


def granted(*, at, **given) -> SigningAuthority:
    """A right to sign, asked for by one and confirmed by whoever is called on; by a second operator if need be."""
    made = propose_authority(at=at, **given)
    proposals.confirm(made, by=next(iter(called_on(made, at)), None) or second_operator(made), at=at)
    return SigningAuthority.objects.with_names().latest("pk")


def second_operator(proposal: Proposal) -> Post:
    user = User.objects.create(username=f"hai{proposal.pk}", full_name="Quản Trị Hai")
    return Post.objects.create(
        user=user, organisation=proposal.proposed_by.organisation, role=Role.SYS_ADMIN, title="Quản trị hệ thống",
        valid_from="2020-01-01",
    )  # fmt: skip


def fields(role="clerk", title="Văn thư", **more):
    return {"role": role, "title": title, "on": timezone.localdate(), **more}


def chain(organisation) -> list[str]:
    return list(Event.objects.filter(organisation=organisation).order_by("pk").values_list("kind", flat=True))


def clerkship(office, by, user=None, organisation=None):
    return propose_post(
        user=user or office.minh.user, organisation=organisation or office.home_affairs, role="clerk",
        title="Văn thư", on=timezone.localdate(), by=by, at=timezone.now(),
    )  # fmt: skip


def press(post, proposal, act="xac-nhan", **sent):
    return at_desk(post).post(f"{LIST}{proposal.pk}/{act}/", sent)
