"""Failed sign-ins: five tries for one name from one address, then a minute's wait.

One address may also fail a hundred times a minute whatever the names: an office behind one address does not,
who tries one password on every name does. One name may be tried thirty times a minute from all addresses together;
who then comes with a browser that the account has been opened with before is counted by itself, so that nobody can
lock a colleague out. Pages open to everybody are counted by address too."""

import hashlib
import ipaddress
import logging

from django.conf import settings
from django.core.cache import cache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)
TRIES = 5
TRIES_OF_NAME = 30
TRIES_OF_ADDRESS = 100
TRIES_OF_HOUR = 30  # at a second factor: of a million codes three are right at a time
WAIT, HOUR = 60, 3600  # seconds


def address_of(request) -> str:
    """The caller's address. X-Forwarded-For counts only as far as our own front servers wrote it (TRUSTED_PROXIES)."""
    address = request.META.get("REMOTE_ADDR", "")
    forwarded = [
        one.strip() for one in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if one.strip()
    ]
    if isinstance(settings.TRUSTED_PROXIES, int):
        servers = settings.TRUSTED_PROXIES
        return forwarded[-servers] if 0 < servers <= len(forwarded) else address
    while forwarded and _ours(address):
        address = forwarded.pop()
    return address


def enter(username: str, address: str, *, known: str = "") -> bool:
    """Counts a try before the password is looked at, so that parallel tries are counted too. False: wait.

    `known`: the mark of a browser this account has been opened with. A cache that is away must not lock anybody out.
    """
    try:
        if known:
            return _count(_key(username, f"known:{known}")) <= TRIES
        key = _key(username, address)
        if _count(key) > TRIES:
            return False
        cache.touch(key, WAIT)
        counts = (_count(_key(username, "")), TRIES_OF_NAME), (_count(_key("", address)), TRIES_OF_ADDRESS)
        return all(count <= most for count, most in counts)
    except RedisError as error:
        logger.warning("sign-in is not throttled, the cache is away: %s", error)
        return True


def leave(username: str, address: str, *, known: str = "") -> None:
    """Forgets the tries of somebody who has signed in, and one of the name and of the address."""
    try:
        cache.delete(_key(username, f"known:{known}" if known else address))
        if not known:
            cache.decr(_key(username, ""))
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


def try_of_account(what: str, pk: int) -> int:
    """Counts a try at a secret of an account that is known already: five a minute and thirty an hour, from wherever.

    How many minutes to wait; 0: go on. A cache that is away must not keep anybody from the work.
    """
    key = f"account:{what}:{pk}"
    try:
        in_minute, in_hour = _count(key), _count(f"{key}:hour", HOUR)
    except RedisError as error:
        logger.warning("%s is not throttled, the cache is away: %s", what, error)
        return 0
    return 60 if in_hour > TRIES_OF_HOUR else 1 if in_minute > TRIES else 0


def forget_account(what: str, pk: int) -> None:
    """The try was a right one."""
    try:
        cache.delete_many([f"account:{what}:{pk}", f"account:{what}:{pk}:hour"])
    except RedisError as error:
        logger.warning("the cache is away: %s", error)


def first_in_an_hour(what: str) -> bool:
    try:
        return cache.add(f"hour:{what}", 1, HOUR)
    except RedisError:
        return False


def forgive(what: str, address: str) -> None:
    """Takes one use back: it was a right one."""
    try:
        for key in (f"open:{what}:{_line(address)}", f"open:{what}:all"):
            cache.decr(key)
    except ValueError:  # a minute has passed: forgotten already
        pass
    except RedisError as error:
        logger.warning("the cache is away: %s", error)


def _count(key: str, seconds: int = WAIT) -> int:
    try:
        cache.add(key, 0, seconds)
        return cache.incr(key)
    except ValueError:  # ran out between the two lines: a minute has passed
        return 1


def _ours(address: str) -> bool:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return not address  # no address at all: our own front server at a socket of this machine
    return any(found in network for network in settings.TRUSTED_PROXIES)


def _line(address: str) -> str:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address[:100]
    return str(ipaddress.ip_network(f"{found}/64", strict=False)) if found.version == 6 else str(found)


def _key(username: str, address: str) -> str:
    return "login:" + hashlib.sha256(f"{username.casefold()}\n{address}".encode()).hexdigest()
