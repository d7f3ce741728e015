"""Changes that no list of keys sees: an object with two roles, an object read in two ways, a file that readers mend.

Each file is built for the purpose, from a paper that somebody signed to one that shows or does something else. Where
somebody signs after the change, no pictures are compared at all: the list alone must find it.
"""

import io
import re

import pytest
from asn1crypto import pem
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader

from signatures.providers.file import FileKey
from signatures.verification import verify
from simulators.pki import DEMO_PASSWORD
from tests.signatures.attacks import encrypted, handmade, raw, tools
from tests.signatures.attacks.cast import Cast
from tests.signatures.attacks.raw import AMOUNT, FALSE

_SCRIPT = b"/OpenAction << /S /JavaScript /JS 20 0 R >> "
_ACTION = b"<< /S /JavaScript /JS (%s) >>"
_LIVE = b"app.launchURL\\('http://a.b'\\)"
_XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title><rdf:Alt>'
    b'<rdf:li xml:lang="x-default">%s</rdf:li></rdf:Alt></dc:title></rdf:Description></rdf:RDF></x:xmpmeta>'
)
_METADATA = b"/Type /Metadata /Subtype /XML"
_TREE = b"/StructTreeRoot << /Type /StructTreeRoot /K [<< /S /Document /K [20 0 R] >>] >> "
_GREY = b"/Group << /S /Transparency /CS /DeviceGray >>"
_BOX = (55, 690, 560, 735)  # where the amount stands
_OTHER = b"1 g 0 0 600 100 re f 0 g BT /F1 30 Tf 5 10 Td (So tien: 900 000 000) Tj ET"


@pytest.fixture(scope="module")
def cast(tmp_path_factory) -> Cast:
    return Cast(tmp_path_factory.mktemp("hidden"))


def _second(cast: Cast, pdf: bytes) -> bytes:
    return cast.approve(pdf, field="KyHai", who="Người Thứ Hai")


def _own(cast: Cast, **how) -> bytes:
    """Signed without any program that would add to the form."""
    more = {6: handmade.field(b"Ky", 7), 7: handmade.value()} | how.pop("more", {})
    paper = raw.paper(page=b"/Annots [6 0 R]", more=more, **how)
    return handmade.filled(paper, handmade.by(FileKey.load(cast.data(), DEMO_PASSWORD)))


def _page(pdf: bytes, **how) -> bytes:
    """Page 1 of a raw paper again, with the annotations it has by now."""
    page = PdfFileReader(io.BytesIO(pdf), strict=False).root["/Pages"]["/Kids"][0]
    listed = b" ".join(b"%d 0 R" % one.idnum for one in list.__iter__(page["/Annots"]))
    return raw.parts(page=b"/Annots [%s]" % listed, **how)[3]


def _catalog(pdf: bytes, more: bytes, objects: dict[int, bytes]) -> bytes:
    out = io.BytesIO()
    PdfFileReader(io.BytesIO(pdf), strict=False).root.write_to_stream(out, None)
    return tools.appended(pdf, {1: out.getvalue().rstrip()[:-2] + more + b">>"} | objects)


def _store(cast: Cast, pdf: bytes, number: int = 90) -> bytes:
    certificate = raw.stream(pem.unarmor(cast.roots[0])[2])
    return _catalog(pdf, b"/DSS << /Certs [%d 0 R] >>" % number, {number: certificate})


def _asleep(cast: Cast) -> bytes:
    """A second object 4 stands in the signed file; the index names the first."""
    paper = raw.paper()
    at = paper.index(b"xref\n0 1")
    hidden = b"4 0 obj\n%s\nendobj\n" % raw.stream(FALSE)
    paper = paper[:at] + hidden + paper[at:]
    return cast.approve(re.sub(rb"startxref\n\d+", b"startxref\n%d" % (at + len(hidden)), paper))


def _shown_by_a_colleague(
    cast: Cast, look: bytes, box=_BOX, added: dict[int, bytes] | None = None, **how
) -> bytes:
    """Somebody else signs in a new field, whose widget has `look`; `added` are the objects it draws."""
    first = cast.approve(raw.paper(**how))
    n = tools.next_number(first)
    own = b"/Type /Annot /Subtype /Widget /Rect [%d %d %d %d] /F 4 /P 3 0 R %s" % (*box, look)
    objects = {n: b"<< /FT /Sig /T (KyLen) /V %d 0 R %s >>" % (n + 1, own), n + 1: handmade.value()}
    pdf = tools.appended(first, tools.raw_lists(first, n, [n]) | objects | (added or {}))
    return handmade.filled(pdf, handmade.by(FileKey.load(cast.data(who="Người Trong Cuộc"), DEMO_PASSWORD)))


