"""The leader's first look: late, nearly late, waiting, who has how much, month by month."""

from datetime import date, timedelta

from django.db.models import Count
from django.db.models.functions import TruncMonth
from django.urls import reverse

from documents.access import may
from documents.boxes import Moment, box_for
from documents.counts import counts_of, shown
from documents.memory import memory_of
from documents.models import Incoming, Outgoing
from documents.views.lists.boxes import midnight
from documents.views.reports.progress import by_unit
from orgs.models import Post

MONTHS = 6
TILES = [
    ("incoming", "overdue", "bad", "Văn bản quá hạn"),
    ("incoming", "soon", "warn", "Văn bản sắp đến hạn"),
    ("incoming", "direction", "info", ""),
    ("outgoing", "signature", "info", ""),
]


def dashboard(post: Post, now: Moment) -> dict:
    return {
        "tiles": [_tile(post, now, *tile) for tile in TILES],
        **memory_of(post).get(f"charts {now.today}", lambda: _charts(post, now)),
    }


def _charts(post: Post, now: Moment) -> dict:
    return {
        "units": _unit_bars(post, now) if may(post, "see_progress") else [],
        "arrivals": _months(post, now, _arrivals(post), "incoming_list", "all"),
        "issued": _months(post, now, _issued(post), "outgoing_list", "issued"),
    }


def _tile(post: Post, now: Moment, section: str, name: str, tone: str, label: str) -> dict:
    """`label`: where papers and tasks are counted on one page, what is counted is said with the number."""
    box = box_for(post, section, name)
    url = f"{reverse(f'{section}_list')}?box={name}"
    count = shown(counts_of(post, now)[section, name])
    return {"label": label or box.label, "count": count, "url": url, "tone": tone if count else ""}


def _unit_bars(post: Post, now: Moment) -> list[dict]:
    """Tasks in hand by unit, late ones told apart, each opening its list on the progress page."""
    here = reverse("progress")
    units = by_unit(post, now, in_hand=True)
    most = max((unit["open"] for unit in units), default=1)
    return [
        {
            "label": unit["label"],
            "value": unit["open"],
            "max": most,
            "words": f"{unit['open']} việc"
            + (f", trong đó {unit['overdue']} việc quá hạn" if unit["overdue"] else ""),
            "url": f"{here}?{unit['query']}&class=open",
            "tone": "bad" if unit["overdue"] else "info",
        }
        for unit in units
    ]


def _arrivals(post: Post):
    return Incoming.objects.visible_to(post).filter(direction="in")


def _issued(post: Post):
    return Outgoing.objects.visible_to(post).filter(direction="out", state="issued")


def _months(post: Post, now: Moment, papers, list_name: str, box: str) -> list[dict]:
    firsts = _firsts(now.today)
    counted = (
        papers.filter(sorted_at__gte=midnight(firsts[0]))
        .order_by()
        .annotate(month=TruncMonth("sorted_at"))
        .values_list("month")
        .annotate(count=Count("pk"))
    )
    counts = {month.date(): count for month, count in counted}
    most = max(counts.values(), default=1)
    return [
        {
            "label": f"Tháng {first:%m/%Y}",
            "value": counts.get(first, 0),
            "max": most,
            "url": f"{reverse(list_name)}?box={box}&from={first}&to={_last(first)}",
        }
        for first in firsts
    ]


def _firsts(today: date) -> list[date]:
    """The first days of the last months, this one included, oldest first."""
    count = today.year * 12 + today.month - 1
    return [date(n // 12, n % 12 + 1, 1) for n in range(count - MONTHS + 1, count + 1)]


def _last(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
