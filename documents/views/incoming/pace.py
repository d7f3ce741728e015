"""How long a paper takes the clerk, from the form opened to the number in the book: for his own eyes, and no report's."""

from datetime import date, datetime, timedelta

from django.core import signing
from django.db import connection
from django.http import HttpRequest
from django.utils import timezone

from documents.memory import memory_of
from documents.models import Pace
from orgs.models import Post

SALT = "opened"
AWAY = timedelta(hours=1)  # who comes back later was not at it all the time: not counted
DAYS = 30
FEW = 5  # fewer than these say nothing
_MEDIANS = """
SELECT kind, count(*), percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) FROM documents_pace
WHERE user_id = %s AND at >= %s GROUP BY kind
"""


def opened(request: HttpRequest) -> str:
    """When this form was opened, for its hidden field "opened": kept through all its rounds."""
    return request.POST.get("opened") or signing.TimestampSigner(salt=SALT).sign("form")


def note(kind: Pace.Kind, opened: str, *, by: Post, at: datetime) -> None:
    """Of a paper that goes into the book now. What is no time of ours, or too long ago, is not counted."""
    signer = signing.TimestampSigner(salt=SALT)
    try:
        signer.unsign(opened, max_age=AWAY)
    except signing.BadSignature:
        return
    since = signing.b62_decode(opened.rsplit(":", 2)[1])
    Pace.objects.create(user=by.operator, kind=kind, seconds=max(round(at.timestamp()) - since, 0), at=at)


def pace_words(post: Post, today: date) -> list[str]:
    """A sentence for each kind: the median of the last month, or that there are too few. Empty before the first."""
    found = memory_of(post).get(f"pace {today}", lambda: _medians(post))
    return [_sentence(Pace.Kind(kind), count, median) for kind, count, median in sorted(found, reverse=True)]


def _medians(post: Post) -> list[tuple[str, int, float]]:
    with connection.cursor() as cursor:
        cursor.execute(_MEDIANS, [post.operator.pk, timezone.now() - timedelta(days=DAYS)])
        return cursor.fetchall()


def _sentence(kind: Pace.Kind, count: int, median: float) -> str:
    if count < FEW:
        return f"{kind.label}: mới đo {count} lần, chưa đủ {FEW} lần để nói"
    return f"{kind.label}: một nửa số lần không quá {median:.0f} giây ({count} lần)"
