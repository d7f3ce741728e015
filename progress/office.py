"""The notices of an office's ordinary day: work, papers presented, drafts, slips, the gate."""

from collections.abc import Iterator

from django.utils import timezone

from documents.models import Assignment, Event, Incoming, Outgoing, Slip
from orgs.models import Business, Post
from orgs.models.notice import ACCOUNT, WORK
from progress.kinds import CLERKS, Kind, Told, declare


def _given(event: Event) -> Iterator[Told]:
    """The tasks that this very act made: they carry its moment, and its parent."""
    about = {"task": event.task_id} if event.task_id else {"incoming": event.document_id}
    tasks = Assignment.objects.filter(**about, created_at=event.at, parent=event.payload.get("task"))
    for task in tasks:
        due = f", hạn {task.due_on:%d/%m/%Y}" if task.due_on else ""
        role = task.get_role_display().lower()
        yield Told(task.assignee_id, f"{event.user} giao bạn {role}{due}.")


def _to_next(sentence: str):
    def tells(event: Event) -> Iterator[Told]:
        if post := event.payload.get("to_post"):
            yield Told(post, f"{event.user} {sentence}.")

    return tells


def _to_clerks(sentence: str):
    def tells(event: Event) -> Iterator[Told]:
        yield Told(CLERKS, sentence)

    return tells


def _given_back(event: Event) -> Iterator[Told]:
    if event.kind == "hand_back":
        yield Told(CLERKS, f"{event.user} chuyển lại văn thư, chưa cho ý kiến.")
        return
    task = Assignment.objects.filter(pk=event.payload.get("task")).first()
    if task:
        yield Told(task.by_id, f"{event.user} chuyển lại việc bạn đã giao.")


def _approved(event: Event) -> Iterator[Told]:
    task = Assignment.objects.filter(pk=event.payload.get("task")).first()
    if task:
        yield Told(task.assignee_id, f"{event.user or event.payload['note']} duyệt kết quả của bạn.")


_DRAFT = {
    "revise": "sửa dự thảo của bạn khi kiểm tra nội dung; có bản mới",
    "send_back": "trả lại dự thảo của bạn",
    "refuse_number": "từ chối cấp số, dự thảo của bạn bị trả lại",
    "void_number": "hủy số đã cấp, dự thảo của bạn bị trả lại",
    "sign": "đã ký dự thảo của bạn",
    "issue": "đã phát hành văn bản bạn soạn",
    "revoke": "đã thu hồi văn bản bạn soạn",
}


def _of_my_draft(event: Event) -> Iterator[Told]:
    if drafter := _drafter(event):
        yield Told(drafter, f"{event.user} {_DRAFT[event.kind]}.")


def _remarked(event: Event) -> Iterator[Told]:
    if (drafter := _drafter(event)) and drafter != event.post_id:
        yield Told(drafter, f"{event.user} góp ý dự thảo của bạn.")


_ANSWERED = {
    "accept_remark": "đã sửa dự thảo theo góp ý của bạn",
    "refuse_remark": "không sửa theo góp ý của bạn",
}


def _remark_answered(event: Event) -> Iterator[Told]:
    if event.payload["by"] != event.post_id:
        yield Told(event.payload["by"], f"{event.user} {_ANSWERED[event.kind]}.")


def _drafter(event: Event) -> int | None:
    return Outgoing.objects.filter(pk=event.document_id).values_list("drafter", flat=True).first()


def _arrived(event: Event) -> Iterator[Told]:
    if event.post_id is None:  # what a clerk took out of an envelope he has in his hand
        yield Told(CLERKS, "Có văn bản mới đến, chờ tiếp nhận.")


_ASKED = {
    "ask_back": "Nơi gửi yêu cầu thu hồi văn bản.",
    "ask_change": "Nơi gửi yêu cầu cập nhật văn bản.",
    "urged": "Nơi gửi đôn đốc xử lý văn bản.",
}


def _asked(event: Event) -> Iterator[Told]:
    """The gate, and whoever has the work in hand."""
    yield Told(CLERKS, _ASKED[event.kind])
    yield from (Told(post, _ASKED[event.kind]) for post in _hands(event))


def _refused(event: Event) -> Iterator[Told]:
    if event.payload.get("code") == "02":
        text = f"{event.payload.get('recipient', 'Nơi nhận')} từ chối tiếp nhận văn bản."
        yield Told(CLERKS, text)
        if drafter := _drafter(event):
            yield Told(drafter, text)


def _changed(event: Event) -> Iterator[Told]:
    """The sender changed a paper that is being worked on."""
    for post in _hands(event):
        yield Told(post, "Văn bản bạn đang xử lý được cập nhật theo yêu cầu của nơi gửi.")


