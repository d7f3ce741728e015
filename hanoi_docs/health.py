"""/healthz: does everything this server needs answer, and if not, what does not. Tells no secrets."""

import subprocess
import time
from collections.abc import Callable

import psycopg
import redis
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from hanoi_docs.tasks import HEARTBEAT
from interop.axis import AxisClient, AxisError
from signatures.checks import behind_walls

SECONDS = 2
WORKER_MUST_SPEAK = 60  # seconds
_REMEMBERED = 5  # seconds: strangers who ask often do not make us call the axis as often
_axis: dict[str, tuple[float, str]] = {}


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when all is well, else 503. Each part: ok, down, unknown (could not be asked), off (not wanted); readers
    of strangers' files also open, where this machine keeps them neither from keys nor from the network."""
    parts = {"database": _try(_database, psycopg.Error), "broker": _try(_broker, redis.RedisError, OSError)}
    parts["worker"] = _worker() if parts["broker"] == "ok" else "unknown"
    parts["axis"] = _axis_remembered()
    parts["readers"] = _readers()
    well = all(state in ("ok", "off", "open") for state in parts.values())
    return JsonResponse(parts, status=200 if well else 503)


def _try(look: Callable[[], object], *errors: type[Exception]) -> str:
    try:
        look()
    except errors:
        return "down"
    return "ok"


def _database() -> None:
    """A connection of its own: one that hangs must not hold up the answer."""
    target = connection.get_connection_params() | {"connect_timeout": SECONDS, "autocommit": True}
    with psycopg.connect(**target) as own:
        own.execute(f"SET statement_timeout = '{SECONDS}s'")
        own.execute("SELECT 1")


def _broker() -> None:
    with redis.from_url(
        settings.CELERY_BROKER_URL, socket_connect_timeout=SECONDS, socket_timeout=SECONDS
    ) as own:
        own.ping()


def _worker() -> str:
    spoke = cache.get(HEARTBEAT)
    return "ok" if spoke and time.time() - spoke < WORKER_MUST_SPEAK else "down"


def _readers() -> str:
    """Found out once for each process; `manage.py check` says more."""
    try:
        found = behind_walls()
    except (OSError, subprocess.SubprocessError):
        return "down"
    return "open" if found["reads"] or found["connects"] else "ok"


def _axis_remembered() -> str:
    """With no axis configured, nothing is wrong with it."""
    if not settings.AXIS_URL:
        return "off"
    at, state = _axis.get(settings.AXIS_URL, (0.0, ""))
    if time.monotonic() - at > _REMEMBERED or not state:
        state = _try(_ping, AxisError)
        _axis[settings.AXIS_URL] = (time.monotonic(), state)
    return state


def _ping() -> None:
    line = settings.AXIS_URL, settings.AXIS_SYSTEM_ID, settings.AXIS_SECRET
    AxisClient(*line, timeout=(SECONDS, SECONDS)).ping()
