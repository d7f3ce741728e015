"""The named lists of the rail. A box is one query; its count and its page are that query, so they agree."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from documents.access.people import stands_above
from documents.deadlines import soon_until
from documents.memory import memory_of
from documents.models import (
    Asked,
    Assignment,
    Consultation,
    Extension,
    Incoming,
    Order,
    Outgoing,
    ScannedPaper,
    Slip,
    SlipPlace,
    Task,
)
from documents.states import SLIP_UNDER_WAY, TaskState
from orgs.calendar import Calendar
from orgs.models import Business, Post, Role
from ui.once import once


@dataclass(frozen=True)
class Moment:
    today: date
    calendar: Calendar = field(hash=False)

    @property
    def soon(self) -> date:
        return soon_until(self.today, self.calendar)


@dataclass(frozen=True)
class Box:
    name: str
    label: str
    query: Callable[[Post, Moment], QuerySet]
    roles: tuple[str, ...] = ()  # empty: everybody
    tone: str = ""
    hint: str = ""  # what an empty box says
    also: Callable[[Post], bool] | None = None  # others it is there for, whatever their role
    # It waits for somebody: the urgent first, then the oldest. The others, which grow for ever, show the newest first.
    in_turn: bool = False

    @property
    def order(self) -> tuple[str, ...]:
        return ("-urgency", "sorted_at", "pk") if self.in_turn else ("-sorted_at", "-pk")


CLERKS = (Role.CLERK,)
LEADERS = (Role.LEADER, Role.OFFICE_HEAD)
GIVERS = (*LEADERS, Role.UNIT_HEAD)
SIGNING = ("format_checked", "awaiting_signature")
BESIDE_FIRST = "awaiting_secretary"
OVERSEERS = (Role.CLERK, Role.LEADER, Role.OFFICE_HEAD, Role.MONITOR, Role.ASSISTANT)


def _in(**where):
    return lambda post, moment: Incoming.objects.visible_to(post).filter(direction="in", **where)


def _out(**where):
    return lambda post, moment: Outgoing.objects.visible_to(post).filter(direction="out", **where)


def _mine(**where):
    return lambda post, moment: Assignment.objects.of(post).filter(**where)


def _for_direction(post, moment):
    """A leader's own; for the office that looks after them, everybody's."""
    waiting = Incoming.objects.visible_to(post).filter(direction="in", state="awaiting_direction")
    return waiting.filter(holder=post) if post.role == Role.LEADER else waiting


def to_sign(post) -> Q:
    """Whose signature comes next: the signer's, or before his that of who signs at the left."""
    return Q(signer=post, state__in=SIGNING) | Q(secretary_post=post, state=BESIDE_FIRST)


def _to_sign(post, moment=None):
    return Outgoing.objects.visible_to(post).filter(to_sign(post))


@once
def _signs(post):
    """A head of room under authorisation, a deputy a TL. was passed on to; or one whose right ended meanwhile."""
    papers, given = memory_of(post).get("signs", lambda: _papers_and_rights(post))
    # A right begins and ends at its own hour; of the many who were never given one that is not asked.
    return papers or (given and post.signing_authorities.at(timezone.now()).exists())


def _papers_and_rights(post) -> tuple[bool, bool]:
    both = (Exists(_to_sign(post)), Exists(post.signing_authorities.all()))
    return Post.objects.filter(pk=post.pk).values_list(*both).get()


def _to_extend(post, moment):
    """Tasks for which more time was asked of this post; or of somebody who has left, where this post heads the office."""
    if not post.covers(Business.WORK, Business.DIRECTION):
        return Assignment.objects.none()
    asked = _asked_of(post, moment).filter(order=None)
    return Assignment.objects.open().filter(pk__in=asked.values("assignment")).exclude(assignee=post)


def _asked_of(post, moment):
    """Requests for more time that were put to this post, or that it decides since somebody has left."""
    mine = Q(to=post)
    if post.role == Role.OFFICE_HEAD or (post.role == Role.LEADER and post.head):
        left = Q(to__valid_to__lte=moment.today) | Q(to__user__is_active=False)
        mine |= Q(to__organisation=post.organisation_id) & left
    return Extension.objects.filter(mine, state="asked")


def _tasks(**where):
    return lambda post, moment: Task.objects.visible_to(post).filter(**where)