def _hands(event: Event) -> set[int]:
    hands = Assignment.objects.in_hand().filter(incoming=event.document_id).exclude(role="info")
    return set(hands.values_list("assignee", flat=True))


def _taken_away(event: Event) -> Iterator[Told]:
    """Recalled by its sender: everybody who had work with it, and whoever directed it."""
    paper = Incoming.objects.filter(pk=event.document_id).first()
    if paper:
        posts = set(paper.assignments.exclude(role="info").values_list("assignee", flat=True))
        for post in posts | set(paper.directions.values_list("by", flat=True)):
            yield Told(post, "Nơi gửi đã thu hồi văn bản; nội dung không còn.")


def _shared(event: Event) -> Iterator[Told]:
    posts = Post.objects.on(timezone.localdate(event.at)).filter(
        user=event.payload.get("user"), organisation=event.organisation_id
    )
    for pk in posts.values_list("pk", flat=True)[:1]:
        yield Told(pk, f"{event.user} cho bạn xem văn bản.")


def _by_deadline(event: Event) -> Iterator[Told]:
    if "slip" not in event.payload:
        yield from _told_of_the_day(event)


def _slip_by_deadline(event: Event) -> Iterator[Told]:
    if "slip" in event.payload:
        yield from _told_of_the_day(event)


def _told_of_the_day(event: Event) -> Iterator[Told]:
    for post in event.payload.get("told", []):
        yield Told(post, f"{event.payload['note']}.")


def _task_arrived(event: Event) -> Iterator[Told]:
    yield Told(CLERKS, "Có nhiệm vụ cơ quan khác giao, chờ tiếp nhận.")


def _slip_turn(event: Event) -> Iterator[Told]:
    """Whose turn this very act brought."""
    slip = Slip.objects.filter(pk=event.payload.get("slip")).select_related("by__user").first()
    if slip is None or not event.payload.get("turn"):
        return
    sent = slip.rounds.filter(number=event.payload.get("round", slip.round)).first()
    due_on = slip.due_on if sent and sent.number == slip.round else sent and sent.due_on
    due = f", hạn {due_on:%d/%m/%Y}" if due_on else ""
    again = f" lần {sent.number}" if sent and sent.number > 1 else ""
    for post in event.payload["turn"]:
        yield Told(post, f"Phiếu trình của {slip.by.user}{again} chờ bạn cho ý kiến{due}.")


def _slip_later(event: Event) -> Iterator[Told]:
    for post in event.payload.get("told", []):
        yield Told(post, f"{event.user} gia hạn cho ý kiến phiếu trình đến {event.payload['days'][-1]}.")


_SLIP_STOPPED = {
    "return_slip": "không đồng ý, phiếu trình bị trả lại; chưa phải cho ý kiến nữa",
    "void_slip": "thay đổi dự thảo đang trình; các ý kiến về phiếu trình hết hiệu lực, chờ trình lại",
    "take_back_slip": "đã thu lại phiếu trình; không phải cho ý kiến nữa",
    "cancel": "đã hủy dự thảo có phiếu trình; không phải cho ý kiến nữa",
    "replace_in_slip": "đã thay bạn bằng người khác trong phiếu trình",
}


def _slip_over(event: Event) -> Iterator[Told]:
    """Whoever made it hears how it ended; the others, that nobody waits for them any more."""
    slip = Slip.objects.filter(pk=event.payload.get("slip")).first()
    if slip is None:
        return
    if event.kind == "return_slip":
        yield Told(slip.by_id, f"{event.user} không đồng ý, trả lại phiếu trình của bạn.")
    if event.kind == "approve_slip":
        why = event.payload.get("why")
        after = f"dự thảo chưa trình duyệt được: {why}" if why else "dự thảo đã được trình duyệt."
        yield Told(slip.by_id, f"Phiếu trình của bạn được thông qua; {after}")
    for post in event.payload.get("told", []):
        yield Told(post, f"{event.user} {_SLIP_STOPPED[event.kind]}.")


def _prepared(event: Event) -> Iterator[Told]:
    yield Told(event.payload["leader"], f"{event.user} chuẩn bị ý kiến chỉ đạo, chờ bạn xác nhận.")


