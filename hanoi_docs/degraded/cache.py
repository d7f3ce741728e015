"""The cache on Redis. One that is away is an empty one: what is remembered there can be made again."""

import logging
from collections.abc import Callable
from time import monotonic

from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)
LEFT_ALONE = 5  # seconds: every page asks, and one that hangs is waited for a second or two each time


class _Client(RedisCacheClient):
    """One client for each pool of lines: Django makes a new one for every question, which costs as much as the answer."""

    def get_client(self, key=None, *, write=False):
        pool = self._get_connection_pool(write)
        if not hasattr(pool, "client"):
            pool.client = self._client(connection_pool=pool)
        return pool.client


class Cache(RedisCache):
    """Counting and claiming (`add`, `incr`) still raise: who counts must know that nobody counted."""

    def __init__(self, server, params):
        super().__init__(server, params)
        self._class = _Client

    _away_until = 0.0  # of this thread's line

    def get(self, key, default=None, version=None):
        try:
            return self._or(default, lambda: super(Cache, self).get(key, default, version))
        except (AttributeError, ImportError):  # kept by another release, in classes that are no more
            return default

    def get_many(self, keys, version=None):
        try:
            return self._or({}, lambda: super(Cache, self).get_many(keys, version))
        except (AttributeError, ImportError):
            return {}

    def set(self, key, value, *args, **kwargs):
        self._or(None, lambda: super(Cache, self).set(key, value, *args, **kwargs))

    def get_or_set(self, key, default, *args, **kwargs):
        """What cannot be kept is made and given all the same."""
        found = self.get(key)
        if found is None:
            found = default() if callable(default) else default
            self.set(key, found, *args, **kwargs)
        return found

    def _or(self, instead, act: Callable):
        if monotonic() < self._away_until:
            return instead
        try:
            return act()
        except RedisError as error:
            self._away_until = monotonic() + LEFT_ALONE
            logger.warning("the cache is away: %s", type(error).__name__)
            return instead