def _reported_to(post, moment):
    """Tasks given to other organisations, of which one or more wait for this post to judge their results."""
    waits = Order.objects.filter(task=OuterRef("pk"), state=Order.State.REPORTED)
    return Task.objects.visible_to(post).open().filter(Exists(waits), by=post)


def _more_time_for(post, moment):
    """Tasks given to other organisations, of which one or more ask this post for a later day."""
    asked = _asked_of(post, moment).filter(order__state__in=Order.UNDER_WAY)
    return Task.objects.visible_to(post).open().filter(pk__in=asked.values("order__task"))


def _given_by(post, moment):
    """One's own records: what another organisation made of it is theirs, though it names the giver too."""
    return Task.objects.visible_to(post).open().filter(by=post)


def _to_give(post, moment):
    """Tasks that nobody leads now, with whoever is to give them."""
    return Task.objects.visible_to(post).filter(holder=post, state=TaskState.WAITING)


def _given(post, moment):
    given = Assignment.objects.filter(by=post).open().exclude(role="info")
    return given if post.covers(Business.WORK, Business.DIRECTION) else given.none()


def _of_the_room(post, moment):
    there = Assignment.objects.filter(
        assignee__unit=post.unit_id, assignee__organisation=post.organisation_id
    )
    return there.open().exclude(assignee__unit=None) if post.covers(Business.WORK) else there.none()


def _slips(*states):
    def own(post, moment):
        mine = Slip.objects.filter(by=post, state__in=states)
        return mine if post.covers(Business.OPINIONS) else mine.none()

    return own


def _of_those_who_left(asking, post, moment):
    """What was asked, or goes round, in the name of those of the office who have left (`access.people.has_left`)."""
    gone = Q(by__valid_to__lte=moment.today) | Q(by__user__is_active=False)
    return (
        asking.filter(gone, by__organisation=post.organisation_id)
        if post.covers(Business.OPINIONS)
        else asking.none()
    )


def _left_questions(post, moment):
    """About a draft, also one that this post does not see: its title is all that is shown of it."""
    within = Q(document__direction="out") | Q(document__in=Incoming.objects.visible_to(post))
    return _of_those_who_left(Consultation.objects.filter(within, state="open"), post, moment)


def _left_slips(post, moment):
    return _of_those_who_left(Slip.objects.filter(state__in=SLIP_UNDER_WAY), post, moment)


def _drafts(*states):
    def own(post, moment):
        mine = Outgoing.objects.filter(drafter=post, state__in=states)
        return mine if post.covers(Business.DRAFTS) else mine.none()

    return own


def _scans(post, moment):
    waiting = ScannedPaper.objects.filter(organisation=post.organisation_id, state="waiting")
    return waiting if post.covers(Business.RECEPTION) else waiting.none()