def _form(content: bytes, width: int, height: int) -> bytes:
    return raw.form(content).replace(b"[0 0 595 842]", b"[0 0 %d %d]" % (width, height))


def a_stream_that_is_listed_as_a_field(cast):
    paper = raw.paper(catalog=b"/AcroForm << /Fields [4 0 R] >>", text=AMOUNT.ljust(len(FALSE)))
    return _second(cast, tools.appended(cast.approve(paper), {4: raw.stream(FALSE)}))


def a_script_that_is_listed_as_a_field(cast):
    paper = raw.paper(catalog=_SCRIPT + b"/AcroForm << /Fields [20 0 R] >>", more={20: raw.stream(b"a()")})
    return tools.appended(cast.approve(paper), {20: raw.stream(b"b()")})


def a_stream_that_is_listed_as_a_widget(cast):
    more = {6: b"<< /FT /Tx /T (o) /Kids [4 0 R] >>"}
    paper = raw.paper(catalog=b"/AcroForm << /Fields [6 0 R] >>", text=AMOUNT.ljust(len(FALSE)), more=more)
    return _second(cast, tools.appended(cast.approve(paper), {4: raw.stream(FALSE)}))


def an_action_below_a_widget(cast):
    more = {6: b"<< /FT /Tx /T (o) /Kids [7 0 R] >>", 7: b"<< /Kids [20 0 R] >>", 20: _ACTION % b"a"}
    paper = raw.paper(catalog=b"/OpenAction 20 0 R /AcroForm << /Fields [6 0 R] >>", more=more)
    return tools.appended(cast.approve(paper), {20: _ACTION % _LIVE})


def an_action_that_is_an_empty_signature_field(cast):
    empty = b"<< /FT /Sig /T (KyHai) /S /Launch >>"
    paper = raw.paper(catalog=b"/OpenAction 20 0 R /AcroForm << /Fields [20 0 R] >>", more={20: empty})
    filled = {20: b"<< /FT /Sig /T (KyHai) /S /Launch /F (calc.exe) /V 60 0 R >>", 60: handmade.value()}
    pdf = tools.appended(cast.approve(paper), filled)
    return handmade.filled(pdf, handmade.by(FileKey.load(cast.data(who="Người Trong Cuộc"), DEMO_PASSWORD)))


def a_form_that_comes_later(cast):
    form = b"<< /SigFlags 3 /NeedAppearances true /Fields [6 0 R] /XFA 31 0 R >>"
    catalog = b"<< /Type /Catalog /Pages 2 0 R /AcroForm %s >>" % form
    return tools.appended(_own(cast), {1: catalog, 31: raw.stream(b"<xdp/>")})


def a_form_that_was_named_and_not_there(cast):
    form = b"<< /SigFlags 3 /NeedAppearances true /Fields [6 0 R] /XFA 31 0 R >>"
    return tools.appended(_own(cast, catalog=b"/AcroForm 30 0 R"), {30: form, 31: raw.stream(b"<xdp/>")})


def a_picture_named_as_a_tool_names_its_version(cast):
    resources = b"/XObject << /ITXT %d 0 R >>"
    paper = raw.paper(resources=resources % 6, text=AMOUNT + b" /ITXT Do", more={6: raw.form(b"")})
    signed = cast.approve(paper)
    page = _page(signed, resources=resources % 90)
    return _second(cast, tools.appended(signed, {3: page, 90: raw.form(FALSE)}))


def a_place_that_is_named_for_another_number(cast):
    """Null for readers when it is signed; defined later as what the checker took it for."""
    script = {21: raw.stream(b"app.beep()")}
    catalog = b"/A 21 0 R " + _SCRIPT
    at = raw.paper(catalog=catalog, more=script).index(b"21 0 obj")
    paper = raw.written(raw.parts(catalog=catalog, more=script), at={20: at})
    return tools.appended(cast.approve(paper), {20: script[21]})


