"""The two signatures of a paper: the person certifies, the agency fills number and date and seals.

Both are PAdES B-B in one file that only grows (Decree 30/2020, Articles 13, 15, 17; Appendix
I.II.7d and 8). The person's signature leaves form filling open, the agency's closes the file.
"""

import io
from datetime import date, datetime

from pyhanko.pdf_utils import generic, layout
from pyhanko.pdf_utils.content import PdfContent, RawContent
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError as PyHankoPdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import PdfSignatureMetadata, signers
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.stamp import StaticStampStyle

from documents.layout import PdfError
from documents.layout.fields import AGENCY, DATE, NUMBER, PERSON, field_texts, fill_number

from .signer import Signer, SigningError
from .verification import intact_signature

__all__ = ["Signer", "SigningError", "certify", "date_text", "fits_number", "seal"]

# Hex digits kept for one signature with its chain. A fixed size saves a trial signature.
_RESERVED = 16384
_BAD_FILE = "Tệp PDF không đọc được nên không ký được."


def fits_number(n: int) -> str:
    """The number as printed: below ten with a leading zero (Appendix I.II.3)."""
    if n < 1:
        raise ValueError("a document number starts at 1")
    return f"{n:02d}"


def date_text(d: date) -> str:
    """The date as printed: days below ten and months 1 and 2 with a leading zero (Appendix I.II.4)."""
    month = f"{d.month:02d}" if d.month < 3 else str(d.month)
    return f"ngày {d.day:02d} tháng {month} năm {d.year}"


def certify(
    pdf: bytes, signer: Signer, *, at: datetime, reason: str = "", appearance: bytes | None = None
) -> bytes:
    """The person's signature on a prepared paper; after it only form filling and the seal may follow.

    `at` is the moment of signing (aware); `appearance` a one-page PDF, shrunk to fit if larger.
    Raises SigningError when the paper is not prepared, already signed, or the certificate unusable.
    """
    signer.check_usable(at)
    writer = _open(pdf)
    field = _field(writer, PERSON)
    if any(one.get("/V") is not None for one in _fields(writer) if one.get("/FT") == "/Sig"):
        raise SigningError("Văn bản đã có chữ ký số, không ký lần nữa.")
    meta = PdfSignatureMetadata(
        field_name=field["/T"], md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES,
        reason=reason or None, certify=True, docmdp_permissions=MDPPerm.FILL_FORMS,
    )  # fmt: skip
    return _sign(writer, meta, signer, at, appearance, layout.InnerScaling.SHRINK_TO_FIT)


def seal(
    pdf: bytes,
    signer: Signer,
    *,
    number_text: str,
    date_text: str,
    at: datetime,
    appearance: bytes | None = None,
) -> bytes:
    """Fill number and date and put the agency's signature over the whole file, in one update.

    `appearance` is a one-page PDF drawn at its real size. Raises SigningError when the personal
    signature is missing or broken, when anything changed after it, or when a seal is there already.
    """
    signer.check_usable(at)
    _check_texts(number_text, date_text)
    writer = _open(pdf)
    if _field(writer, AGENCY).get("/V") is not None:
        raise SigningError("Văn bản đã có chữ ký số của cơ quan, không đóng dấu lần nữa.")
    if _field(writer, PERSON).get("/V") is None:
        raise SigningError("Văn bản chưa có chữ ký số của người có thẩm quyền, không được đóng dấu.")
    if not intact_signature(pdf, PERSON):
        raise SigningError("Chữ ký số của người có thẩm quyền không còn đúng: tệp đã bị thay đổi sau khi ký.")
    _fill(writer, number_text, date_text)
    meta = PdfSignatureMetadata(
        field_name=AGENCY, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES,
        docmdp_permissions=MDPPerm.NO_CHANGES,
    )  # fmt: skip
    return _sign(writer, meta, signer, at, appearance, layout.InnerScaling.NO_SCALING)


def _check_texts(number: str, day: str) -> None:
    if not (number.isascii() and number.isalnum() and number[:1].isdigit() and len(number) <= 8):
        raise SigningError("Số văn bản không hợp lệ.")
    if not day.startswith("ngày ") or not day.isprintable() or len(day) > 40:
        raise SigningError("Ngày ban hành không hợp lệ.")


