"""/healthz: does everything this server needs answer. Strangers hear up or down; operators, what is down."""

import ipaddress
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

from documents.access import may
from hanoi_docs.watch.metrics import has_token
from hanoi_docs.watch.numbers import HEARTBEAT, WORKER_MUST_SPEAK
from interop.transport.axis import AxisClient, AxisError
from signatures.checks import behind_walls

SECONDS = 2
# What a front server adds to a request that came from elsewhere.
_PASSED_ON = ("Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Real-IP")
_REMEMBERED = 5  # seconds: strangers who ask often do not make us call the axis as often
_axis: dict[str, tuple[float, str]] = {}


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when all is well, else 503. To whoever may hear more, each part: ok, down, unknown (could not be asked),
    off (not wanted); readers of strangers' files also open, where this machine keeps them neither from keys nor from
    the network."""
    parts = {"database": _try(_database, psycopg.Error), "broker": _try(_broker, redis.RedisError, OSError)}
    parts["worker"] = _worker() if parts["broker"] == "ok" else "unknown"
    parts["axis"] = _axis_remembered()
    parts["readers"] = _readers()
    well = all(state in ("ok", "off", "open") for state in parts.values())
    said = {"status": "ok" if well else "down"}
    return JsonResponse(said | parts if _may_hear(request) else said, status=200 if well else 503)


def _may_hear(request: HttpRequest) -> bool:
    """Operators, whoever has the token of the metrics, and this machine itself with nobody in front."""
    if has_token(request) or (request.post and may(request.post, "operate")):
        return True
    here = ipaddress.ip_address(request.META.get("REMOTE_ADDR") or "0.0.0.0").is_loopback
    return here and not any(request.headers.get(name) for name in _PASSED_ON)


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
