"""The empty form fields of a paper: number, date, and the two signatures.

They are put in once, before the first signature; after it the file only grows. The number and the
date are known later than the leader's signature, so they are form fields that his signature leaves
open (Decree 30/2020, Articles 13, 15 and 17 name the order: sign, number, seal).
"""

import io
from functools import lru_cache
from html import escape
from uuid import uuid4

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from documents.pdf.errors import PdfError

from .engine import write_pdf
from .forms import BESIDE
from .markup import BLANK
from .render import PIECE
from .tagging import ends_surely, tag_field

NUMBER, DATE, PERSON, AGENCY = "so", "ngay", "ky_ca_nhan", "dau_co_quan"
_LABELS = {
    NUMBER: "Số, ký hiệu",
    DATE: "Ngày, tháng, năm",
    BESIDE: "Chữ ký số của thư ký hoặc bên kia",
    PERSON: "Chữ ký số của người có thẩm quyền",
    AGENCY: "Chữ ký số của cơ quan",
}
_MM = 72 / 25.4
# Millimetres. The room of the personal image (`.ky` of paper.css) and the bounds of what is put on a paper.
PERSON_ROOM = (50, 27)
NARROWEST_IMAGE, LARGEST_SEAL = 15, 50
# The seal's right edge for the widest and for the narrowest personal image, right of the seal's own room.
_SLACK = (PERSON_ROOM[0] - NARROWEST_IMAGE) / 6
_ATTEMPTS = 4
_PRINT, _LOCKED, _READ_ONLY = 4, 128, 1


def prepare(pdf: bytes) -> bytes:
    """Add the empty fields to a paper made by `render`; minutes (biên bản) have none for the date. Raises PdfError on a draft or another file."""
    try:
        with pikepdf.open(io.BytesIO(pdf)) as file:
            marks = _marks(file)
            _add_fields(file, marks)
            for _ in range(_ATTEMPTS):
                # Every decision names a hash: no version may be the bytes of an earlier one, however quickly it follows.
                marks["/Once"] = String(uuid4().hex)
                out = io.BytesIO()
                file.save(out)
                if ends_surely(out.getvalue()):
                    break
    except pikepdf.PdfError as error:
        raise PdfError("Tệp không phải PDF hoặc đã hỏng.") from error
    return out.getvalue()


def fill_number(blank: str, number: str) -> str:
    """Put the number into the gap of box 3: ("Số: …/QĐ-UBND", "15") -> "Số: 15/QĐ-UBND"."""
    if BLANK not in blank:
        raise PdfError("Ô số, ký hiệu của văn bản không còn chỗ trống.")
    return blank.replace(BLANK, number)


def field_texts(texts: dict[str, tuple[str, float, float]]) -> bytes:
    """A PDF with one page per text, in order, each as large as its field.

    `texts` maps a field name to (text, width, height in points); same fonts and line height as the
    paper, so that the baseline is that of the line the field lies in.
    """
    pages = "".join(
        f'<div class="{n}" style="display:block;page:{n}">{escape(text)}</div>'
        for n, (text, _, _) in texts.items()
    )
    sizes = "".join(
        f"@page {n}{{size:{w:.2f}pt {h:.2f}pt;margin:0;@top-center{{content:none}}}}"
        for n, (_, w, h) in texts.items()
    )
    return _drawn(f'<!doctype html><html lang="vi"><body>{pages}</body></html>', sizes)


@lru_cache(maxsize=16)
def _drawn(html: str, css: str) -> bytes:
    """Remembered: the lines with gaps for number and date are the same for every paper of a room and a year."""
    return write_pdf(html, css)


def seal_field() -> tuple[float, float]:
    """Width and height of the agency's field, in millimetres."""
    return LARGEST_SEAL + _SLACK, LARGEST_SEAL


def seal_place(width: float, height: float, *, beside: float) -> tuple[float, float]:
    """Where a seal of this size lies in the agency's field, in millimetres from its lower left corner.

    The personal image is `beside` wide and centred in its room. The seal's right edge lies one third into
    it, whatever the two sizes are (Appendix I.II.8); the field was fixed before either was known.
    """
    return LARGEST_SEAL + (PERSON_ROOM[0] - beside) / 6 - width, (LARGEST_SEAL - height) / 2


