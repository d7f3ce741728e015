"""The acts of this floor. `Refused`: the right person, but it cannot be done; the sentence says why."""

from .accounts import (
    add_user,
    ask_before_end,
    change_password,
    end_post,
    give_post,
    lock,
    reset_password,
    unlock,
)
from .assistants import end_assistant, name_assistant
from .delegations import cancel_delegation, delegate
from .operators import create_operator, office_of_operators
from .refused import Refused
from .registry import apply, known_bodies

__all__ = [
    "Refused",
    "add_user",
    "apply",
    "ask_before_end",
    "cancel_delegation",
    "change_password",
    "create_operator",
    "delegate",
    "end_assistant",
    "end_post",
    "give_post",
    "known_bodies",
    "lock",
    "name_assistant",
    "office_of_operators",
    "reset_password",
    "unlock",
]
