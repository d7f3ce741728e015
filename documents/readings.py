"""Every look at a paper is counted (decree 30 Phụ lục VI III.5a, III.6a) without a query on the page that is looked at.

A look goes to the end of a list in Redis; once a minute a job adds what has gathered there to one row a day, person,
paper and kind. Without Redis the page writes the row itself. Redis lost: the looks of the last minute are lost. A job
killed between the rows and the list: that minute counts twice; nothing is ever counted as not seen. While writing is
switched off or the database takes nothing, what is in Redis waits there; without Redis too, the look stands in the log of
requests alone. Looks of another kind are gathered by a `Line` of their floor in the same way.
"""

import json
import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from uuid import uuid4

import redis
from django.conf import settings
from django.db import connection
from django.db.models import Count, Sum
from django.utils import timezone
from django.utils.module_loading import import_string

from documents.models import Document, Reading
from orgs.models import Post

WAITING = "readings"
LEFT_BEHIND = 300  # seconds after which a list that somebody took belongs to nobody
MANY = 5000  # so many waiting: the job does not run, and whoever reads now adds them himself
_log = logging.getLogger(__name__)
_ADD = """
INSERT INTO documents_reading (document_id, day, user_id, post_id, kind, count, first_at, last_at)
SELECT l.document, (l.at AT TIME ZONE %s)::date, l."user", l.post, l.kind, count(*), min(l.at), max(l.at)
FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::text[], %s::timestamptz[])
  AS l (document, "user", post, kind, at) JOIN documents_document d ON d.id = l.document
GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
ON CONFLICT ON CONSTRAINT reading_once_a_day DO UPDATE SET count = documents_reading.count + EXCLUDED.count,
  first_at = least(documents_reading.first_at, EXCLUDED.first_at),
  last_at = greatest(documents_reading.last_at, EXCLUDED.last_at)
"""


@dataclass(frozen=True)
class Line:
    """Looks that gather in Redis under a name, and what adds them to their rows."""

    name: str
    add: Callable[[list[list]], None]

    def put(self, look: list) -> None:
        """One look, of what JSON can write."""
        try:
            waiting = _redis().rpush(self.name, json.dumps(look))
        except redis.RedisError as error:
            if stopped():
                _log.warning(
                    "a reading is in the log only, nothing may be written and the broker is away: %s", error
                )
                return
            _log.warning("a reading is written at once, the broker is away: %s", error)
            self.add([look])
            return
        if waiting % MANY == 0 and not stopped():
            self.flush()

    def flush(self) -> int:
        """Adds what waits in Redis; how many looks. Two at once take different lists."""
        line, now = _redis(), int(time.time())
        taken = f"{self.name}:{now}:{uuid4().hex}"
        lists = [key.decode() for key in line.scan_iter(f"{self.name}:*")]
        lists = [key for key in lists if int(key.split(":")[1]) < now - LEFT_BEHIND]
        try:
            line.rename(self.name, taken)
            lists.append(taken)
        except redis.ResponseError:  # nothing waits
            pass
        done = 0
        for key in lists:
            looks = [json.loads(look) for look in line.lrange(key, 0, -1)]
            self.add(looks)
            line.delete(key)
            done += len(looks)
        return done


def note(document_id: int, kind: str, *, by: Post, at: datetime) -> None:
    """Somebody sees this paper now."""
    _PAPERS.put([document_id, by.operator.pk, by.pk, kind, at.isoformat()])


def add(looks: Iterable[list]) -> None:
    """Adds looks to their rows. Of papers that are gone nothing is kept."""
    columns = [list(column) for column in zip(*looks, strict=True)]
    if columns:
        with connection.cursor() as cursor:
            cursor.execute(_ADD, [settings.TIME_ZONE, *columns])


def flush() -> int:
    """Adds what waits in Redis, of all lines; how many looks."""
    return sum(line.flush() for line in _LINES)


def gather(line: Line) -> None:
    """A line of an upper floor, said when its app is ready."""
    _LINES.append(line)


_PAPERS = Line(WAITING, add)
_LINES = [_PAPERS]


def counted(document: Document) -> dict[str, int]:
    """{looks, people, downloads} of a paper until the last minute; one query."""
    rows = Reading.objects.filter(document=document.pk)
    found = rows.values("kind").annotate(times=Sum("count"), people=Count("user", distinct=True))
    of = {row["kind"]: row for row in found}
    none = {"times": 0, "people": 0}
    paper, download = of.get(Reading.Kind.PAPER, none), of.get(Reading.Kind.DOWNLOAD, none)
    return {"looks": paper["times"], "people": paper["people"], "downloads": download["times"]}


def stopped() -> bool:
    """Whether nothing may be written now: the switch is off, or the database only reads."""
    return import_string(settings.WRITING_STOPPED)()


def _redis() -> redis.Redis:
    return _line(settings.REDIS_URL)


@lru_cache(maxsize=2)
def _line(url: str) -> redis.Redis:
    return redis.Redis.from_url(url, socket_timeout=0.5, socket_connect_timeout=0.5)


def kind_of(response) -> str:
    """What somebody got who was given this answer."""
    if response.get("Content-Disposition", "").startswith("attachment"):
        return Reading.Kind.DOWNLOAD
    content = response.get("Content-Type", "").startswith(("image/", "application/pdf"))
    return Reading.Kind.CONTENT if content else Reading.Kind.PAPER


def looked(request, response) -> None:
    """Notes an answer that showed something of a paper: any page below the paper's address, and its files, of which
    the view says whose they are (`request.reads`)."""
    if request.method != "GET" or response.status_code != 200 or getattr(request, "post", None) is None:
        return
    found = getattr(request, "reads", None)
    match = request.resolver_match
    if found is None and match and match.route.startswith(("van-ban-den/<int:pk>/", "van-ban-di/<int:pk>/")):
        found = match.kwargs["pk"]
    if found is not None:
        note(found, kind_of(response), by=request.post, at=timezone.now())