def an_action_below_an_inline_element(cast):
    paper = raw.paper(catalog=_TREE + b"/OpenAction 20 0 R", more={20: _ACTION % b"a"})
    return _second(cast, tools.appended(cast.approve(paper), {20: _ACTION % _LIVE}))


def a_mask_below_an_inline_element(cast):
    mask = b"<< /S /Luminosity /G %d 0 R >>"
    sheets = {
        21: raw.form(b"0 g 0 0 595 842 re f", _GREY),
        22: raw.form(b"1 g 0 0 595 842 re f", _GREY),
    }
    paper = raw.paper(
        catalog=_TREE, resources=b"/ExtGState << /G << /SMask 20 0 R >> >>",
        text=AMOUNT + b" q /G gs " + FALSE + b" Q", more={20: mask % 21} | sheets,
    )  # fmt: skip
    return _second(cast, tools.appended(cast.approve(paper), {20: mask % 22}))


def a_script_that_could_not_be_decrypted(cast):
    script = b"app.launchURL('http://x.y')//"
    paper = encrypted._restricted(raw.paper(catalog=_SCRIPT, more={20: b"(a)"}), 4)
    reader = PdfFileReader(io.BytesIO(paper), strict=False)
    reader.decrypt("")
    number = reader.root["/OpenAction"].raw_get("/JS").idnum
    plain = b"<%s>" % script.hex().encode()
    paper = tools.appended(paper, {number: plain}, trailer=tools.protection_of(paper))

    def change(writer):
        writer.objects[0, number] = generic.ByteStringObject(script)

    return encrypted._updated(encrypted._signed(cast, paper), change)


def a_title_behind_a_comment(cast):
    paper = raw.paper(catalog=b"/Metadata 20 0 R", more={20: raw.stream(_XMP % b"Cu", _METADATA)})
    return tools.appended(cast.approve(paper), {20: raw.stream(_XMP % b"Cu<!-- --> va gia", _METADATA)})


def a_title_where_there_was_none(cast):
    added = {90: raw.stream(_XMP % b"Quyet dinh gia", _METADATA)}
    return _catalog(cast.approve(raw.paper()), b"/Metadata 90 0 R", added)


def a_rotation_that_some_readers_did_not_take(cast):
    page = {n: raw.parts(page=b"/Rotate %s /Annots [6 0 R]" % n)[3] for n in (b"180.0", b"180")}
    signed = _own(cast, catalog=b"/AcroForm << /Fields [6 0 R] >>", more={3: page[b"180.0"]})
    return _second(cast, tools.appended(signed, {3: page[b"180"]}))


def a_page_that_is_no_object(cast):
    kids = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << >> >> 3 0 R"
    form = b"/AcroForm << /SigFlags 3 /Fields [6 0 R%s] >>"
    signed = _own(cast, kids=kids, count=2, catalog=form % b"")
    field = b"<< /Type /Annot /Subtype /Widget /FT /Sig /T (KyLen) /V 31 0 R /F 4 /P 3 0 R %s >>"
    later = {
        1: b"<< /Type /Catalog /Pages 2 0 R %s >>" % (form % b" 30 0 R"),
        3: raw.parts(page=b"/Annots [6 0 R 30 0 R]")[3],
        30: field % b"/Rect [55 690 560 735] /AP << /N 32 0 R >>", 31: handmade.value(),
        32: _form(_OTHER, 505, 45),
    }  # fmt: skip
    who = FileKey.load(cast.data(who="Người Trong Cuộc"), DEMO_PASSWORD)
    return handmade.filled(tools.appended(signed, later), handmade.by(who))


def a_look_of_one_state(cast):
    """Poppler shows the only state there is, pdfium none."""
    n = tools.next_number(cast.approve(raw.paper()))
    look = b"/AP << /N << /On %d 0 R >> >>" % (n + 2)
    return _shown_by_a_colleague(cast, look, added={n + 2: _form(_OTHER, 505, 45)})


def a_look_for_the_pointer(cast):
    n = tools.next_number(cast.approve(raw.paper()))
    more = {n + 2: _form(b"", 505, 45), n + 3: _form(_OTHER, 505, 45)}
    return _shown_by_a_colleague(cast, b"/AP << /N %d 0 R /R %d 0 R >>" % (n + 2, n + 3), added=more)


