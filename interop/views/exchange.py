"""The operator's pages of the exchange: is the axis there, what waits, what failed and why. No content."""

from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.db.models import Count, Min, Q
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST
from kombu.exceptions import OperationalError

from documents import deliveries
from documents.access import may
from documents.models import Delivery, StatusReport
from documents.response_deadlines import clock_at
from documents.states import DeliveryState
from documents.views.shared.rows import duration
from interop.inbound import inbox
from interop.models import Comparison, Inbound, Outbound, Unexplained
from interop.outbound import outbox
from interop.reconciliation.explain import explained_lately
from interop.tasks import compare_all
from interop.transport.connection import axis_state
from ui.paging import page_of

LISTED = 50  # of what nobody can explain: there must be none
STALE = timedelta(hours=2)  # the timetable compares every half hour
# The lists one can open; each count is made by the very query of its list.
LISTS = {
    "xem": ("Cần người xem", [Inbound.State.INVALID], "bad"),
    "mat": ("Đã từ chối, hủy nội dung", [Inbound.State.REFUSED], "warn"),
    "tra": ("Đã trả lại nơi gửi", [Inbound.State.RETURNED], ""),
    "trung": ("Trùng", [Inbound.State.DUPLICATE], ""),
    "xong": ("Đã xem, xếp lại", [Inbound.State.CLOSED], ""),
    "cho": ("Chờ mở gói", [Inbound.State.RECEIVED], "info"),
}


def exchange(request):
    """Everything an operator looks at first. A fixed number of queries, however long the lists are."""
    operators_only(request)
    chosen = request.GET.get("list") if request.GET.get("list") in LISTS else "xem"
    counts = _counts()
    label, states, _ = LISTS[chosen]
    page = page_of(Inbound.objects.filter(state__in=states).defer("raw"), request, "-received_at", "-pk")
    context = {
        "axis": axis_state(),
        "queues": _queues(),
        "failures": _failures(),
        "compared": _compared(),
        "unanswered": _unanswered(),
        "tabs": [_tab(name, chosen, counts) for name in LISTS],
        "label": label,
        "page": page,
    }
    return render(request, "interop/exchange.html", context)


@require_POST
def retry(request):
    """Puts all that failed for one cause back in the queue."""
    operators_only(request)
    at, problem = timezone.now(), request.POST.get("problem", "").replace("\x00", "")
    done = outbox.try_again(Outbound.objects.filter(problem=problem), at=at)
    inside = Delivery.objects.filter(channel=Delivery.Channel.CITY, problem=problem)
    inside = inside.filter(outgoing__state="issued")
    done += deliveries.move(inside, DeliveryState.QUEUED)
    messages.success(request, f"Đã đưa {done} mục trở lại hàng chờ gửi.")
    return redirect("exchange")


@require_POST
def open_again(request, pk: int):
    operators_only(request)
    if inbox.open_again(pk):
        messages.success(request, "Gói tin sẽ được mở lại trong ít giây.")
    else:
        messages.warning(request, "Gói tin này không còn ở trạng thái cần người xem.")
    return redirect("exchange_package", pk)


@require_POST
def compare(request):
    """Asks a worker to compare now; the page shows the answer when it is there."""
    operators_only(request)
    try:
        compare_all.delay()
        messages.success(request, "Đang đối chiếu; kết quả hiện ở đây sau ít phút.")
    except OperationalError:
        messages.warning(request, "Chưa giao được việc cho tiến trình nền. Hãy thử lại sau ít phút.")
    return redirect("exchange")


def operators_only(request) -> None:
    """What one may not see does not exist."""
    if not may(request.post, "operate"):
        raise Http404


def _queues() -> list[dict]:
    """What waits and since when."""
    waiting = [
        (
            "Giao trong thành phố",
            Delivery.objects.filter(channel="city", state=DeliveryState.QUEUED),
            "queued_at",
        ),
        ("Gửi lên trục", Outbound.objects.filter(state__in=["queued", "sending"]), "created_at"),
        ("Báo trạng thái cho nơi gửi", StatusReport.objects.filter(passed_on=False), "at"),
        ("Gói tin đến chờ mở", Inbound.objects.filter(state=Inbound.State.RECEIVED), "received_at"),
    ]
    return [_queue(label, rows.aggregate(n=Count("pk"), since=Min(since))) for label, rows, since in waiting]


