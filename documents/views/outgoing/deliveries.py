"""A delivery as the ledger shows it: where the copy is, every moment of it, and the clock of the law beside it."""

from datetime import datetime

from django.utils import timezone

from documents.actions.delivery.remind import asked_back, awaited, urged_today
from documents.deadlines import Due
from documents.models import Delivery, DeliveryStep
from documents.response_deadlines import Clock
from documents.states import STATUS_STATES, DeliveryState

_ANSWERS = {"15": "Đồng ý", "16": "Từ chối"}
SAYS_MORE = ("03", "06", "16")  # what the recipient writes with these is worth reading
NO_CONTACT = "Danh mục chưa có số điện thoại, thư điện tử của nơi này."


def delivery_row(delivery: Delivery, clock: Clock, *, may_urge: bool) -> dict:
    """One row of `Delivery.for_ledger()`; no query."""
    waits = awaited(delivery)
    clock_words = _recall(delivery) or _clock(delivery, clock)
    return {
        "pk": delivery.pk,
        "name": delivery.recipient_name,
        "code": delivery.recipient_code,
        "channel": delivery.get_channel_display(),
        "state": {"label": delivery.state_label, "tone": delivery.state_tone},
        "clock": clock_words,
        "times": _moments(delivery),
        "their_number": delivery.their_number,
        "reason": delivery.problem,
        "urged": _urged(delivery),
        "contact": _contact(delivery) if waits and _calls(delivery, clock_words) else "",
        "may_urge": may_urge and waits and not urged_today(delivery, clock.now),
    }


def contact_of(delivery: Delivery) -> str:
    """Whom to call where no message can urge."""
    known = [delivery.recipient.phone, delivery.recipient.email]
    return ", ".join(one for one in known if one)


def _clock(delivery: Delivery, clock: Clock) -> Due | None:
    """What is due of this recipient, by when, and whether it came in time."""
    if delivery.state == DeliveryState.QUEUED:
        if delivery.queued_at <= clock.silent_before:
            return Due(f"Chưa gửi đi được sau {clock.hours} giờ làm việc", "overdue")
        return Due("Đang chờ gửi đi", "none")
    if delivery.sent_at is None:
        return None
    if delivery.state in DeliveryState.AWAITED:
        return _waiting(delivery, clock)
    answer = delivery.heard.get("03")
    if answer is None:
        return None
    due = clock.answer_due(delivery.sent_at)
    if answer.at > due:
        return Due(f"Tiếp nhận chậm, hạn cuối ngày {_day(due, clock.now)}", "soon")
    return Due("Tiếp nhận đúng hạn", "done")


def _waiting(delivery: Delivery, clock: Clock) -> Due:
    if delivery.state == DeliveryState.SENT and delivery.sent_at <= clock.silent_before:
        return Due(f"Chưa báo đã đến sau {clock.hours} giờ làm việc", "overdue")
    due = clock.answer_due(delivery.sent_at)
    if due <= clock.now:
        return Due(f"Chưa tiếp nhận, quá hạn cuối ngày {_day(due, clock.now)}", "overdue")
    if delivery.state == DeliveryState.SENT:
        return Due(f"Chưa báo đã đến, hạn {short(clock.arrival_due(delivery.sent_at), clock.now)}", "ok")
    return Due(f"Chưa tiếp nhận, hạn cuối ngày {_day(due, clock.now)}", "ok")


def _recall(delivery: Delivery) -> Due | None:
    """Of a paper that was taken back: what this recipient has to do with it, and whether it did."""
    if not asked_back(delivery):
        return None
    said = delivery.heard
    if delivery.state == DeliveryState.CANCELLED:
        why = "văn bản đã thu hồi" if delivery.withdrawn_at is None else "đã rút khỏi nơi nhận"
        return Due("Đã đồng ý thu hồi" if "15" in said else f"Không giao nữa, {why}", "done")
    if delivery.keeps_it:
        return Due("Từ chối thu hồi", "overdue")
    if not awaited(delivery):
        return Due("Không có gì để thu hồi ở nơi này", "none")
    if delivery.recall_asked_at is None:
        return Due("Yêu cầu thu hồi đang chờ gửi", "soon")
    return Due(f"Chưa trả lời thu hồi, yêu cầu lúc {_moment(delivery.recall_asked_at)}", "soon")


def _moments(delivery: Delivery) -> list[str]:
    """Every moment in its order, with the words that came with it. Clocks differ: within one minute the way decides."""
    moments = [(delivery.queued_at, "Phát hành", "")]
    if delivery.channel == Delivery.Channel.AXIS:  # inside the city the way takes no time
        moments.append((delivery.sent_at, "Trục đã nhận", ""))
        moments.append((delivery.fetched_at, "Bên nhận lấy gói tin", ""))
    moments.append((delivery.withdrawn_at, "Rút khỏi nơi nhận", ""))
    moments.append((delivery.recall_asked_at, "Yêu cầu thu hồi", ""))
    moments += [(step.at, *_said(step)) for step in delivery.steps.all()]
    known = sorted(
        (one for one in moments if one[0]), key=lambda one: one[0].replace(second=0, microsecond=0)
    )
    return [f"{label} {_moment(at)}{f': {words}' if words else ''}" for at, label, words in known]


def _said(step: DeliveryStep) -> tuple[str, str]:
    """What a status says, and the recipient's own words where they are worth reading."""
    if step.code in _ANSWERS:
        label = f"{_ANSWERS[step.code]} {step.get_about_display()}".rstrip()
    else:
        state = STATUS_STATES.get(step.code)
        label = DeliveryState(state).label if state else f"Trạng thái {step.code}"
    return label, step.description if step.code in SAYS_MORE else ""


def _urged(delivery: Delivery) -> str:
    if delivery.urged_at is None:
        return ""
    return f"Đôn đốc {_moment(delivery.urged_at)}, {delivery.urged_by.user}"


def _calls(delivery: Delivery, clock: Due | None) -> bool:
    """On the axis nobody reads an urging: once it is time for one, somebody calls."""
    due = delivery.urged_at is not None or (clock is not None and clock.tone == "overdue")
    return due and delivery.channel == Delivery.Channel.AXIS


def _contact(delivery: Delivery) -> str:
    known = contact_of(delivery)
    return f"Hãy gọi: {known}" if known else NO_CONTACT


def _moment(at: datetime | None) -> str:
    return timezone.localtime(at).strftime("%H:%M %d/%m/%Y") if at else ""


def short(at: datetime, now: datetime) -> str:
    """A moment near now: the year only when it is another one."""
    return f"{timezone.localtime(at):%H:%M} {_day(at, now)}"


def _day(at: datetime, now: datetime) -> str:
    day = timezone.localdate(at)
    return f"{day:%d/%m}" if day.year == timezone.localdate(now).year else f"{day:%d/%m/%Y}"
