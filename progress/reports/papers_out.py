"""Tình hình văn bản đi (§4.7.3) and how it is signed and sent (§4.7.5): papers by the day of issue."""

from django.db.models import Case, Exists, OuterRef, Q, When

from documents.kinds import CHOICES_IN
from documents.models import Delivery, Event, Outgoing
from documents.states import DeliveryState
from progress.reports.report import Grouping, Measure, Question, Ratio, Report
from progress.reports.working_time import working_days_between
from signatures.models import Signature

ISSUED = Q(state__in=["issued", "revoked"])  # what was taken back later was issued all the same
SIGNED = Q(state__in=["signed", "numbered", "sealed"])
NOT_OUT = Q(state__in=["signed", "numbered", "sealed", "returned"])  # what of the report still changes
RETURNS = ["send_back", "refuse_number", "void_number"]
WITHIN = 1  # working day from the signature to the issue (decree 30 art. 18.1)
_KINDS = dict(CHOICES_IN)


def issued(question: Question):
    period = question.period
    papers = Outgoing.objects.filter(
        ISSUED, organisation__in=question.offices, direction="out",
        issued_at__gte=period.starts, issued_at__lt=period.ends,
    )  # fmt: skip
    return papers


def with_drafts(question: Question):
    """What was issued in the period; and what was returned, or signed and is not out yet, in it."""
    period = question.period
    inside = {"gte": period.starts, "lt": period.ends}
    out = ISSUED & Q(**{f"issued_at__{side}": moment for side, moment in inside.items()})
    back = Q(state="returned", **{f"held_since__{side}": moment for side, moment in inside.items()})
    signed = SIGNED & Q(**{f"signed_at__{side}": moment for side, moment in inside.items()})
    papers = Outgoing.objects.filter(out | back | signed, organisation__in=question.offices, direction="out")
    days = working_days_between(
        "signed_at", "issued_at", question.calendar, since=period.since, until=period.until
    )
    # The day each belongs to: of what is out that of its issue, of the rest that on which it came to where it is.
    counted_at = Case(
        When(SIGNED, then="signed_at"), When(state="returned", then="held_since"), default="issued_at"
    )
    return papers.annotate(
        counted_at=counted_at,
        days=days,
        was_returned=Exists(Event.objects.filter(document=OuterRef("pk"), kind__in=RETURNS)),
    )


def _signed(kind: str):
    return Exists(Signature.objects.filter(document=OuterRef("pk"), kind=kind))


def with_signatures(question: Question):
    went = Delivery.objects.filter(outgoing=OuterRef("pk"))
    return issued(question).annotate(
        personal=_signed(Signature.Kind.PERSONAL),
        agency=_signed(Signature.Kind.AGENCY),
        sent=Exists(went),
        unsent=Exists(went.filter(state__in=DeliveryState.UNSENT)),
    )


GROUPINGS = (
    Grouping("unit", "Đơn vị soạn thảo", "drafter__unit", ("drafter__unit__name",), none="Lãnh đạo, văn phòng"),
    Grouping("kind", "Loại văn bản", "kind", ("kind",), lambda values: _KINDS.get(values[0], values[0]), text=True),
    Grouping("signer", "Người ký", "signer", ("signer__user__full_name", "signer__title"), " – ".join, people=True),
    Grouping("organisation", "Cơ quan", "organisation", ("organisation__name",)),
)  # fmt: skip

PAPERS_OUT = Report(
    name="papers_out",
    number="3",
    title="Tình hình văn bản đi",
    hint="Văn bản phát hành trong kỳ; phát hành trong 1 ngày làm việc kể từ khi ký ({clerical_work}, Điều 18.1).",
    noun="văn bản",
    base=with_drafts,
    rows="outgoing",
    measures=(
        Measure("issued", "Đã phát hành", lambda asked: ISSUED),
        Measure("quick", "Trong 1 ngày làm việc", lambda asked: ISSUED & Q(days__lte=WITHIN), "ok", True),
        Measure("slow", "Chậm hơn 1 ngày", lambda asked: ISSUED & Q(days__gt=WITHIN), "bad", True),
        Measure("mended", "Phát hành sau khi bị trả lại", lambda asked: ISSUED & Q(was_returned=True), "warn"),
        Measure("signed", "Đã ký, chưa phát hành", lambda asked: SIGNED, "info"),
        Measure("returned", "Dự thảo đang bị trả lại", lambda asked: Q(state="returned"), "warn"),
    ),
    ratios=(Ratio("Tỷ lệ trong 1 ngày", ("quick",), ("quick", "slow")),),
    groupings=GROUPINGS,
)  # fmt: skip

SIGNED_AND_SENT = Report(
    name="signed_out",
    number="5",
    title="Văn bản đi được ký số, gửi điện tử",
    hint="Văn bản phát hành trong kỳ: ký số cá nhân và cơ quan; gửi điện tử khi mọi nơi nhận có mã đều nhận qua hệ thống.",
    noun="văn bản",
    base=with_signatures,
    rows="outgoing",
    measures=(
        Measure("total", "Đã phát hành", lambda asked: Q(pk__isnull=False)),
        Measure("personal", "Có chữ ký số cá nhân", lambda asked: Q(personal=True)),
        Measure("agency", "Có chữ ký số cơ quan", lambda asked: Q(agency=True)),
        Measure("both", "Đủ hai chữ ký số", lambda asked: Q(personal=True, agency=True), "ok"),
        Measure("electronic", "Gửi hoàn toàn điện tử", lambda asked: Q(sent=True, unsent=False), "ok", True),
        Measure("partly", "Có nơi chưa gửi được", lambda asked: Q(unsent=True), "bad", True),
        Measure("nowhere", "Không gửi qua hệ thống", lambda asked: Q(sent=False), "calm", True),
    ),
    ratios=(
        Ratio("Tỷ lệ ký số", ("both",), ("total",)),
        Ratio("Tỷ lệ gửi điện tử", ("electronic",), ("total",)),
    ),
    groupings=GROUPINGS,
)  # fmt: skip
