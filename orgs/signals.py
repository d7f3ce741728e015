"""Taps on the shoulder of the floors above, inside the transaction of the act. The row is the truth."""

from django.dispatch import Signal

confirmed_alone = Signal()  # proposal, at: an operator used the emergency way
session_ended = Signal()  # user, held: the one that its owner named, and what was in it
sessions_ended = Signal()  # user: all of them, or all but the one at hand
signed_out = Signal()  # request: of whoever pressed, who is still known
notices_changed = Signal()  # users: whose number is another; new: the notices that were put up
