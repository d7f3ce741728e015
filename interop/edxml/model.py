"""What an edXML package says, as plain values (QCVN 102:2016/BTTTT with amendment 1:2022)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import IntEnum

from .content import Content, InMemory

VIETNAM = dt.timezone(dt.timedelta(hours=7))
"""Zone of every time in a package (QĐ 28/2018 Art. 14); Việt Nam keeps no summer time."""


class EdxmlError(ValueError):
    """A package that cannot be read or written.

    `path` names the place: `N.` missing, `R.` out of range, `M.` malformed, `T.` wrong type, then the element
    path, e.g. `N.MessageHeader.Subject`. `reason` is a Vietnamese sentence an operator can act on.
    """

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


class BusinessType(IntEnum):
    """BussinessDocType, §2.2.1."""

    NEW = 0
    RECALL = 1
    UPDATE = 2
    REPLACEMENT = 3


@dataclass(frozen=True)
class Organ:
    """A From or To party; only the code is always known."""

    organ_id: str
    in_charge: str = ""
    name: str = ""
    address: str = ""
    email: str = ""
    telephone: str = ""
    fax: str = ""
    website: str = ""


@dataclass(frozen=True)
class Attachment:
    """One file of a package, decoded; `content_id` is without the `cid:` prefix.

    `content` may be given as bytes; `InFile.at(path)` leaves a long file where it is.
    """

    name: str
    content: Content
    content_type: str = "application/pdf"
    content_id: str = ""
    description: str = ""

    def __post_init__(self) -> None:
        if isinstance(self.content, bytes):
            object.__setattr__(self, "content", InMemory(self.content))

    @property
    def data(self) -> bytes:
        """The whole file in memory; `content.open()` reads a long one a little at a time."""
        return self.content.read()

    @property
    def sha256(self) -> str:
        """Lower-case hex digest of the decoded bytes."""
        return self.content.sha256

    @property
    def size(self) -> int:
        """Length of the decoded file in bytes."""
        return self.content.size


@dataclass(frozen=True)
class ResponseFor:
    """Another document this message speaks of; `code` is "number/notation" in one string."""

    organ_id: str = ""
    code: str = ""
    promulgation_date: dt.date | None = None
    document_id: str = ""


@dataclass(frozen=True)
class Staff:
    """The person who sent the message."""

    department: str = ""
    staff: str = ""
    mobile: str = ""
    email: str = ""


@dataclass(frozen=True)
class Trace:
    """One station the package passed; the axis writes stations without a code, read as ""."""

    organ_id: str
    timestamp: dt.datetime | None = None


@dataclass(frozen=True)
class Replacement:
    """A replaced document and the receivers it is replaced for."""

    document_id: str
    organ_ids: list[str] = field(default_factory=list)


@dataclass
class Edoc:
    """A document package.

    `document_id` is opaque: kept as sent, compared byte for byte, never the transport id of the axis.
    `type_code` 1 legal normative, 2 administrative; `priority` 0..4 (0 thường … 4 hỏa tốc hẹn giờ).
    `receiver_changes` (organ_id, 0 removed / 1 added) and `document_info` belong to UPDATE, `replacements` to
    REPLACEMENT, `business_document_id` to everything but NEW. `secrecy_claim` and `warnings` are only read.
    """

    sender: Organ
    receivers: list[Organ]
    document_id: str
    number: str
    notation: str
    place: str
    date: dt.date | None
    type_code: int | None
    type_detail: int | None
    type_name: str
    subject: str
    content: str = ""
    signer_competence: str = ""
    signer_position: str = ""
    signer_name: str = ""
    due_date: dt.date | None = None
    to_places: list[str] = field(default_factory=list)
    priority: int = 0
    sphere: str = ""
    typer_notation: str = ""
    promulgation_amount: int | None = None
    page_amount: int | None = None
    appendixes: list[str] = field(default_factory=list)
    response_for: list[ResponseFor] = field(default_factory=list)
    steering_type: int | None = 0
    traces: list[Trace] = field(default_factory=list)
    business_type: BusinessType = BusinessType.NEW
    business_reason: str = ""
    business_document_id: str = ""
    document_info: bool | None = None
    receiver_changes: list[tuple[str, int]] = field(default_factory=list)
    replacements: list[Replacement] = field(default_factory=list)
    paper_follows: bool = False
    staff: Staff | None = None
    attachments: list[Attachment] = field(default_factory=list)
    secrecy_claim: str = ""
    warnings: list[str] = field(default_factory=list)

    @property
    def code(self) -> str:
        """Number and notation as printed on the paper."""
        return f"{self.number}/{self.notation}"


@dataclass
class Status:
    """A status message; it travels to `response_for.organ_id`."""

    sender: Organ
    response_for: ResponseFor
    status_code: str
    description: str = ""
    timestamp: dt.datetime | None = None
    staff: Staff | None = None
    warnings: list[str] = field(default_factory=list)