def a_picture_over_a_filled_field(cast):
    field = b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (so) /V (05) /P 3 0 R /Rect [60 500 160 540] /F 4 /AP << /N 7 0 R >> >>"
    how = {
        "page": b"/Annots [6 0 R]", "catalog": b"/AcroForm << /Fields [6 0 R] >>",
        "more": {6: field, 7: _form(b"0 g BT /F1 30 Tf 5 8 Td (05) Tj ET", 100, 40)},
    }  # fmt: skip
    n = tools.next_number(cast.approve(raw.paper(**how)))
    more = {n + 2: _form(b"1 g 0 0 200 200 re f 0 g BT /F1 30 Tf 5 8 Td (99) Tj ET", 104, 44)}
    return _shown_by_a_colleague(cast, b"/AP << /N %d 0 R >>" % (n + 2), (58, 498, 162, 542), more, **how)


def a_picture_without_a_width(cast):
    """Pdfium draws its letters beside the box."""
    n = tools.next_number(cast.approve(raw.paper()))
    look = b"/AP << /N %d 0 R >>" % (n + 2)
    return _shown_by_a_colleague(cast, look, (55, 690, 55, 690), {n + 2: _form(_OTHER, 505, 45)})


def spaces_behind_the_end(cast):
    return _asleep(cast) + b" " * 1500


def a_number_that_readers_do_not_take(cast):
    return _store(cast, cast.approve(raw.paper()), 9_000_000)


def rows_of_another_length(cast):
    pdf = _store(cast, cast.approve(raw.paper()))
    at = pdf.rindex(b"xref\n0 1")
    return pdf[:at] + re.sub(rb"( [nf]) \n", rb"\1   \n", pdf[at:])


def an_object_that_sleeps_in_the_signed_file(cast):
    return _store(cast, _asleep(cast))


def a_hybrid_index_that_goes_on_elsewhere(cast):
    signed = cast.approve(raw.paper())
    n, before = tools.next_number(signed), re.findall(rb"startxref\s+(\d+)", signed)[-1]
    out = bytearray(signed + b"\n")
    at = len(out)
    row, head = b"\1" + at.to_bytes(4, "big") + b"\0", b"/W [1 4 1] /Index [%d 1] /Size %d" % (n, n + 1)
    said = raw.stream(row, b"/Type /XRef /Root 1 0 R /Prev 20 " + head)
    out += b"%d 0 obj\n%s\nendobj\n" % (n, said)
    begun = len(out)
    trailer = b"<< /Size %d /Root 1 0 R /Prev %s /XRefStm %d >>" % (n + 1, before, at)
    out += b"xref\n0 1\n0000000000 65535 f \ntrailer\n%s\nstartxref\n%d\n%%%%EOF\n" % (trailer, begun)
    return bytes(out)


FILES = [one for name, one in list(globals().items()) if re.match(r"(an?|spaces|rows)_", name)]


@pytest.mark.parametrize("build", FILES, ids=lambda build: build.__name__)
def test_a_hidden_change_is_never_called_valid(cast, build):
    found = verify(build(cast), trust_roots=cast.roots)
    assert found.verdict != "valid"


def test_evidence_added_to_the_same_papers_is(cast):
    """Or the files above would prove nothing."""
    assert verify(_store(cast, cast.approve(raw.paper())), trust_roots=cast.roots).verdict == "valid"
    signed = _own(cast, catalog=b"/AcroForm << /SigFlags 3 /Fields [6 0 R] >>")
    assert verify(_store(cast, signed) + b"\r\n\0", trust_roots=cast.roots).verdict == "valid"
    said = {90: raw.stream(_XMP % b"", _METADATA)}
    described = _catalog(cast.approve(raw.paper()), b"/Metadata 90 0 R", said)
    assert verify(described, trust_roots=cast.roots).verdict == "valid"


@pytest.mark.parametrize("clock", [b"20190101080000", b"20990101080000"])
def test_a_time_that_cannot_be_is_not_told(cast, clock):
    value = handmade.value(more=b"/M (D:%s+07'00')" % clock)
    signed = _own(cast, catalog=b"/AcroForm << /SigFlags 3 /Fields [6 0 R] >>", more={7: value})
    (one,) = verify(signed, trust_roots=cast.roots).signatures
    assert one.verdict == "valid" and one.signed_at is None
    assert any("không thể đúng" in remark for remark in one.remarks)
