"""Failed sign-ins: five tries for one name from one address, then a minute's wait.

One address may also fail a hundred times a minute whatever the names: an office behind one address does not,
who tries one password on every name does. One name may be tried thirty times a minute from all addresses together;
who then comes with a browser that the account has been opened with before is counted by itself, so that nobody can
lock a colleague out. Pages open to everybody are counted by address too. Without the broker each process counts alone."""

import hashlib
import ipaddress
import logging
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.locmem import LocMemCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)
TRIES = 5
TRIES_OF_NAME = 30
TRIES_OF_ADDRESS = 100
TRIES_OF_HOUR = 30  # at a second factor: of a million codes three are right at a time
WAIT, HOUR = 60, 3600  # seconds
# Of this process. Large enough that made-up names do not push out what is counted.
alone = LocMemCache("throttle", {"max_entries": 100_000})


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

    `known`: the mark of a browser this account has been opened with.
    """

    def tried(store: BaseCache) -> bool:
        if known:
            return _count(store, _key(username, f"known:{known}")) <= TRIES
        key = _key(username, address)
        if _count(store, key) > TRIES:
            return False
        store.touch(key, WAIT)
        of_name, of_address = _count(store, _key(username, "")), _count(store, _key("", address))
        return of_name <= TRIES_OF_NAME and of_address <= TRIES_OF_ADDRESS

    return _counted(tried)


def leave(username: str, address: str, *, known: str = "") -> None:
    """Forgets the tries of somebody who has signed in, and one of the name and of the address."""

    def forgotten(store: BaseCache) -> None:
        store.delete(_key(username, f"known:{known}" if known else address))
        if not known:
            _take_back(store, _key(username, ""), _key("", address))

    _counted(forgotten)


def allow(what: str, address: str, *, tries: int, of_all: int) -> bool:
    """Counts one use of a page open to everybody: `tries` a minute from one address, `of_all` from all together.

    An IPv6 address stands for its network of 64 bits, which is one line's.
    """
    keys = {f"open:{what}:{_line(address)}": tries, f"open:{what}:all": of_all}

    def used(store: BaseCache) -> bool:
        counts = [_count(store, key) <= most for key, most in keys.items()]  # both, whichever is full
        return all(counts)

    return _counted(used)


def try_of_account(what: str, pk: int) -> int:
    """Counts a try at a secret of an account that is known already: five a minute and thirty an hour, from wherever.

    How many minutes to wait; 0: go on.
    """
    key = f"account:{what}:{pk}"
    in_minute, in_hour = _counted(lambda store: (_count(store, key), _count(store, f"{key}:hour", HOUR)))
    return 60 if in_hour > TRIES_OF_HOUR else 1 if in_minute > TRIES else 0


def forget_account(what: str, pk: int) -> None:
    """The try was a right one."""
    _counted(lambda store: store.delete_many([f"account:{what}:{pk}", f"account:{what}:{pk}:hour"]))


def first_in_an_hour(what: str) -> bool:
    return _counted(lambda store: store.add(f"hour:{what}", 1, HOUR))


def forgive(what: str, address: str) -> None:
    """Takes one use back: it was a right one."""
    _counted(lambda store: _take_back(store, f"open:{what}:{_line(address)}", f"open:{what}:all"))


def _counted(act: Callable[[BaseCache], Any]) -> Any:
    """By all processes together; while their cache is away by each for itself. That locks nobody out who types his own
    password, and of guesses it lets through what the limits say, times the processes of the server."""
    try:
        return act(cache)
    except RedisError as error:
        logger.warning("the cache is away, this process counts alone: %s", error)
        return act(alone)


def _count(store: BaseCache, key: str, seconds: int = WAIT) -> int:
    try:
        store.add(key, 0, seconds)
        return store.incr(key)
    except ValueError:  # ran out between the two lines: a minute has passed
        return 1


def _take_back(store: BaseCache, *keys: str) -> None:
    try:
        for key in keys:
            store.decr(key)
    except ValueError:  # a minute has passed: forgotten already
        pass


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
