"""Gửi, nhận liên thông (§4.7.6; QĐ 28/2018 art. 11): what went to whom and what they said; what came and how soon it was
taken. In time is what decree 30 art. 21.2c calls so: answered by the end of the working day it came."""

from datetime import timedelta

from django.db.models import Case, DurationField, ExpressionWrapper, F, FilteredRelation, Q, When
from django.db.models.functions import Greatest

from documents.models import Delivery, Incoming
from documents.states import DeliveryState as State
from progress.reports.report import Grouping, Measure, Question, Ratio, Report
from progress.reports.working_time import closing_of

ACCEPTED = (State.ACCEPTED, State.ASSIGNED, State.PROCESSING, State.COMPLETED)
# Whoever answers later than this after the end of the period is late whatever the day.
AFTER = timedelta(days=60)
_CHANNELS = dict(Delivery.Channel.choices)
_SOURCES = dict(Incoming.Source.choices)


def sent(question: Question):
    period = question.period
    rows = Delivery.objects.filter(
        sender__in=question.offices, queued_at__gte=period.starts, queued_at__lt=period.ends
    )
    return _by_closing(
        rows.annotate(taken=FilteredRelation("steps", condition=Q(steps__code="03"))),
        question, "sent_at", "taken__at",
    )  # fmt: skip


def received(question: Question):
    period = question.period
    rows = Incoming.objects.filter(
        organisation__in=question.offices, direction="in", source__in=["axis", "city"],
        arrived_at__gte=period.starts, arrived_at__lt=period.ends,
        sorted_at__gte=period.starts,  # never before it came; the list's index begins there
    )  # fmt: skip
    return _by_closing(
        rows.annotate(taken=FilteredRelation("reports", condition=Q(reports__code="03"))),
        question, "arrived_at", "taken__at",
    )  # fmt: skip


def _by_closing(rows, question: Question, came: str, taken: str):
    """With the closing before it came and the closing before it was taken, and how long it took."""
    span = {"since": question.period.since, "until": question.period.until + AFTER}
    took = ExpressionWrapper(F(taken) - F(came), output_field=DurationField())
    return rows.annotate(
        came_after=closing_of(F(came), question.calendar, **span),
        taken_after=closing_of(F(taken), question.calendar, **span),
        # GREATEST passes over what is not there: of what was not taken it would make no time at all.
        took=Case(When(taken__isnull=False, then=Greatest(took, timedelta(), output_field=DurationField()))),
    )


LATE = Q(taken_after__gt=F("came_after"))


def _still_waits(asked: Question) -> Q:
    here = Q(state__in=State.AWAITED, outgoing__state="issued", withdrawn_at=None)
    return here & Q(sent_at__lt=asked.clock.late_before)


SENT = Report(
    name="sent",
    number="6",
    title="Gửi liên thông",
    hint="Mỗi nơi nhận của văn bản phát hành trong kỳ là một lượt. Đúng hạn: tiếp nhận trong ngày làm việc nhận được ({clerical_work}, Điều 21.2c).",
    noun="lượt gửi",
    base=sent,
    rows="deliveries",
    newest="queued_at",
    measures=(
        Measure("total", "Lượt gửi", lambda asked: Q(pk__isnull=False)),
        Measure("unsent", "Chưa gửi được", lambda asked: Q(state__in=State.UNSENT), "bad", True),
        Measure("sent", "Đã gửi, chưa báo đến", lambda asked: Q(state=State.SENT), "calm", True),
        Measure("arrived", "Đã đến, chưa tiếp nhận", lambda asked: Q(state=State.ARRIVED), "info", True),
        Measure("accepted", "Đã tiếp nhận", lambda asked: Q(state__in=ACCEPTED), "ok", True),
        Measure("refused", "Từ chối tiếp nhận", lambda asked: Q(state=State.REJECTED), "warn", True),
        Measure("cancelled", "Đã hủy theo thu hồi", lambda asked: Q(state=State.CANCELLED), "calm", True),
        Measure("late", "Không tiếp nhận đúng hạn", lambda asked: LATE | _still_waits(asked), "bad"),
    ),
    ratios=(Ratio("Tỷ lệ tiếp nhận", ("accepted",), ("total",)),),
    averages={"Giờ đến khi tiếp nhận": "took"},
    groupings=(
        Grouping("partner", "Nơi nhận", "recipient", ("recipient__name",)),
        Grouping("channel", "Kênh gửi", "channel", ("channel",), lambda values: _CHANNELS[values[0]], text=True),
        Grouping("organisation", "Cơ quan gửi", "sender", ("sender__name",)),
    ),
)  # fmt: skip

RECEIVED = Report(
    name="received",
    number="6",
    title="Nhận liên thông",
    hint="Văn bản điện tử đến trong kỳ, từ trục liên thông và trong thành phố. Đúng hạn: tiếp nhận trong ngày làm việc nhận được ({clerical_work}, Điều 21.2c).",
    noun="văn bản",
    base=received,
    rows="incoming",
    measures=(
        Measure("total", "Đã đến", lambda asked: Q(pk__isnull=False)),
        Measure("waiting", "Chờ tiếp nhận", lambda asked: Q(state="awaiting_reception"), "info", True),
        Measure("accepted", "Đã tiếp nhận", lambda asked: ~Q(state__in=["awaiting_reception", "rejected"]) & Q(book__isnull=False), "ok", True),
        Measure("refused", "Từ chối tiếp nhận", lambda asked: Q(state="rejected"), "warn", True),
        Measure("taken_back", "Thu hồi trước khi tiếp nhận", lambda asked: Q(state="recalled", book=None), "calm", True),
        Measure("late", "Không tiếp nhận đúng hạn", lambda asked: LATE | Q(state="awaiting_reception", arrived_at__lt=asked.clock.late_before), "bad"),
    ),
    ratios=(Ratio("Tỷ lệ tiếp nhận", ("accepted",), ("total",)),),
    averages={"Giờ đến khi tiếp nhận": "took"},
    groupings=(
        Grouping("partner", "Nơi gửi", "sender_code", ("issuer_name",), text=True, none="Không rõ mã"),
        Grouping("channel", "Kênh nhận", "source", ("source",), lambda values: _SOURCES[values[0]], text=True),
        Grouping("organisation", "Cơ quan nhận", "organisation", ("organisation__name",)),
    ),
)  # fmt: skip
