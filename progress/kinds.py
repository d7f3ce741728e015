"""The kinds of notices: from which events each is made, who is told, and in which sentence. A floor or an app that
writes events of its own declares its kind here when it is ready."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from django.urls import reverse

from documents.models import Event

CLERKS = "clerks"  # whoever keeps the gate of the event's office


@dataclass(frozen=True)
class Told:
    """Who is told: the key of a post, or `CLERKS`; and in which sentence, which never says what the paper says."""

    who: int | str
    text: str


@dataclass(frozen=True)
class Kind:
    label: str  # on the page where each chooses what comes by mail
    events: tuple[str, ...] = ()
    tells: Callable[[Event], Iterator[Told]] = field(default=lambda event: iter(()))
    urgent: bool = False  # whatever the urgency of the paper
    # While the last one is unread, more of them are a number on it. A list shows them all: name of a URL, box.
    counted: tuple[str, str] | None = None
    # For which business an inbox must have been lent for whoever looks after it to be told; none: for all.
    business: tuple[str, ...] = ()
    mail: str = "urgent"  # what comes by mail until somebody chooses: progress/models/wish.py

    @property
    def list_url(self) -> str:
        return f"{reverse(self.counted[0])}?box={self.counted[1]}" if self.counted else ""


KINDS: dict[str, Kind] = {}
_BY_EVENT: dict[str, list[str]] = {}


def declare(name: str, kind: Kind) -> None:
    """A kind of notices, said when its app is ready. Raises ValueError for one that is there already."""
    if name in KINDS:
        raise ValueError(f"declared twice: {name}")
    KINDS[name] = kind
    for event in kind.events:
        _BY_EVENT.setdefault(event, []).append(name)


def read_from() -> list[str]:
    """The kinds of events that somebody is told of."""
    return list(_BY_EVENT)


def of_event(event: Event) -> Iterator[tuple[str, Kind, Told]]:
    """Everything an event is to be told as."""
    for name in _BY_EVENT.get(event.kind, ()):
        for told in KINDS[name].tells(event):
            yield name, KINDS[name], told