INCOMING = [
    Box("reception", "Chờ tiếp nhận", _in(state="awaiting_reception"), CLERKS, "info", "Không có văn bản nào chờ tiếp nhận.", in_turn=True),
    Box("recall", "Yêu cầu thu hồi", _in(change_requests__answer="", change_requests__kind__in=["recall", "take_back"]), CLERKS, "warn", "Không có yêu cầu thu hồi nào.", in_turn=True),
    Box("update", "Nơi gửi yêu cầu cập nhật", _in(change_requests__answer="", change_requests__kind="update"), CLERKS, "warn", "Không có yêu cầu cập nhật nào.", in_turn=True),
    Box("registered", "Chờ trình", _in(state="registered"), (Role.CLERK, Role.OFFICE_HEAD), "info", "Mọi văn bản đã vào sổ đều đã trình.", in_turn=True),
    Box("direction", "Chờ cho ý kiến", _for_direction, OVERSEERS, "info", "Không có văn bản nào chờ ý kiến chỉ đạo.", in_turn=True),
    Box("handling", "Đang xử lý", _in(state__in=["assigned", "processing"]), (), "", "Không có văn bản nào đang xử lý."),
    Box("soon", "Sắp đến hạn", lambda post, moment: Incoming.objects.visible_to(post).filter(direction="in").due_soon(moment.today, moment.soon), (), "soon", "Không có văn bản nào sắp đến hạn."),
    Box("overdue", "Quá hạn", lambda post, moment: Incoming.objects.visible_to(post).filter(direction="in").overdue(moment.today), (), "overdue", "Không có văn bản nào quá hạn."),
    Box("completed", "Đã hoàn thành", _in(state="completed"), (), "", "Chưa có văn bản nào hoàn thành."),
    Box("rejected", "Đã trả lại", _in(state="rejected"), CLERKS, "", "Chưa trả lại văn bản nào."),
    Box("recalled", "Đã thu hồi", _in(state="recalled"), CLERKS, "", "Chưa có văn bản nào bị thu hồi."),
    Box("all", "Tất cả", _in(), (), "", "Chưa có văn bản đến nào."),
]  # fmt: skip
OUTGOING = [
    Box("returned", "Bị trả lại", _drafts("returned"), (), "warn", "Không có dự thảo nào bị trả lại."),
    Box("drafts", "Dự thảo của tôi", _drafts("draft"), (), "", "Chưa có dự thảo nào."),
    Box("content", "Chờ kiểm tra nội dung", lambda post, moment: Outgoing.objects.visible_to(post).filter(holder=post, state="in_review"), (Role.UNIT_HEAD, Role.OFFICE_HEAD, Role.LEADER), "info", "Không có dự thảo nào chờ kiểm tra nội dung.", in_turn=True),
    Box("format", "Chờ kiểm tra thể thức", _out(state="content_checked"), (Role.CLERK, Role.OFFICE_HEAD), "info", "Không có dự thảo nào chờ kiểm tra thể thức.", in_turn=True),
    Box("signature", "Chờ ký", _to_sign, LEADERS, "info", "Không có văn bản nào chờ ký.", _signs, in_turn=True),
    Box("number", "Chờ cấp số", _out(state="signed"), CLERKS, "info", "Không có văn bản nào chờ cấp số.", in_turn=True),
    Box("seal", "Chờ đóng dấu", _out(state="numbered"), CLERKS, "info", "Không có văn bản nào chờ đóng dấu.", in_turn=True),
    Box("issue", "Chờ phát hành", _out(state="sealed"), CLERKS, "info", "Không có văn bản nào chờ phát hành.", in_turn=True),
    Box("under_way", "Đang trình duyệt", _out(state__in=["in_review", "content_checked", "format_checked", "awaiting_secretary", "awaiting_signature", "signed"]), (), "", "Không có dự thảo nào đang trình."),
    Box("issued", "Đã phát hành", _out(state="issued"), (), "", "Chưa phát hành văn bản nào."),
    Box("revoked", "Đã thu hồi", _out(state="revoked"), (), "", "Chưa thu hồi văn bản nào."),
    Box("all", "Tất cả", _out(), (), "", "Chưa có văn bản đi nào."),
]  # fmt: skip
WORK = [
    Box("new", "Việc mới", _mine(state="new", role__in=["lead", "support"]), (), "info", "Không có việc mới."),
    Box("told", "Để biết", _mine(state="new", role="info"), (), "", "Không có văn bản nào chờ bạn xem."),
    Box("doing", "Đang làm", _mine(state__in=["in_progress", "forwarded", "reported"], role__in=["lead", "support"]), (), "", "Không có việc đang làm."),
    Box("soon", "Sắp đến hạn", lambda post, moment: Assignment.objects.of(post).due_soon(moment.today, moment.soon), (), "soon", "Không có việc nào sắp đến hạn."),
    Box("overdue", "Quá hạn", lambda post, moment: Assignment.objects.of(post).overdue(moment.today), (), "overdue", "Không có việc nào quá hạn."),
    Box("extension", "Xin gia hạn chờ duyệt", _to_extend, GIVERS, "warn", "Không ai đang xin gia hạn."),
    Box("given", "Đã giao", _given, GIVERS, "", "Mọi việc đã giao đều xong."),
    Box("unit", "Của phòng", _of_the_room, (Role.UNIT_HEAD,), "", "Phòng không còn việc nào."),
    Box("done", "Đã xong", _mine(state="done", role__in=["lead", "support"]), (), "", "Chưa có việc nào xong."),
]  # fmt: skip
TASK = [
    Box("arrived", "Chờ tiếp nhận", _tasks(state=TaskState.ARRIVED), (Role.CLERK, Role.OFFICE_HEAD), "info", "Không có nhiệm vụ nào chờ tiếp nhận."),
    Box("reported", "Kết quả chờ tôi duyệt", _reported_to, LEADERS, "warn", "Không cơ quan nào chờ bạn duyệt kết quả."),
    Box("extension", "Cơ quan xin gia hạn", _more_time_for, LEADERS, "warn", "Không cơ quan nào đang xin gia hạn."),
    Box("waiting", "Chờ tôi giao", _to_give, GIVERS, "warn", "Không có nhiệm vụ nào chờ giao."),
    Box("given", "Tôi giao, chưa xong", _given_by, GIVERS, "", "Bạn không có nhiệm vụ nào đã giao mà chưa xong."),
    Box("under_way", "Đang thực hiện", _tasks(state__in=TaskState.OPEN), (), "", "Không có nhiệm vụ nào đang thực hiện."),
    Box("overdue", "Quá hạn", lambda post, moment: Task.objects.visible_to(post).overdue(moment.today), (), "overdue", "Không có nhiệm vụ nào quá hạn."),
    Box("completed", "Đã hoàn thành", _tasks(state=TaskState.COMPLETED), (), "", "Chưa có nhiệm vụ nào hoàn thành."),
    Box("all", "Tất cả", _tasks(), (), "", "Chưa có nhiệm vụ nào."),
]  # fmt: skip
CONSULTATION = [
    Box("asked", "Chờ tôi cho ý kiến", lambda post, moment: Asked.objects.of(post).filter(state="waiting"), (), "info", "Không ai đang chờ bạn cho ý kiến."),
    Box("asking", "Tôi đang xin ý kiến", lambda post, moment: Consultation.objects.asked_by(post).filter(state="open"), (), "", "Bạn không chờ ý kiến của ai."),
    Box("answered", "Tôi đã cho ý kiến", lambda post, moment: Asked.objects.of(post).filter(state="answered"), (), "", "Bạn chưa cho ý kiến lần nào."),
    Box("left", "Người hỏi đã nghỉ", _left_questions, (Role.OFFICE_HEAD,), "warn", "Không có lần lấy ý kiến nào của người đã nghỉ.", stands_above),
    Box("ended", "Đã kết thúc", lambda post, moment: Consultation.objects.asked_by(post).filter(state="closed"), (), "", "Bạn chưa kết thúc lần lấy ý kiến nào."),
]  # fmt: skip
SLIP = [
    Box("waiting", "Phiếu trình chờ tôi", lambda post, moment: SlipPlace.objects.of(post).filter(state="waiting"), (), "info", "Không có phiếu trình nào chờ bạn cho ý kiến."),
    Box("back", "Phiếu cần trình lại", _slips("returned", "changed"), (), "warn", "Không có phiếu trình nào của bạn bị trả lại."),
    Box("round", "Phiếu đang trình", _slips("open"), (), "", "Bạn không có phiếu trình nào đang trình."),
    Box("answered", "Tôi đã cho ý kiến", lambda post, moment: SlipPlace.objects.of(post).filter(answered_at__isnull=False).exclude(state__in=["replaced", "taken_back"]), (), "", "Bạn chưa cho ý kiến về phiếu trình nào."),
    Box("left", "Người trình đã nghỉ", _left_slips, (Role.OFFICE_HEAD,), "warn", "Không có phiếu trình nào của người đã nghỉ.", stands_above),
    Box("ended", "Phiếu đã kết thúc", _slips("approved", "taken_back"), (), "", "Chưa có phiếu trình nào của bạn kết thúc."),
]  # fmt: skip
SCAN = [
    Box("waiting", "Bản quét chờ vào sổ", _scans, CLERKS, "info", "Không có bản quét nào chờ vào sổ."),
]  # fmt: skip
SECTIONS = {
    "incoming": INCOMING,
    "outgoing": OUTGOING,
    "work": WORK,
    "task": TASK,
    "consultation": CONSULTATION,
    "slip": SLIP,
    "scan": SCAN,
}


def boxes_for(post: Post, section: str) -> list[Box]:
    return [box for box in SECTIONS[section] if _is_for(box, post)]


def _is_for(box: Box, post: Post) -> bool:
    return not box.roles or post.role in box.roles or (box.also is not None and box.also(post))


def box_for(post: Post, section: str, name: str) -> Box | None:
    return next((box for box in boxes_for(post, section) if box.name == name), None)