def _compared() -> dict:
    """The one number and how much it is worth: an axis that did not take part is never a zero."""
    last, now = Comparison.objects.filter(pk=1).first(), timezone.now()
    # Counted now, not when it was compared: what was explained since then counts no more.
    count = Unexplained.objects.open().count()
    rows = list(Unexplained.objects.open()[:LISTED])
    without_axis = bool(settings.AXIS_URL) and (last is None or last.axis_at != last.at)
    old = last is None or now - last.at > STALE
    return {
        "last": last,
        "without_axis": without_axis,
        "old": old,
        "sure": not (without_axis or old),
        "tone": "bad" if rows else "warn" if without_axis or old else "ok",
        "count": count,
        "rows": rows,
        "more": count - len(rows),
        "explained": explained_lately().count(),
    }


def _unanswered() -> list[dict]:
    """In the whole city, who has not answered by the clock of the law, by cause."""
    clock = clock_at(timezone.now())
    silent, late = Delivery.objects.silent(clock), Delivery.objects.late(clock)
    axis = {"state": DeliveryState.SENT, "channel": "axis"}
    taken = Q(fetched_at__lte=clock.now - timedelta(days=1))
    causes = [
        (f"Chưa rời hệ thống sau {clock.hours} giờ làm việc", silent.filter(state=DeliveryState.QUEUED)),
        (
            "Trong thành phố: đã giao, chưa báo đã đến",
            silent.filter(state=DeliveryState.SENT, channel="city"),
        ),
        ("Trên trục: đã gửi, chưa báo đã đến", silent.filter(**axis).exclude(taken)),
        ("Trên trục: bên nhận đã lấy gói tin hơn một ngày, chưa báo đã đến", silent.filter(taken, **axis)),
        ("Trong thành phố: hết ngày chưa tiếp nhận, chưa trả lại", late.filter(channel="city")),
        ("Trên trục: hết ngày chưa tiếp nhận, chưa trả lại", late.filter(channel="axis")),
    ]
    return [_queue(label, rows.aggregate(n=Count("pk"), since=Min("queued_at"))) for label, rows in causes]


def _queue(label: str, found: dict) -> dict:
    age = timezone.now() - found["since"] if found["since"] else None
    return {"label": label, "count": found["n"], "oldest": duration(age) if age else ""}


def _failures() -> list[dict]:
    """Failures by cause, the most frequent first."""
    packages = Outbound.objects.filter(state=Outbound.State.FAILED).values("problem")
    inside = Delivery.objects.filter(channel="city", state=DeliveryState.FAILED).values("problem")
    rows: dict[str, dict] = {}
    for found in (*_grouped(packages, "created_at"), *_grouped(inside, "queued_at")):
        row = rows.setdefault(
            found["problem"], {"problem": found["problem"], "count": 0, "since": found["since"]}
        )
        row["count"] += found["n"]
        row["since"] = min(row["since"], found["since"])
    return sorted(rows.values(), key=lambda row: -row["count"])[:50]


def _grouped(rows, since: str):
    return rows.annotate(n=Count("pk"), since=Min(since)).order_by("-n")[:50]


def _counts() -> dict[str, int]:
    """Only of what has a list here: the opened packages are millions, and nobody asks how many."""
    counted = [state for _, states, _ in LISTS.values() for state in states]
    rows = Inbound.objects.filter(state__in=counted).values_list("state").annotate(Count("pk"))
    return dict(rows.order_by())


def _tab(name: str, chosen: str, counts: dict) -> dict:
    label, states, _ = LISTS[name]
    count = sum(counts.get(state, 0) for state in states)
    return {"label": label, "url": f"?list={name}", "active": name == chosen, "count": count}
