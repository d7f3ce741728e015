"""The operator's pages of the exchange: is the axis there, what waits, what failed and why. No content."""

from django.contrib import messages
from django.db.models import Count, Min
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from documents import blobs
from documents.access import may
from documents.models import Delivery, StatusReport
from documents.views.paging import page_of
from documents.views.parts import duration
from interop import inbox, outbox
from interop.connection import axis_state
from interop.models import Inbound, Outbound
from interop.peek import header_of

# The lists one can open; each count is made by the very query of its list.
LISTS = {
    "xem": ("Cần người xem", [Inbound.State.INVALID], "bad"),
    "mat": ("Đã từ chối, hủy nội dung", [Inbound.State.REFUSED], "warn"),
    "tra": ("Đã trả lại nơi gửi", [Inbound.State.RETURNED], ""),
    "trung": ("Trùng", [Inbound.State.DUPLICATE], ""),
    "cho": ("Chờ mở gói", [Inbound.State.RECEIVED], "info"),
}
TONES = {
    Inbound.State.INVALID: "bad", Inbound.State.REFUSED: "warn", Inbound.State.RETURNED: "warn",
    Inbound.State.RECEIVED: "info", Inbound.State.UNPACKED: "ok",
}  # fmt: skip


def exchange(request):
    """Everything an operator looks at first. A fixed number of queries, however long the lists are."""
    _operators_only(request)
    chosen = request.GET.get("list") if request.GET.get("list") in LISTS else "xem"
    counts = _counts()
    label, states, _ = LISTS[chosen]
    page = page_of(Inbound.objects.filter(state__in=states).defer("raw"), request, key="received_at")
    context = {
        "axis": axis_state(),
        "queues": _queues(),
        "failures": _failures(),
        "tabs": [_tab(name, chosen, counts) for name in LISTS],
        "label": label,
        "page": page,
    }
    return render(request, "interop/exchange.html", context)


def package(request, pk: int):
    """One package: what is known of it. Of one that a person must look at, also the head of its XML."""
    _operators_only(request)
    inbound = get_object_or_404(Inbound.objects.select_related("raw"), pk=pk)
    unclear = inbound.state == Inbound.State.INVALID and inbound.raw is not None
    context = {
        "inbound": inbound,
        "tone": TONES.get(inbound.state, "calm"),
        "answers": inbound.answers.order_by("pk"),
        "header": header_of(blobs.read(inbound.raw)) if unclear else "",
        "can_open_again": unclear,
    }
    return render(request, "interop/package.html", context)


@require_POST
def retry(request):
    """Puts all that failed for one cause back in the queue."""
    _operators_only(request)
    at, problem = timezone.now(), request.POST.get("problem", "")
    done = outbox.try_again(Outbound.objects.filter(problem=problem), at=at)
    inside = Delivery.objects.filter(channel=Delivery.Channel.CITY, state="failed", problem=problem)
    inside = inside.filter(outgoing__state="issued")
    done += inside.update(state="queued", problem="")
    messages.success(request, f"Đã đưa {done} mục trở lại hàng chờ gửi.")
    return redirect("exchange")


@require_POST
def open_again(request, pk: int):
    _operators_only(request)
    if inbox.open_again(pk):
        messages.success(request, "Gói tin sẽ được mở lại trong ít giây.")
    else:
        messages.warning(request, "Gói tin này không còn ở trạng thái cần người xem.")
    return redirect("exchange_package", pk)


def _operators_only(request) -> None:
    """What one may not see does not exist."""
    if not may(request.post, "operate"):
        raise Http404


def _queues() -> list[dict]:
    """What waits and since when."""
    waiting = [
        ("Giao trong thành phố", Delivery.objects.filter(channel="city", state="queued"), "queued_at"),
        ("Gửi lên trục", Outbound.objects.filter(state__in=["queued", "sending"]), "created_at"),
        ("Báo trạng thái cho nơi gửi", StatusReport.objects.filter(passed_on=False), "at"),
        ("Gói tin đến chờ mở", Inbound.objects.filter(state=Inbound.State.RECEIVED), "received_at"),
    ]
    return [_queue(label, rows.aggregate(n=Count("pk"), since=Min(since))) for label, rows, since in waiting]


def _queue(label: str, found: dict) -> dict:
    age = timezone.now() - found["since"] if found["since"] else None
    return {"label": label, "count": found["n"], "oldest": duration(age) if age else ""}


def _failures() -> list[dict]:
    """Failures by cause, the most frequent first."""
    packages = Outbound.objects.filter(state=Outbound.State.FAILED).values("problem")
    inside = Delivery.objects.filter(channel="city", state="failed").values("problem")
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