def declare_all() -> None:
    reception, direction, work = (Business.RECEPTION,), (Business.DIRECTION,), (Business.WORK,)
    drafts, opinions = (Business.DRAFTS,), (Business.OPINIONS,)
    declare(ACCOUNT, Kind("Tài khoản, vị trí và quyền của tôi", mail="never"))
    declare(
        WORK, Kind("Việc của tôi được sửa, thu hồi, gia hạn, đôn đốc, báo cáo hoặc trả lại; xin, cho ý kiến")
    )
    declare("given", Kind("Việc được giao cho tôi", ("direct", "hand_on"), _given, business=work))
    deadline = ("near_deadline", "past_deadline", "escalate")
    declare(
        "deadline",
        Kind(
            "Việc tôi làm hoặc giao sắp đến hạn, quá hạn",
            deadline,
            _by_deadline,
            business=work + direction,
        ),
    )
    declare("slip_deadline", Kind("Phiếu trình chờ tôi hoặc của tôi sắp đến hạn, quá hạn", deadline[:2], _slip_by_deadline, business=opinions))  # fmt: skip
    declare(
        "given_back",
        Kind(
            "Việc bị chuyển lại",
            ("give_back", "hand_back"),
            _given_back,
            business=reception + direction + work,
        ),
    )
    declare("approved", Kind("Kết quả của tôi được duyệt", ("approve_result",), _approved, business=work))
    presented = _to_next("trình văn bản, chờ bạn cho ý kiến")
    declare(
        "presented",
        Kind("Văn bản trình tôi cho ý kiến", ("present", "present_again"), presented, business=direction),
    )
    declare(
        "prepared",
        Kind(
            "Ý kiến trợ lý chuẩn bị, chờ tôi xác nhận", ("prepare_direction",), _prepared, business=direction
        ),
    )
    declare("check", Kind("Dự thảo chờ tôi kiểm tra nội dung", ("submit",), _to_next("trình dự thảo, chờ bạn kiểm tra nội dung"), business=drafts))  # fmt: skip
    form = _to_clerks("Có dự thảo chờ kiểm tra thể thức.")
    declare("form", Kind("Dự thảo chờ kiểm tra thể thức", ("check_content",), form, counted=("outgoing_list", "format"), business=drafts))  # fmt: skip
    declare(
        "signing",
        Kind(
            "Văn bản chờ tôi ký",
            ("check_format", "ask_secretary", "sign_secretary"),
            _to_next("chuyển văn bản, chờ bạn ký"),
        ),
    )
    number = _to_clerks("Có văn bản đã ký, chờ cấp số, phát hành.")
    declare("number", Kind("Văn bản chờ cấp số, phát hành", ("sign",), number, counted=("outgoing_list", "number")))  # fmt: skip
    turns = ("make_slip", "send_slip_again", "answer_slip", "replace_in_slip")
    declare("slip", Kind("Phiếu trình chờ tôi cho ý kiến", turns, _slip_turn, business=opinions))
    declare("slip_later", Kind("Phiếu trình chờ tôi được gia hạn", ("extend_slip",), _slip_later, business=opinions))  # fmt: skip
    over = ("approve_slip", *_SLIP_STOPPED)
    declare(
        "slip_over",
        Kind(
            "Phiếu trình của tôi được thông qua, bị trả lại; phiếu tôi xem bị dừng",
            over,
            _slip_over,
            business=opinions,
        ),
    )
    declare(
        "draft",
        Kind(
            "Dự thảo của tôi bị sửa, bị trả lại, được ký, được phát hành",
            tuple(_DRAFT),
            _of_my_draft,
            business=drafts,
        ),
    )
    declare("remarks", Kind("Góp ý cho dự thảo của tôi", ("remark_draft",), _remarked, business=drafts))
    declare("remark_answered", Kind("Trả lời góp ý của tôi về dự thảo", tuple(_ANSWERED), _remark_answered, business=drafts + opinions))  # fmt: skip
    declare("arrived", Kind("Văn bản mới đến cơ quan", ("receive",), _arrived, counted=("incoming_list", "reception"), business=reception))  # fmt: skip
    declare(
        "task_arrived",
        Kind("Nhiệm vụ cơ quan khác giao", ("task_arrives",), _task_arrived, business=reception + direction),
    )
    declare(
        "asked",
        Kind(
            "Nơi gửi yêu cầu thu hồi, cập nhật, đôn đốc",
            tuple(_ASKED),
            _asked,
            urgent=True,
            business=reception + work,
        ),
    )
    declare(
        "changed", Kind("Văn bản tôi đang xử lý được nơi gửi cập nhật", ("change",), _changed, business=work)
    )
    declare(
        "taken_away",
        Kind("Văn bản tôi xử lý bị nơi gửi thu hồi", ("recall",), _taken_away, business=work + direction),
    )
    declare("refused", Kind("Nơi nhận từ chối văn bản", ("status",), _refused, business=reception + drafts))
    declare("made", Kind("Báo cáo tôi yêu cầu đã lập xong, không lập được", mail="never"))
    declare("report", Kind("Báo cáo định kỳ tôi đăng ký nhận", mail="now"))
    declare("shared", Kind("Văn bản được cho tôi xem", ("share",), _shared))
