"""A field that nobody signed is drawn over the sealed page; a careless eye takes its box for empty.

Its pieces lie in the file already when the field comes: as "certificates" of the document security store, as /MarkInfo,
or as objects that nothing leads to.
"""

import io

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfTimeStamper, fields
from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec, MDPPerm

from signatures.appearance.text_line import copy_line, first_page, line_on
from signatures.pades import mark

from . import raw, tools
from .cast import BODY, Cast
from .table import attack

GROUP = "Trường chèn sau, vẽ lên trang đã đóng dấu"
NAME = "KyLen"
_BOX = (0, 0, 595, 842)


def _pieces(kept: dict, where: str):
    """The picture, and the corner of its box, as objects of an update that seems to bring evidence."""

    def change(writer):
        kept["look"] = tools.stream(writer, raw.FALSE)
        corner = writer.add_object(generic.NumberObject(842))
        kept["corner"] = corner.idnum
        if where == "store":
            store = tools.dictionary({"/Type": "/DSS", "/Certs": generic.ArrayObject([kept["look"]])})
            writer.root["/DSS"] = writer.add_object(store)
            writer.root["/MarkInfo"] = corner
            writer.update_root()
        kept["look"] = kept["look"].idnum

    return change


def covering(kept: dict, rect, *, alter=None):
    """A new signature field with the picture, and the box `rect(writer, kept)`."""

    def change(writer):
        fields.append_signature_field(writer, fields.SigFieldSpec(NAME, on_page=0, box=_BOX))
        field = tools.field_of(writer, NAME)
        look = tools.nowhere(writer, kept["look"])
        field["/AP"] = generic.DictionaryObject({tools.name("/N"): look})
        box = rect(writer, kept)
        if box is None:
            del field["/Rect"]
        else:
            field["/Rect"] = box
        if alter:
            alter(writer, field, kept)
        writer.update_container(field)

    return change


def by_reference(writer, kept):
    return generic.ArrayObject([*tools.numbers(0, 0, 595), tools.nowhere(writer, kept["corner"])])


def _drawn(pdf: bytes, where: str, rect, **how) -> bytes:
    kept: dict = {}
    return tools.updated(tools.updated(pdf, _pieces(kept, where)), covering(kept, rect, **how))


def _reversed(writer, kept):
    return generic.ArrayObject(
        [generic.NumberObject(595), tools.nowhere(writer, kept["corner"]), *tools.numbers(0, 0)]
    )


def _null(writer, kept):
    return generic.ArrayObject([generic.NullObject(), generic.NullObject(), *tools.numbers(595, 842)])


def _indirect_array(writer, kept):
    return writer.add_object(by_reference(writer, kept))


def _in_a_kid(writer, field, kept):
    """The field has no box; a widget below it has."""
    tools.give_kids(writer, NAME, [(by_reference(writer, kept), field["/AP"])])


def _closed(cast: Cast) -> bytes:
    """Nothing may change any more, and no field may."""
    lock = FieldMDPSpec(FieldMDPAction.ALL)
    return cast.approve(raw.paper(), certify=True, perm=MDPPerm.NO_CHANGES, lock=lock)


def _copy(cast: Cast) -> bytes:
    """A scan to which the product put the line and the signature of the office."""
    look, box = line_on(first_page(raw.paper()), copy_line(BODY, cast.now))
    return mark(raw.paper(), cast.agency(), look=look, box=box, at=cast.now)


BASES = {
    "văn bản đã đóng dấu": lambda cast: cast.sealed,
    "bản sao do hệ thống ký": _copy,
    "chứng nhận không cho đổi gì (P=1), khóa mọi trường": _closed,
    "chữ ký phê duyệt": lambda cast: cast.approve(cast.prepared),
}
for _label, _base in BASES.items():
    attack(GROUP, f"Góc ô là tham chiếu (/MarkInfo), hình ở DSS: {_label}", seen=True)(
        lambda cast, base=_base: _drawn(base(cast), "store", by_reference)
    )
for _label, _rect in {
    "Góc ô là tham chiếu, hình và góc là đối tượng không ai nhắc tới": by_reference,
    "Góc ô là tham chiếu, hai góc đảo nhau": _reversed,
    "Góc ô là null": _null,
    "Cả ô là một tham chiếu": _indirect_array,
}.items():
    attack(GROUP, _label, seen=True)(lambda cast, rect=_rect: _drawn(_closed(cast), "nowhere", rect))


@attack(GROUP, "Ô nằm ở widget con của trường", seen=True)
def in_a_kid(cast: Cast) -> bytes:
    return _drawn(_closed(cast), "store", lambda writer, kept: None, alter=_in_a_kid)


@attack(GROUP, "Hình đã nằm sẵn trong văn bản khi ký", seen=True)
def prepared_beforehand(cast: Cast) -> bytes:
    kept: dict = {}
    signed = cast.approve(tools.updated(cast.prepared, _pieces(kept, "nowhere")))
    return tools.updated(signed, covering(kept, by_reference))


@attack(GROUP, "Hình của ô số, phóng to ra cả trang, góc ô là null", seen=True)
def the_number_itself(cast: Cast) -> bytes:
    """One update, nothing new in it but the field: the picture is one that the sealed paper draws small."""
    writer = IncrementalPdfFileWriter(io.BytesIO(cast.sealed), strict=False)
    kept = {"look": tools.field_of(writer, "so")["/AP"].raw_get("/N").idnum}
    return tools.updated(cast.sealed, covering(kept, _null))


@attack(GROUP, "Hình có nhiều trạng thái, /AS chọn trạng thái che", seen=True)
def by_state(cast: Cast) -> bytes:
    def alter(writer, field, kept):
        states = generic.DictionaryObject({tools.name("/On"): field["/AP"].raw_get("/N")})
        field["/AP"] = generic.DictionaryObject({tools.name("/N"): states})
        field["/AS"] = tools.name("/On")

    return _drawn(_closed(cast), "store", by_reference, alter=alter)


@attack(GROUP, "Dấu thời gian tài liệu có ô và có hình", seen=True)
def drawing_stamp(cast: Cast) -> bytes:
    kept: dict = {}
    pdf = tools.updated(_closed(cast), _pieces(kept, "store"))
    return tools.signed_with(
        pdf, covering(kept, by_reference), PdfTimeStamper(cast.services().timestamper, field_name=NAME)
    )


@attack(GROUP, "Dấu thời gian tài liệu có ô bằng không, hình vẽ ra ngoài ô")
def stamp_with_look(cast: Cast) -> bytes:
    """Two readers draw nothing in a box of no size; there is no reason for such a picture."""
    kept: dict = {}
    pdf = tools.updated(_closed(cast), _pieces(kept, "store"))
    field = covering(kept, lambda writer, kept: tools.numbers(0, 0, 0, 0))
    return tools.signed_with(pdf, field, PdfTimeStamper(cast.services().timestamper, field_name=NAME))
