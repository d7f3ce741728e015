"""The only writer of what stands between two organisations over a task (models/order.py)."""

from datetime import date, datetime

from django.db.models import F

from documents.models import Order
from orgs.models import User

State = Order.State
# Where each step may begin. The row is held by the transaction from then on.
STEPS: dict[State, tuple[State, ...]] = {
    State.ARRIVED: (State.SENT,),
    State.TAKEN_UP: (State.ARRIVED, State.RETURNED),
    State.REFUSED: (State.ARRIVED,),
    State.REPORTED: (State.TAKEN_UP,),
    State.RETURNED: (State.REPORTED,),
    State.APPROVED: (State.REPORTED,),
    State.CALLED_OFF: (State.SENT, State.ARRIVED, State.TAKEN_UP, State.REPORTED, State.RETURNED),
}


def move(order: Order, to: State, *, by: User | None, at: datetime, said: str = "") -> bool:
    """Whether the row went there: somebody may have been faster. Under the lock of the task of whoever acts."""
    changes = {"state": to} | ({"said": said, "said_by": by, "said_at": at} if said else {})
    if not Order.objects.filter(pk=order.pk, state__in=STEPS[to]).update(**changes):
        return False
    for name, value in changes.items():
        setattr(order, name, value)
    return True


def arrived(order: Order, received) -> None:
    """The receiver's record is there; nobody need be told of it."""
    Order.objects.filter(pk=order.pk).update(state=State.ARRIVED, told=State.ARRIVED, received=received)
    order.state, order.told, order.received = State.ARRIVED, State.ARRIVED, received


def told(order: Order, state: State) -> None:
    Order.objects.filter(pk=order.pk).update(told=state)
    order.told = state


def hold(order: Order) -> None:
    """As it stands until the transaction ends. Under the lock of the task of whoever acts; both sides come by here."""
    held = Order.objects.select_for_update(of=("self",)).get(pk=order.pk)
    order.state, order.due_on, order.extended = held.state, held.due_on, held.extended


def extend(order: Order, due_on: date) -> None:
    """Held: it may take until that day."""
    Order.objects.filter(pk=order.pk).update(due_on=due_on, extended=F("extended") + 1)
    order.due_on, order.extended = due_on, order.extended + 1
