"""An order to a played participant to send a paper (`POST /_sim/send`): read and checked."""

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import date
from typing import Any


class BadOrder(ValueError):
    """The order cannot be carried out; the text names the field."""


@dataclass(frozen=True)
class Order:
    """`sender` is a participant's code or one below it. `raw` is passed on untouched, whatever it holds.

    `urgency` 0..4; `secret` marks the paper as a state secret (which no receiver may take in); `reply_to` is
    the DocumentId of a paper the participant received. `files` are (name, bytes) instead of the drawn PDF.
    """

    sender: str
    to: tuple[str, ...]
    subject: str = ""
    body: str = ""
    type_name: str = "Công văn"
    urgency: int = 0
    due_date: date | None = None
    number: str = ""
    notation: str = ""
    reply_to: str = ""
    secret: bool = False
    raw: bytes | None = None
    messagetype: str = "edoc"
    files: tuple[tuple[str, bytes], ...] = ()


def read_order(text: bytes) -> Order:
    """The order in a JSON body. Raises BadOrder."""
    try:
        fields = json.loads(text)
    except ValueError as error:
        raise BadOrder("The body is not JSON") from error
    if not isinstance(fields, dict):
        raise BadOrder("The body is not a JSON object")
    order = Order(
        sender=_text(fields, "from"),
        to=_codes(fields),
        subject=_text(fields, "subject"),
        body=_text(fields, "body"),
        type_name=_text(fields, "type_name") or "Công văn",
        urgency=_urgency(fields),
        due_date=_due_date(fields),
        number=_text(fields, "number"),
        notation=_text(fields, "notation"),
        reply_to=_text(fields, "reply_to"),
        secret=fields.get("secret") is True,
        raw=_bytes(fields["raw"], "raw") if fields.get("raw") is not None else None,
        messagetype=_text(fields, "messagetype") or "edoc",
        files=_files(fields),
    )
    _check(order)
    return order


def _check(order: Order) -> None:
    if not order.sender or not order.to:
        raise BadOrder("from and to are required")
    if order.raw is None and not order.subject.strip():
        raise BadOrder("subject is required without raw")
    if order.messagetype not in ("edoc", "status") or (order.messagetype == "status" and order.raw is None):
        raise BadOrder("messagetype is edoc, or status with raw")


def _text(fields: dict[str, Any], name: str) -> str:
    value = fields.get(name)
    if value is None:
        return ""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        raise BadOrder(f"{name} must be text")
    return value


def _codes(fields: dict[str, Any]) -> tuple[str, ...]:
    codes = fields.get("to")
    if not isinstance(codes, list) or not all(isinstance(code, str) and code for code in codes):
        raise BadOrder("to must be a list of codes")
    return tuple(codes)


def _urgency(fields: dict[str, Any]) -> int:
    urgency = fields.get("urgency") or 0
    if type(urgency) is not int or urgency not in range(5):
        raise BadOrder("urgency must be 0..4")
    return urgency


def _due_date(fields: dict[str, Any]) -> date | None:
    text = _text(fields, "due_date")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise BadOrder("due_date must be yyyy-mm-dd") from error


def _files(fields: dict[str, Any]) -> tuple[tuple[str, bytes], ...]:
    files = fields.get("files") or []
    if not isinstance(files, list) or not all(isinstance(file, dict) for file in files):
        raise BadOrder("files must be a list of {name, data}")
    return tuple(
        (_text(file, "name") or "van-ban.pdf", _bytes(file.get("data"), "files.data")) for file in files
    )


def _bytes(value: object, name: str) -> bytes:
    try:
        return base64.b64decode(str(value), validate=True)
    except binascii.Error as error:
        raise BadOrder(f"{name} must be base64") from error
