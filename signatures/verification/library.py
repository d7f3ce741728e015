"""How pyhanko-certvalidator is asked: with what it needs in hand, so that it fetches nothing and never waits."""

import threading
from collections import OrderedDict
from datetime import UTC, datetime

from pyhanko_certvalidator import ValidationContext

from .algorithms import Policy
from .evidence import Evidence, certificates, lists, responses

_POLICY = Policy()


def context(world, certs, at: datetime, answers: Evidence | None = None) -> ValidationContext:
    more = {"crls": lists(answers.crls), "ocsps": responses(answers.ocsps)} if answers else {}
    return ValidationContext(
        trust_roots=list(world.roots), other_certs=[*world.others, *certificates(certs)], moment=at.astimezone(UTC),
        allow_fetching=False, retroactive_revinfo=True, algorithm_usage_policy=_POLICY,
        revocation_mode="hard-fail" if answers else "none", **more,
    )  # fmt: skip


def run(coroutine):
    """Nothing in it waits (nothing is fetched), so no event loop is needed."""
    try:
        coroutine.send(None)
    except StopIteration as end:
        return end.value
    coroutine.close()
    raise RuntimeError("validation waited for something")


class Kept:
    """The last answers, bounded; a desk meets the same signers again and again."""

    def __init__(self, most: int):
        self._most, self._found, self._lock = most, OrderedDict(), threading.Lock()

    def get(self, key) -> object | None:
        with self._lock:
            if key in self._found:
                self._found.move_to_end(key)
            return self._found.get(key)

    def put(self, key, value: object) -> None:
        with self._lock:
            self._found[key] = value
            if len(self._found) > self._most:
                self._found.popitem(last=False)
