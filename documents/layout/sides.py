"""Minutes that two people sign, each with his own certificate (biên bản giao nhận, bàn giao): both places lie in the file
before the first signature, so that it only grows from then on."""

import io
from datetime import UTC, datetime
from uuid import uuid4

import pikepdf
from pikepdf import Array, Dictionary, String

from .engine import write_pdf
from .fields import widget_of
from .markup import MARK
from .render import PIECE, take_marks
from .tagging import ends_surely

GIVES, TAKES = "ben_giao", "ben_nhan"  # who signs first, and who closes the file
SIDES = {GIVES: "Chữ ký số của bên giao", TAKES: "Chữ ký số của bên nhận"}
CSS = ".side { display: inline-block; width: 50mm; height: 27mm; margin: 2mm auto }"
_ATTEMPTS = 4


def place(side: str) -> str:
    """The id that an element of class `side` has in the HTML, where the signature will lie."""
    return f"{MARK}{side}"


def with_two_sides(html: str, css: str) -> bytes:
    """The laid-out minutes as PDF/A-2b with an empty field for each side. The HTML has an element for each (`place`)."""
    boxes: dict[str, tuple[int, list[float]]] = {}

    def arrange(document):
        boxes.update(take_marks(document))

    with pikepdf.open(io.BytesIO(write_pdf(html, css + CSS, arrange))) as file:
        fields = [
            widget_of(file, name, *boxes[name], label=label, closes=name == TAKES)
            for name, label in SIDES.items()
        ]
        file.Root.AcroForm = file.make_indirect(Dictionary(Fields=Array(fields)))
        for _ in range(_ATTEMPTS):
            once = Dictionary(
                LastModified=String(f"{datetime.now(UTC):D:%Y%m%d%H%M%SZ}"),
                Private=Dictionary(Once=uuid4().hex),
            )
            file.Root.PieceInfo = Dictionary({f"/{PIECE}": once})
            out = io.BytesIO()
            file.save(out)
            if ends_surely(out.getvalue()):
                break
    return out.getvalue()
