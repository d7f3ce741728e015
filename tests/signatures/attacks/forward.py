"""What was signed points behind itself: what it says is written there later, and no update is to be seen.

The place is chosen far behind, and the way there filled with blanks; whoever signs need not be guessed.
"""

import io
import re

from pyhanko.pdf_utils.reader import PdfFileReader

from . import handmade, raw, tools
from .cast import Cast
from .raw import FALSE
from .table import attack

GROUP = "Trỏ ra sau phần đã ký"
N = 90
FAR = 200_000  # behind every paper here


def table(*entries: tuple[int, int]) -> bytes:
    """A paper whose table gives places for objects that are not written."""
    return raw.written(raw.parts(contents=b"[4 0 R %d 0 R]" % N), at=dict(entries))


def index(rows: dict[int, tuple[int, int, int]], objects: dict[int, bytes]) -> bytes:
    """A paper with a cross-reference stream; `rows` are entries of its own (kind, place or container, index)."""
    out, places = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), {}
    for number, body in sorted(objects.items()):
        places[number] = (1, len(out), 0)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    own = max([*places, *rows]) + 1
    entries = {0: (0, 0, 65535), **places, own: (1, len(out), 0), **rows}
    data = b"".join(
        bytes([k]) + a.to_bytes(4, "big") + b.to_bytes(2, "big") for _, (k, a, b) in sorted(entries.items())
    )
    numbers = b" ".join(b"%d 1" % number for number in sorted(entries))
    head = b"/Type /XRef /W [1 4 2] /Root 1 0 R /Size %d /Index [%s]" % (own + 1, numbers)
    begun = len(out)
    out += b"%d 0 obj\n%s\nendobj\n" % (own, raw.stream(data, head))
    return bytes(out) + b"startxref\n%d\n%%%%EOF\n" % begun


def behind(signed: bytes, *objects: tuple[int, bytes], far: int = FAR) -> bytes:
    """The objects at the place that was promised, and an end of file that leads where the old one led."""
    assert len(signed) < far
    last = int(re.findall(rb"startxref\s+(\d+)", signed)[-1])
    out = signed + b" " * (far - len(signed))
    for number, body in objects:
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    return out + b"startxref\n%d\n%%%%EOF\n" % last


def container(number: int, inner: int, body: bytes) -> bytes:
    head = b"%d 0 " % inner
    return raw.stream(head + body, b"/Type /ObjStm /N 1 /First %d" % len(head))


@attack(GROUP, "Nội dung trang, bảng tham chiếu thường", seen=True)
def contents(cast: Cast) -> bytes:
    return behind(cast.approve(table((N, FAR))), (N, raw.stream(FALSE)))


@attack(GROUP, "Nội dung trang, luồng tham chiếu", seen=True)
def contents_by_stream(cast: Cast) -> bytes:
    pdf = index({N: (1, FAR, 0)}, raw.parts(contents=b"[4 0 R %d 0 R]" % N))
    return behind(cast.approve(pdf), (N, raw.stream(FALSE)))


@attack(GROUP, "Luồng đối tượng chưa có, chứa danh sách nội dung", seen=True)
def container_later(cast: Cast) -> bytes:
    pdf = index(
        {N: (2, N + 1, 0), N + 1: (1, FAR, 0)}, raw.parts(contents=b"%d 0 R" % N, more={6: raw.stream(FALSE)})
    )
    return behind(cast.approve(pdf), (N + 1, container(N + 1, N, b"[4 0 R 6 0 R]")))


@attack(GROUP, "Luồng đối tượng không được nêu trong bảng, định nghĩa về sau", seen=True)
def container_undefined(cast: Cast) -> bytes:
    pdf = index({N: (2, N + 1, 0)}, raw.parts(contents=b"%d 0 R" % N, more={6: raw.stream(FALSE)}))
    return tools.appended(cast.approve(pdf), {N + 1: container(N + 1, N, b"[4 0 R 6 0 R]")})


@attack(GROUP, "Luồng đối tượng đã ký bị định nghĩa lại", seen=True)
def container_replaced(cast: Cast) -> bytes:
    inside = {N: (2, N + 1, 0)}
    objects = raw.parts(
        contents=b"%d 0 R" % N, more={6: raw.stream(FALSE), N + 1: container(N + 1, N, b"[4 0 R]")}
    )
    signed = cast.approve(index(inside, objects))
    return tools.appended(signed, {N + 1: container(N + 1, N, b"[4 0 R 6 0 R]")})