def _marks(file: pikepdf.Pdf) -> Dictionary:
    if "/AcroForm" in file.Root:
        raise PdfError("Văn bản đã có ô ký, không chuẩn bị lần thứ hai.")
    try:
        return file.Root.PieceInfo[f"/{PIECE}"].Private
    except (AttributeError, KeyError) as error:
        raise PdfError(
            "Tệp không phải bản chính thức do hệ thống trình bày nên không có chỗ cho số và ngày."
        ) from error


def _add_fields(file: pikepdf.Pdf, marks: Dictionary) -> None:
    texts = {name: str(marks[f"/{name}"].Text) for name in (NUMBER, DATE) if f"/{name}" in marks}
    signs = _signs(marks)
    boxes = {name: (int(marks[f"/{name}"].Page), _rect(marks, name)) for name in (*texts, *signs)}
    boxes[AGENCY] = (boxes[PERSON][0], _seal_box(boxes[PERSON][1]))
    sizes = {n: (t, *_size(boxes[n][1])) for n, t in texts.items()}
    with pikepdf.open(io.BytesIO(field_texts(sizes))) as drawn:
        looks = {n: file.copy_foreign(drawn.pages[i].as_form_xobject()) for i, n in enumerate(texts)}
    two = signs if len(signs) == 2 else ()  # neither certifies, so the lock of the field says what stays open
    fields = [
        widget_of(
            file,
            name,
            *boxes[name],
            label=_LABELS[name],
            look=looks.get(name),
            text=texts.get(name),
            closes=name == AGENCY,
            holds=name in two,
        )
        for name in _LABELS
        if name in boxes
    ]
    font = next(iter(looks[NUMBER].Resources.Font.values()))
    file.Root.AcroForm = file.make_indirect(
        Dictionary(Fields=Array(fields), DR=Dictionary(Font=Dictionary(Tinos=font)))
    )


def _signs(marks: Dictionary) -> tuple[str, ...]:
    """The fields that people sign."""
    return (BESIDE, PERSON) if f"/{BESIDE}" in marks else (PERSON,)


def _rect(marks: Dictionary, name: str) -> list[float]:
    return [float(value) for value in marks[f"/{name}"].Rect]


def _size(box: list[float]) -> tuple[float, float]:
    return box[2] - box[0], box[3] - box[1]


def _seal_box(person: list[float]) -> list[float]:
    """Room for every seal beside every personal image: the seal's right edge lies a sixth of the image's
    width left of the middle, so the box begins where the largest seal beside the widest image does."""
    width, height = seal_field()
    left = (person[0] + person[2]) / 2 - (LARGEST_SEAL + PERSON_ROOM[0] / 6) * _MM
    bottom = (person[1] + person[3]) / 2 - height / 2 * _MM
    return [round(v, 2) for v in (left, bottom, left + width * _MM, bottom + height * _MM)]


def widget_of(
    file: pikepdf.Pdf, name: str, index: int, box: list[float], *, label: str, look=None, text: str | None = None,
    closes: bool = False, holds: bool = False,
) -> pikepdf.Object:  # fmt: skip
    """An empty field on a page: of a text, else of a signature; one that `closes` the document leaves no other to be filled,
    one that `holds` leaves those to be filled that are there."""
    page = file.pages[index].obj
    width, height = _size(box)
    if look is None:
        look = file.make_stream(
            b"", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, width, height], Resources=Dictionary()
        )
    widget = Dictionary(
        Type=Name.Annot, Subtype=Name.Widget, T=String(name), TU=String(label), Rect=Array(box),
        P=page, F=_PRINT | _LOCKED, AP=Dictionary(N=file.make_indirect(look)),
    )  # fmt: skip
    if text is None:
        widget.FT = Name.Sig
    else:
        # Read only for people: no viewer offers to type here, the clerk's seal fills it.
        widget.update(
            {"/FT": Name.Tx, "/Ff": _READ_ONLY, "/V": String(text), "/DA": String("/Tinos 13 Tf 0 g")}
        )
    if closes:
        # Signing this field closes the document: no field may change and no permission remains.
        widget.Lock = file.make_indirect(Dictionary(Type=Name.SigFieldLock, Action=Name.All, P=1))
    elif holds:
        widget.Lock = file.make_indirect(
            Dictionary(Type=Name.SigFieldLock, Action=Name.Include, Fields=Array([String(name)]), P=2)
        )
    widget = file.make_indirect(widget)
    if "/Annots" not in page:
        page.Annots = Array()
    page.Annots.append(widget)
    tag_field(file, widget, page)
    return widget
