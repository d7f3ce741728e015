"""What the ministry sends over the axis: a paper it makes itself, or any package, byte for byte."""

import base64

from interop.edxml import Organ, ResponseFor, Status, write
from interop.models import Inbound
from tests.conftest import tiny_pdf

from .edxml.cases import full_edoc

DESK = "H26.TAM002"


def ordered(line, **fields):
    """A paper of the ministry; with a ready file, since drawing one takes seconds."""
    pdf = {"name": "van-ban.pdf", "data": base64.b64encode(tiny_pdf()).decode()}
    fields = {"files": [pdf]} | fields
    return line.axis.order("G09", fields.pop("to", [DESK]), subject="Về việc tinh giản biên chế", **fields)


def raw(line, package: bytes, *, to=(DESK,), messagetype="edoc", by="G09") -> None:
    line.axis.order(by, list(to), raw=base64.b64encode(package).decode(), messagetype=messagetype)


def from_ministry(**changes):
    own = {"sender": Organ("G09"), "receivers": [Organ(DESK)], "document_id": "G09,2026/11/20,1/BNV"}
    return full_edoc(**own | changes)


def status(line, *, code, description="", document_id="", sender="G09", number="15/SNV-TCBC", day=None):
    message = Status(
        sender=Organ(sender),
        response_for=ResponseFor(DESK, number, day, document_id or f"{DESK},khác"),
        status_code=code,
        description=description,
    )
    raw(line, write(message), messagetype="status", by=sender)
    line.come()
    return Inbound.objects.order_by("-pk").first()
