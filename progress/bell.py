"""Tells open pages that somebody's number changed: whose, never what. Losing it costs a minute (streams look again)."""

import json
import logging
import time
from collections.abc import Collection

import redis
from django.conf import settings

logger = logging.getLogger(__name__)
CHANNEL = "notices"
QUIET = 30  # seconds without another try after the broker did not answer: pages never wait for it
_line: redis.Redis | None = None
_quiet_until = 0.0


def ring(users: Collection[int]) -> None:
    """Called after the commit."""
    global _line, _quiet_until
    if not users or time.monotonic() < _quiet_until:
        return
    try:
        if _line is None:
            _line = redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=1, socket_timeout=1)
        _line.publish(CHANNEL, json.dumps(sorted(users)))
    except redis.RedisError as error:
        _quiet_until = time.monotonic() + QUIET
        logger.warning("nobody hears the bell, pages look by themselves: %s", type(error).__name__)
