"""How many acts of signing failed, by the hour and by what was at fault: a number for whoever watches, no names."""

import logging
from datetime import datetime, timedelta

from django.core.cache import cache
from django.utils import timezone
from redis.exceptions import RedisError

from signatures.errors import ServiceDown, SigningError
from signatures.providers.errors import KeyRefused, KeyServiceDown, KeySilent, WrongPin

log = logging.getLogger(__name__)
KINDS = ("service", "key")  # a service that is away; the key, the certificate or the file
_THEIRS = (WrongPin, KeyRefused, KeySilent)  # what a person did or left undone
_KEPT = 3 * 3600  # seconds


def note(error: Exception) -> None:
    """Counts an act that could not be done. What the person at the desk did is no failure."""
    if not isinstance(error, SigningError) or isinstance(error, _THEIRS):
        return
    kind = "service" if isinstance(error, (ServiceDown, KeyServiceDown)) else "key"
    key = _key(kind, timezone.now())
    log.warning("not signed: %s", type(error).__name__)
    try:
        cache.add(key, 0, _KEPT)
        cache.incr(key)
    except (RedisError, ValueError):  # the cache is away, or the hour ran out between the two lines
        pass


def counted(at: datetime) -> dict[str, int]:
    """Kind → failures in this clock hour and the one before. Raises RedisError."""
    keys = {kind: [_key(kind, at), _key(kind, at - timedelta(hours=1))] for kind in KINDS}
    found = cache.get_many([key for pair in keys.values() for key in pair])
    return {kind: sum(found.get(key, 0) for key in pair) for kind, pair in keys.items()}


def _key(kind: str, at: datetime) -> str:
    return f"signing-failures:{kind}:{int(at.timestamp()) // 3600}"
