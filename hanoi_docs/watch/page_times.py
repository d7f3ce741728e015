"""How long each view took: a histogram of all web processes together, kept in Redis.

Each process counts by itself and hands on what it has counted every few seconds, so that a page waits for no broker. What
a process had not handed on when it died is lost, and a broker that lost everything begins at 0, as Prometheus expects.
"""

import logging
import time
from collections import Counter
from threading import Lock

import redis
from django.conf import settings

log = logging.getLogger(__name__)
EDGES = (0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # seconds
KEY = "page-times"
EVERY = 5  # seconds
REST = 60  # seconds without another try after the broker did not answer
_counted: Counter[str] = Counter()
_lock = Lock()
_next = 0.0


def note(view: str, status: int, seconds: float) -> None:
    """One answer of a view; "" stands for an address that nothing lies behind."""
    edge = next((str(edge) for edge in EDGES if seconds <= edge), "+Inf")
    with _lock:
        _counted[f"time|{view}|{edge}"] += 1
        _counted[f"sum|{view}"] += int(seconds * 1e6)
        _counted[f"status|{status}"] += 1
    if time.monotonic() >= _next:
        hand_on()


def hand_on() -> None:
    """Adds what this process has counted to what all have. A broker that is away is tried again later."""
    global _next
    with _lock:
        counted = _counted.copy()
        _counted.clear()
        _next = time.monotonic() + EVERY
    try:
        with _broker() as broker, broker.pipeline(transaction=False) as line:
            for name, number in counted.items():
                line.hincrby(KEY, name, number)
            line.execute()
    except redis.RedisError as error:
        log.warning("page times are not handed on: %s", type(error).__name__)
        with _lock:
            _counted.update(counted)
            _next = time.monotonic() + REST


def kept() -> tuple[dict[str, tuple[list[tuple[str, float]], float]], dict[str, int]]:
    """View → (cumulative buckets, seconds in all), and status → answers. Raises redis.RedisError."""
    with _broker() as broker:
        found = {name.decode(): int(number) for name, number in broker.hgetall(KEY).items()}
    views = sorted({name.split("|")[1] for name in found if name.startswith("sum|")})
    times = {view: (_buckets(found, view), found[f"sum|{view}"] / 1e6) for view in views}
    return times, {name.split("|")[1]: number for name, number in found.items() if name.startswith("status|")}


def _buckets(found: dict[str, int], view: str) -> list[tuple[str, float]]:
    rows, so_far = [], 0
    for edge in (*map(str, EDGES), "+Inf"):
        so_far += found.get(f"time|{view}|{edge}", 0)
        rows.append((edge, float(so_far)))
    return rows


def _broker() -> redis.Redis:
    """A line of its own that gives up soon."""
    return redis.from_url(settings.REDIS_URL, socket_connect_timeout=0.3, socket_timeout=0.3)
