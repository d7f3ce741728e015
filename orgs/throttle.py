"""Failed sign-ins: five tries for one name from one address, then a minute's wait.

One address may also fail a hundred times a minute whatever the names: an office behind one address does not,
who tries one password on every name does. Pages open to everybody are counted by address too."""

import hashlib
import ipaddress
import logging

from django.conf import settings
from django.core.cache import cache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)
TRIES = 5
TRIES_OF_ADDRESS = 100
WAIT = 60  # seconds


def address_of(request) -> str:
    """The caller's address. Behind our own front server it is the last one that server added."""
    if settings.SECURE_PROXY_SSL_HEADER:
        forwarded = request.headers.get("X-Forwarded-For", "")
        return forwarded.rsplit(",", 1)[-1].strip() or request.META["REMOTE_ADDR"]
    return request.META["REMOTE_ADDR"]


def enter(username: str, address: str) -> bool:
    """Counts a try before the password is looked at, so that parallel tries are counted too. False: wait.

    A cache that is away must not lock anybody out.
    """
    key, whole = _key(username, address), _key("", address)
    try:
        cache.add(key, 0, WAIT)
        count = cache.incr(key)
        if count > TRIES:
            return False
        cache.touch(key, WAIT)
        cache.add(whole, 0, WAIT)
        return cache.incr(whole) <= TRIES_OF_ADDRESS
    except ValueError:  # the key ran out between the two lines: a minute has passed
        return True
    except RedisError as error:
        logger.warning("sign-in is not throttled, the cache is away: %s", error)
        return True


def leave(username: str, address: str) -> None:
    """Forgets the tries of somebody who has signed in, and one of the address."""
    try:
        cache.delete(_key(username, address))
        cache.decr(_key("", address))
    except ValueError:  # a minute has passed: forgotten already
        pass
    except RedisError as error:
        logger.warning("the cache is away: %s", error)


def allow(what: str, address: str, *, tries: int, of_all: int) -> bool:
    """Counts one use of a page open to everybody: `tries` a minute from one address, `of_all` from all together.

    An IPv6 address stands for its network of 64 bits, which is one line's. Open when the cache is away.
    """
    keys = {f"open:{what}:{_line(address)}": tries, f"open:{what}:all": of_all}
    try:
        counts = [_count(key) <= most for key, most in keys.items()]  # both, whichever is full
        return all(counts)
    except RedisError as error:
        logger.warning("%s is not throttled, the cache is away: %s", what, error)
        return True


def try_of_account(what: str, pk: int) -> bool:
    """Counts a try at a secret of an account that is known already: five a minute, from wherever. False: wait.

    A cache that is away must not keep anybody from the work; guessing is slow then, the hash of a password takes its time.
    """
    try:
        return _count(f"account:{what}:{pk}") <= TRIES
    except RedisError as error:
        logger.warning("%s is not throttled, the cache is away: %s", what, error)
        return True


def forget_account(what: str, pk: int) -> None:
    """The try was a right one."""
    try:
        cache.delete(f"account:{what}:{pk}")
    except RedisError as error:
        logger.warning("the cache is away: %s", error)


def forgive(what: str, address: str) -> None:
    """Takes one use back: it was a right one."""
    try:
        for key in (f"open:{what}:{_line(address)}", f"open:{what}:all"):
            cache.decr(key)
    except ValueError:  # a minute has passed: forgotten already
        pass
    except RedisError as error:
        logger.warning("the cache is away: %s", error)


def _count(key: str) -> int:
    try:
        cache.add(key, 0, WAIT)
        return cache.incr(key)
    except ValueError:  # ran out between the two lines: a minute has passed
        return 1


def _line(address: str) -> str:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address[:100]
    return str(ipaddress.ip_network(f"{found}/64", strict=False)) if found.version == 6 else str(found)


def _key(username: str, address: str) -> str:
    return "login:" + hashlib.sha256(f"{username.casefold()}\n{address}".encode()).hexdigest()
