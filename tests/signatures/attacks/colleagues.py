"""A trusted colleague signs after another, with a picture that changes what the other has signed."""

from pyhanko.pdf_utils import generic
from pyhanko.sign import fields

from signatures.providers.file import FileKey
from simulators.pki import DEMO_PASSWORD

from . import handmade, raw, tools
from .cast import Cast
from .table import attack

GROUP = "Hình của người ký sau che văn bản của người ký trước"
NAME, WHO = "KyLen", "Người Trong Cuộc"
_PAGE = (0, 0, 595, 842)
_AMOUNT = (55, 690, 560, 735)  # where the amount of a raw paper stands
_WHITE = b"1 g 0 0 1000 1000 re f"


def _looks(writer, field, content: bytes = raw.FALSE, **entries) -> None:
    look = tools.stream(writer, content, **entries)
    field["/AP"] = generic.DictionaryObject({tools.name("/N"): look})
    writer.update_container(field)


def _new(box, content: bytes = raw.FALSE, name: str = NAME, rect=None, **entries):
    def change(writer):
        fields.append_signature_field(writer, fields.SigFieldSpec(name, on_page=0, box=box))
        field = tools.field_of(writer, name)
        if rect:
            field["/Rect"] = rect(writer)
        _looks(writer, field, content, **entries)

    return change


def _empty(writer) -> None:
    """The big field, not signed and not drawn, before anybody signs."""
    fields.append_signature_field(writer, fields.SigFieldSpec(NAME, on_page=0, box=_PAGE))


def _fill(content: bytes = raw.FALSE, **entries):
    return lambda writer: _looks(writer, tools.field_of(writer, NAME), content, **entries)


def _then(cast: Cast, first: bytes, change, name: str = NAME) -> bytes:
    return cast.approve(first, who=WHO, field=name, change=change)


@attack(GROUP, "Ô ký lớn, rỗng, có từ trước chữ ký thứ nhất", seen=True)
def field_from_before(cast: Cast) -> bytes:
    return _then(cast, cast.approve(tools.updated(cast.prepared, _empty)), _fill())


@attack(GROUP, "Ô ký lớn có từ trước, chữ ký thứ nhất là chứng nhận P=2", seen=True)
def field_from_before_certified(cast: Cast) -> bytes:
    return _then(cast, cast.approve(tools.updated(cast.prepared, _empty), certify=True), _fill())


@attack(GROUP, "Ô ký lớn có từ trước, hình pha màu đảo cả trang (Difference)", seen=True)
def inverted(cast: Cast) -> bytes:
    modes = tools.dictionary({"/G": tools.dictionary({"/BM": "/Difference"})})
    look = {"/Resources": tools.dictionary({"/ExtGState": modes})}
    first = cast.approve(tools.updated(cast.prepared, _empty))
    return _then(cast, first, _fill(b"/G gs " + raw.SHEET, **look))


def _by_hand(cast: Cast, rect: bytes, more: dict[int, bytes], kids: bytes = b"") -> bytes:
    """As `_then`, where the library refuses to sign in such a box."""
    first = cast.approve(raw.paper())
    n = tools.next_number(first)
    own = kids or b"/Type /Annot /Subtype /Widget /Rect %s /F 4 /P 3 0 R /AP << /N %d 0 R >>" % (rect, n + 2)
    field = b"<< /FT /Sig /T (KyLen) /V %d 0 R %s >>" % (n + 1, own)
    objects = {n: field, n + 1: handmade.value(), n + 2: raw.form(raw.FALSE)}
    objects |= {n + k: body for k, body in more.items()}
    shown = [n + k for k in more] if kids else [n]
    later = tools.appended(first, tools.raw_lists(first, n, shown) | objects)
    who = FileKey.load(cast.data(who=WHO), DEMO_PASSWORD)
    return handmade.filled(later, handmade.by(who))


@attack(GROUP, "Ô ký mới, góc ô là tham chiếu", seen=True)
def indirect_corner(cast: Cast) -> bytes:
    n = tools.next_number(cast.approve(raw.paper()))
    return _by_hand(cast, b"[0 0 595 %d 0 R]" % (n + 3), {3: b"842"})


@attack(GROUP, "Ô ký mới, góc ô là null", seen=True)
def null_corner(cast: Cast) -> bytes:
    return _by_hand(cast, b"[null null 595 842]", {})


@attack(GROUP, "Ô ký mới, hai góc đảo nhau", seen=True)
def corners_reversed(cast: Cast) -> bytes:
    return _then(
        cast, cast.approve(cast.prepared), _new(_PAGE, rect=lambda writer: tools.numbers(595, 842, 0, 0))
    )


@attack(GROUP, "Ô ký mới nhỏ, che đúng số tiền", seen=True)
def over_the_amount(cast: Cast) -> bytes:
    content = _WHITE + b" 0 g BT /F1 300 Tf 0 300 Td (So tien: 900 000 000) Tj ET"
    return _then(cast, cast.approve(raw.paper()), _new(_AMOUNT, content))


@attack(GROUP, "Mười hai ô ký nhỏ ghép lại che cả trang", seen=True)
def many_small(cast: Cast) -> bytes:
    """One by one none is large."""
    pdf = cast.approve(cast.prepared)
    for index in range(12):
        left, bottom = (index % 3) * 198, (index // 3) * 210
        name = f"{NAME}{index}"
        pdf = _then(cast, pdf, _new((left, bottom, left + 198, bottom + 210), _WHITE, name), name)
    return pdf


@attack(GROUP, "Khổ giấy rất lớn, phần nhìn thấy (CropBox) bị che hết", seen=True)
def small_part_shown(cast: Cast) -> bytes:
    first = cast.approve(raw.paper(media=b"/MediaBox [0 0 6000 6000] /CropBox [0 0 595 842]"))
    return _then(cast, first, _new(_PAGE))


@attack(GROUP, "Một chữ ký, hai ô: ô thứ hai che trang", seen=True)
def second_widget(cast: Cast) -> bytes:
    kid = b"<< /Type /Annot /Subtype /Widget /Parent %d 0 R /Rect %s /F 4 /AP << /N %d 0 R >> >>"
    n = tools.next_number(cast.approve(raw.paper()))
    boxes = {3: b"[10 10 60 40]", 4: b"[0 0 595 842]"}
    more = {k: kid % (n, box, n + 2) for k, box in boxes.items()}
    return _by_hand(cast, b"", more, b"/Kids [%d 0 R %d 0 R]" % (n + 3, n + 4))


@attack(GROUP, "Người đóng dấu dùng ô dấu vẽ lên chữ ký và tên người ký", seen=True)
def seal_over_the_name(cast: Cast) -> bytes:
    """The field is ours and has its size; an opaque picture in it hides who signed."""
    return cast.approve(
        cast.signed, field="dau_co_quan", who=WHO,
        change=lambda writer: _looks(writer, tools.field_of(writer, "dau_co_quan"), _WHITE),
    )  # fmt: skip
