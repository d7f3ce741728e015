"""The one writer of a delivery's row: which state may follow which, and what is noted beside the state."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet

from documents.models import Delivery
from documents.states import DeliveryState as State

_ORDER = (
    State.QUEUED, State.SENT, State.ARRIVED, State.ACCEPTED, State.ASSIGNED, State.PROCESSING, State.COMPLETED,
)  # fmt: skip
# To which state, from which. What the recipient says may overtake what we know of the way, and never goes back; that it
# gave the paper back is believed whatever it did with it before.
STEPS: dict[State, frozenset[State]] = {
    State.SENT: frozenset({State.QUEUED}),
    State.FAILED: frozenset({State.QUEUED}),
    State.QUEUED: frozenset({State.FAILED}),  # tried again
    **{
        State(said): frozenset({*_ORDER[: _ORDER.index(said)], State.FAILED})
        for said in (State.ARRIVED, State.ACCEPTED, State.ASSIGNED, State.PROCESSING, State.COMPLETED)
    },
    State.REJECTED: frozenset(State) - frozenset(State.ENDED),
    State.CANCELLED: frozenset(State) - {State.CANCELLED},
}


def move(deliveries: QuerySet, to: State, *, problem: str = "", **noted: Any) -> int:
    """Those of them that may go there now go there, by compare-and-swap. Returns how many.

    `noted` are other columns that are written with the state.
    """
    there = deliveries.filter(state__in=STEPS[to])
    return there.update(state=to, problem=problem, **noted)


def note(deliveries: QuerySet, **facts: Any) -> int:
    """Writes a moment, a number or a problem beside the state, which stays. Returns at how many."""
    if "state" in facts:
        raise TypeError("a state is written by `move`")
    return deliveries.update(**facts)


def note_each(rows: Sequence[Delivery], field: str, *, batch_size: int) -> None:
    """As `note`, of rows that already hold a value of their own each."""
    if field == "state":
        raise TypeError("a state is written by `move`")
    Delivery.objects.bulk_update(rows, [field], batch_size=batch_size)
