"""What every way to other agencies can do: the national axis, and the folder of those without a line to it."""

from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Literal, Protocol

MessageType = Literal["edoc", "status"]
_NOT_LET_IN = {"15", "http 401", "http 403"}


class AxisError(Exception):
    """A call that did not succeed.

    `retryable`: the same call may succeed later (the axis is away, slow or broken, or its answer was lost).
    `code`: ErrorCode of the axis, or "network", "http <n>", "answer". `text`: what the axis said, for people.
    """

    def __init__(self, code: str, text: str, *, retryable: bool):
        super().__init__(f"{code}: {text}")
        self.code, self.text, self.retryable = code, text, retryable

    @property
    def not_let_in(self) -> bool:
        """The axis does not know us: nothing was taken, and nothing will be until a person has looked."""
        return self.code in _NOT_LET_IN


@dataclass(frozen=True, slots=True)
class ReceivedItem:
    """One package waiting for us. `to` is the code or codes it names, joined by commas."""

    doc_id: str
    message_type: str
    sender: str
    to: str
    created: datetime | None
    status: str


@dataclass(frozen=True, slots=True)
class SentItem:
    """One package of ours at one receiver, as the axis sees its transport (not its business status)."""

    sender_doc_id: str
    receiver_doc_id: str
    from_code: str
    to_code: str
    title: str
    notation: str
    sent_time: datetime | None
    received_time: datetime | None
    send_status: str
    receive_status: str


@dataclass(frozen=True, slots=True)
class Agency:
    """One line of the directory; `old_code` and `code102` carry the code of before 2020, if any."""

    id: str
    pid: str
    code: str
    name: str
    mail: str
    old_code: str
    code102: str


class Adapter(Protocol):
    """One way to other agencies. Every method raises AxisError when it cannot do what it says."""

    def send(
        self, package: BinaryIO, *, messagetype: MessageType, sender: str, to: list[str] | None = None
    ) -> str:
        """Hands a package over; gives its transport id. `to` names the receivers in place of those in it."""

    def list_received(self, messagetype: MessageType) -> list[ReceivedItem]:
        """What waits for us and has not been acknowledged as done."""

    def fetch(self, doc_id: str) -> BinaryIO:
        """One received package, in a file that may be read from any place."""

    def acknowledge(self, doc_id: str, ok: bool, processing: bool = False) -> None:
        """It is safe with us (or cannot be used): it need not be listed again."""

    def list_sent(self, messagetype: MessageType) -> list[SentItem]:
        """What was taken of us, so that nothing is sent twice."""

    def directory(self, level: int | None = None) -> list[Agency]:
        """Whom it reaches."""

    def ping(self) -> None:
        """It works, or AxisError."""
