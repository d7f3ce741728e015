"""Who is given work: a person, or a room, whose head then gets it and hands it on."""

from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError

from documents.models import Assignment, Document, Incoming, Outgoing, Task
from documents.models.incoming import SIGHT as OF_INCOMING
from documents.models.outgoing import SIGHT as OF_OUTGOING
from orgs.models import Post, Role, Unit

LEAD, SUPPORT, INFO = Assignment.Role.LEAD, Assignment.Role.SUPPORT, Assignment.Role.INFO
CANNOT_HANDLE = (Role.SYS_ADMIN, Role.ORG_ADMIN)
HEADS_A_ROOM = (Role.UNIT_HEAD, Role.OFFICE_HEAD)


@dataclass(frozen=True)
class Receiver:
    """One line of a direction: in what role, whose hands, and the room when it was given to the room."""

    role: str
    post: Post
    unit: Unit | None = None

    def __str__(self):
        return in_words(self.post, self.unit)

    @property
    def key(self) -> tuple[str, int]:
        return self.role, self.post.pk


def receivers(
    lead: Post | Unit | None, support: list[Post | Unit], info: list[Post | Unit], *, by: Post, today: date,
    matter: Incoming | Task | None = None,
) -> list[Receiver]:  # fmt: skip
    """Those chosen, rooms in the hands of their heads. `matter`: what they are given, where there is something already.

    Raises ValidationError: nobody is chosen, somebody is twice, handles nothing here or may not see it, a room has no head.
    """
    chosen = [(LEAD, lead)] if lead else []
    chosen += [(SUPPORT, one) for one in support] + [(INFO, one) for one in info]
    if not chosen:
        raise ValidationError("Hãy chọn ít nhất một người nhận.")
    found = [_receiver(role, one, today) for role, one in chosen]
    if len({one.post.pk for one in found}) != len(found):
        raise ValidationError("Mỗi người chỉ nhận một vai trò: chủ trì, phối hợp hoặc để biết.")
    for one in found:
        if one.post.organisation_id != by.organisation_id or one.post.role in CANNOT_HANDLE:
            raise ValidationError(f"{one.post.user} không nhận xử lý văn bản trong cơ quan này.")
        check_not_hidden(one.post, matter)
    return found


def check_not_hidden(post: Post, matter: Document | Task | None) -> None:
    """An assistant sees nothing on which a mark of secrecy was seen, nor what answers it, so is neither given it nor asked
    about it."""
    hidden = isinstance(matter, Incoming) and OF_INCOMING.hides(post, matter)
    if hidden or (isinstance(matter, Outgoing) and OF_OUTGOING.hides(post, matter)):
        which = "văn bản" if hidden else "dự thảo trả lời văn bản"
        raise ValidationError(
            f"{post.user} là {post.get_role_display().lower()}, không được xem {which} có dấu hiệu độ mật."
            " Hãy chọn người khác."
        )


def directed_to(
    lead: Post | Unit | None, support: list[Post | Unit], info: list[Post | Unit], *, by: Post, today: date,
    matter: Incoming | Task | None = None,
) -> list[Receiver]:  # fmt: skip
    """As `receivers`, of a leader's direction: who supports needs somebody who leads."""
    if support and lead is None:
        raise ValidationError("Đã có người phối hợp thì phải có một người chủ trì.")
    return receivers(lead, support, info, by=by, today=today, matter=matter)


def head_of(unit: Unit, today: date) -> Post | None:
    """Who gets what is given to the room."""
    heads = Post.objects.on(today).filter(unit=unit, role__in=HEADS_A_ROOM)
    return heads.with_names().order_by("-head", "pk").first()


def in_person(one: Post | Unit, today: date, *, to: str) -> tuple[Post, Unit | None]:
    """Whoever acts when `one` was chosen, and the room when it was one. Raises ValidationError where it has no head."""
    if isinstance(one, Post):
        return one, None
    head = head_of(one, today)
    if head is None:
        raise ValidationError(f"{one} chưa có trưởng phòng để {to}. Hãy chọn một người trong phòng.")
    return head, one


def in_words(post: Post, unit: Unit | None) -> str:
    return f"{unit} ({post.user})" if unit else str(post.user)


def name_of(one: Post | Unit) -> str:
    """As the giver chose: the room, or the person."""
    return str(one.user) if isinstance(one, Post) else str(one)


def _receiver(role: str, one: Post | Unit, today: date) -> Receiver:
    return Receiver(role, *in_person(one, today, to="nhận việc"))


def who(text: str, people: list[Receiver], due_on: date | None) -> dict:
    """The direction as its event tells it."""
    named = {role: [str(one) for one in people if one.role == role] for role in (LEAD, SUPPORT, INFO)}
    return {
        "text": text,
        "lead": "".join(named[LEAD]),
        "support": named[SUPPORT],
        "info": named[INFO],
        "due_on": due_on.isoformat() if due_on else "",
    }