class _Writer(IncrementalPdfFileWriter):
    def _update_meta(self):
        """Leave XMP alone: pyHanko's rewriting would drop what PDF/A asks for."""


class _PdfSigner(signers.PdfSigner):
    """Signs with a given time instead of the clock's."""

    def __init__(self, *args, at: datetime, **kwargs):
        super().__init__(*args, **kwargs)
        self._at = at

    def init_signing_session(self, *args, **kwargs):
        session = super().init_signing_session(*args, **kwargs)
        session.system_time = self._at
        return session


class _OnePage(PdfContent):
    """First page of a PDF held in memory, as the picture of a signature."""

    def __init__(self, pdf: bytes):
        super().__init__()
        self._pdf = pdf

    def render(self) -> bytes:
        form = self._ensure_writer.import_page_as_xobject(PdfFileReader(io.BytesIO(self._pdf)))
        x0, y0, x1, y1 = (float(value) for value in form.get_object()["/BBox"])
        self.box = layout.BoxConstraints(width=x1 - x0, height=y1 - y0)
        self.resources.xobject["/Mark"] = form
        return b"/Mark Do"


def _open(pdf: bytes) -> _Writer:
    try:
        return _Writer(io.BytesIO(pdf))
    except (PyHankoPdfError, ValueError, OSError) as error:
        raise SigningError(_BAD_FILE) from error


def _fields(writer: _Writer) -> list:
    try:
        return [ref.get_object() for ref in writer.root["/AcroForm"]["/Fields"]]
    except (KeyError, AttributeError, PyHankoPdfError):
        return []


def _field(writer: _Writer, name: str):
    for field in _fields(writer):
        if field.get("/T") == name:
            return field
    raise SigningError("Tệp chưa có chỗ cho số, ngày và chữ ký: văn bản chưa được chuẩn bị để ký.")


def _fill(writer: _Writer, number: str, day: str) -> None:
    fields = {name: _field(writer, name) for name in (NUMBER, DATE)}
    try:
        texts = {NUMBER: fill_number(str(fields[NUMBER].get("/V", "")), number), DATE: day}
    except PdfError as error:
        raise SigningError(str(error)) from error
    sized = {name: (texts[name], *_size(field)) for name, field in fields.items()}
    drawn = PdfFileReader(io.BytesIO(field_texts(sized)))
    for index, (name, field) in enumerate(fields.items()):
        look = writer.import_page_as_xobject(drawn, page_ix=index)
        field["/V"] = generic.pdf_string(texts[name])
        field["/AP"] = generic.DictionaryObject({pdf_name("/N"): look})
        writer.update_container(field)


def _size(field) -> tuple[float, float]:
    x0, y0, x1, y1 = (float(value) for value in field["/Rect"])
    return x1 - x0, y1 - y0


def _sign(writer: _Writer, meta, signer: Signer, at: datetime, appearance: bytes | None, scaling) -> bytes:
    if at.tzinfo is None:
        raise ValueError("the moment of signing must carry its zone")
    # Never pyHanko's own text stamp: it embeds Vietnamese letters wrongly.
    picture = _OnePage(appearance) if appearance else RawContent(b"", box=layout.BoxConstraints(1, 1))
    rule = layout.SimpleBoxLayoutRule(
        layout.AxisAlignment.ALIGN_MID, layout.AxisAlignment.ALIGN_MID,
        margins=layout.Margins.uniform(0), inner_content_scaling=scaling,
    )  # fmt: skip
    style = StaticStampStyle(border_width=0, background=picture, background_layout=rule, background_opacity=1)
    out = io.BytesIO()
    try:
        _PdfSigner(meta, signer, stamp_style=style, at=at).sign_pdf(
            writer, existing_fields_only=True, bytes_reserved=_RESERVED, output=out
        )
    except (PyHankoPdfError, signers.pdf_signer.SigningError, ValueError) as error:
        raise SigningError("Không ký được tệp này. " + _BAD_FILE) from error
    return out.getvalue()
