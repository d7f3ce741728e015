"""What other floors have signed beside papers: minutes of two sides. Said when their apps are ready, by the step of a session,
so that a key at a telephone or at the signer's computer signs those too."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from orgs.models import Post
from signatures.models import Certificate


@dataclass(frozen=True)
class Minutes:
    """`find` by its key; `words` in which a person confirms it; `waits`: the hash of what is to be signed now, "" where nothing
    is; `ready` raises what the act would raise; `keep` is the act, with the signed bytes; the `last` signature closes the file."""

    find: Callable[[int], Any]
    words: Callable[[Any], str]
    waits: Callable[[Any], str]
    ready: Callable[[Any, Post], None]
    keep: Callable[..., None]  # (thing, signed, certificate, level, before, by=, at=)
    side: str
    last: bool


MINUTES: dict[str, Minutes] = {}


def declare(step: str, minutes: Minutes) -> None:
    MINUTES[step] = minutes


def kept(
    step: str,
    thing: Any,
    signed: bytes,
    certificate: Certificate,
    level: str,
    *,
    before: str,
    by: Post,
    at: datetime,
) -> None:
    MINUTES[step].keep(thing, signed, certificate, level, before=before, by=by, at=at)