@attack(GROUP, "Độ dài của nội dung vượt quá phần đã ký", seen=True)
def length_beyond(cast: Cast) -> bytes:
    """As long as the file is too short, readers stop at `endstream`; then the length is right."""
    room = 5_000
    pdf = raw.written(raw.parts(more={4: raw.stream(raw.AMOUNT, length=b"%010d" % 0)}))
    begun = pdf.index(raw.AMOUNT)
    pdf = pdf.replace(b"/Length 0000000000", b"/Length %010d" % (FAR + room - begun))
    tail = b"\n" + FALSE + b" %"
    signed = cast.approve(pdf)
    filled = signed + b" " * (FAR - len(signed)) + tail.ljust(room)
    return filled + b"\nendstream\nendobj\n" + signed[signed.rfind(b"startxref") :]


@attack(GROUP, "Độ dài của nội dung nằm ở đối tượng viết sau", seen=True)
def length_later(cast: Cast) -> bytes:
    both = raw.AMOUNT + b"\nendstream\nendobj\n" + FALSE
    objects = raw.parts(more={4: raw.stream(both, length=b"%d 0 R" % N)})
    return behind(cast.approve(raw.written(objects, at={N: FAR})), (N, b"%d" % len(both)))


def _signed_by_hand(cast: Cast, trailer: bytes) -> bytes:
    """Signed in the one revision there is: no program would open such a paper to add another."""
    form = b"/AcroForm << /Fields [10 0 R] /SigFlags 3 >>"
    own = {10: handmade.field(b"ChuKy", 11), 11: handmade.value()}
    objects = raw.parts(contents=b"[4 0 R %d 0 R]" % N, catalog=form, page=b"/Annots [10 0 R]", more=own)
    return handmade.filled(raw.written(objects, size=N + 2, trailer=trailer), handmade.by(cast.person()))


@attack(GROUP, "Bảng cũ (/Prev) nằm sau phần đã ký", seen=True)
def prev_beyond(cast: Cast) -> bytes:
    signed = _signed_by_hand(cast, b"/Prev %d" % FAR)
    body = b"%d 0 obj\n%s\nendobj\n" % (N, raw.stream(FALSE))
    older = b"xref\n%d 1\n%010d 00000 n \ntrailer\n<< /Size %d /Root 1 0 R >>\n" % (N, FAR + 300, N + 2)
    return signed.ljust(FAR) + older.ljust(300) + body + handmade.startxref(signed)


@attack(GROUP, "Luồng tham chiếu phụ (/XRefStm) nằm sau phần đã ký", seen=True)
def hybrid_beyond(cast: Cast) -> bytes:
    signed = _signed_by_hand(cast, b"/XRefStm %d" % FAR)
    row = b"\1" + (FAR + 400).to_bytes(4, "big") + b"\0\0"
    head = b"/Type /XRef /W [1 4 2] /Root 1 0 R /Size %d /Index [%d 1]" % (N + 2, N)
    stream = b"%d 0 obj\n%s\nendobj\n" % (N + 1, raw.stream(row, head))
    body = b"%d 0 obj\n%s\nendobj\n" % (N, raw.stream(FALSE))
    return signed.ljust(FAR) + stream.ljust(400) + body + handmade.startxref(signed)


@attack(GROUP, "Con trỏ (/Prev) của bản cập nhật bỏ qua bản sửa đã ký", seen=True)
def prev_skips(cast: Cast) -> bytes:
    """The paper was corrected, then signed; the update repeats the signed table and leans on the paper before it
    was corrected."""
    false = raw.paper(text=FALSE)
    signed = cast.approve(tools.appended(false, {4: raw.stream(raw.AMOUNT)}))
    reader = PdfFileReader(io.BytesIO(signed), strict=False)
    last = reader.xrefs.total_revisions - 1
    places = {
        ref.idnum: reader.xrefs.get_historical_ref(ref, last)
        for ref in reader.xrefs.explicit_refs_in_revision(last)
    }
    rows = b"".join(b"%d 1\n%010d 00000 n \n" % (number, places[number]) for number in sorted(places))
    start = int(re.findall(rb"startxref\s+(\d+)", false)[-1])
    size, root = int(reader.trailer["/Size"]), reader.root_ref.idnum
    end = b"trailer\n<< /Size %d /Root %d 0 R /Prev %d >>\nstartxref\n%d\n%%%%EOF\n" % (
        size,
        root,
        start,
        len(signed),
    )
    return signed + b"xref\n0 1\n0000000000 65535 f \n" + rows + end
