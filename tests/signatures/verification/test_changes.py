"""What may follow a signature, and what may not: through updates as programs write them."""

import io

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec, MDPPerm

from signatures.pades import renew
from signatures.verification import verify
from signatures.verification.changes import Changes, Level
from signatures.verification.finding import signatures_of
from signatures.verification.pdf import File
from tests.signatures.attacks import tools
from tests.signatures.attacks.cast import Cast
from tests.signatures.attacks.tools import dictionary, name, numbers


@pytest.fixture(scope="module")
def cast(tmp_path_factory) -> Cast:
    return Cast(tmp_path_factory.mktemp("cast"))


def levels(pdf: bytes) -> list[Level]:
    """How far each step after each signature goes."""
    file = File(pdf)
    found = signatures_of(file)
    assert [one.fault for one in found] == [""] * len(found)
    changes = Changes(file, [one.end for one in found])
    return [step.level for step in changes.after(found[0].end)]


def test_number_date_and_seal_are_form_filling_and_stamps_are_validation_data(cast):
    assert levels(cast.sealed) == [Level.FORM]
    assert levels(renew(cast.sealed, services=cast.services())) == [Level.FORM, Level.VALIDATION]


def test_a_paper_renewed_three_times_is_valid(cast):
    paper = cast.seal(cast.approve_at("B-LT"), cast.agency())
    for count in (1, 2, 3):
        paper = renew(paper, services=cast.services())
        found = verify(paper, trust_roots=cast.roots)
        assert [one.verdict for one in found.signatures if one.capacity == "stamp"] == ["valid"] * count
        assert found.signatures[0].verdict == "valid", found.reasons


def test_a_signature_names_the_fields_that_were_touched_after_it_and_where(cast):
    file = File(cast.sealed)
    first, _ = signatures_of(file)
    (step,) = Changes(file, [first.end]).after(first.end)
    assert [(one.signed, one.new) for one in step.touched] == [(False, False), (False, False), (True, False)]
    assert len(step.places) == 3 and {place.page for place in step.places} == {0, 1}


def _font(writer):
    return dictionary({"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"})


def _set(holder, key: str, value):
    holder[name(key)] = value


UNLISTED = {
    "a key of the catalog": lambda w: _set(w.root, "/PageMode", name("/UseOutlines")),
    "an action on opening": lambda w: _set(w.root, "/OpenAction", tools.dictionary({"/S": "/Named"})),
    "layers": lambda w: _set(w.root, "/OCProperties", dictionary({"/D": dictionary({})})),
    "marks of tagging": lambda w: _set(w.root, "/MarkInfo", dictionary({"/Marked": generic.BooleanObject(False)})),
    "looks are to be made anew": lambda w: _set(w.root["/AcroForm"], "/NeedAppearances", generic.BooleanObject(True)),
    "a default look": lambda w: _set(w.root["/AcroForm"], "/DA", generic.pdf_string("/F 99 Tf")),
    "default resources": lambda w: _set(w.root["/AcroForm"], "/DR", dictionary({"/Font": dictionary({"/Tinos": _font(w)})})),
    "a default position": lambda w: _set(w.root["/AcroForm"], "/Q", generic.NumberObject(2)),
    "an XFA form": lambda w: _set(w.root["/AcroForm"], "/XFA", tools.stream(w)),
    "a page turned": lambda w: _set(tools.page_of(w), "/Rotate", generic.NumberObject(90)),
    "a page cut": lambda w: _set(tools.page_of(w), "/CropBox", numbers(0, 0, 300, 300)),
    "other contents": lambda w: _set(tools.page_of(w), "/Contents", tools.stream(w)),
    "a title": lambda w: _set(w.trailer["/Info"], "/Title", generic.pdf_string("Khác")),
}  # fmt: skip


@pytest.mark.parametrize("what", UNLISTED)
def test_what_is_not_on_the_list_is_a_change(cast, what):
    def change(writer):
        UNLISTED[what](writer)
        for ref in (writer.root, tools.page_of(writer), writer.root["/AcroForm"], writer.trailer["/Info"]):
            writer.update_container(ref)
        writer.update_root()

    pdf = tools.updated(cast.sealed, change)
    assert levels(pdf)[-1] == Level.OTHER
    assert verify(pdf, trust_roots=cast.roots).verdict == "invalid"


def after(pdf: bytes, written: bytes, number: int, *, trailer: bytes = b"", tail: bytes = b"") -> bytes:
    """One raw update: `written` begins with object `number`, which is all that its index names."""
    reader = PdfFileReader(io.BytesIO(pdf))
    begun = len(pdf) + len(written)
    table = b"xref\n%d 1\n%010d 00000 n \n" % (number, len(pdf))
    last = b"trailer\n<< /Size %d /Root %d 0 R /Prev %d %s >>\n" % (
        number + 9, reader.root_ref.idnum, reader.last_startxref, trailer,
    )  # fmt: skip
    return pdf + written + table + last + b"startxref\n%d\n%%%%EOF\n" % begun + tail


RAW = {
    "an object that no index names": {"written": b"%d 0 obj\n<< >>\nendobj\n%d 0 obj\n(hidden)\nendobj\n"},
    "words between": {"written": b"%d 0 obj\n<< >>\nendobj\nstray words\n"},
    "an object in a comment": {"written": b"%d 0 obj\n<< >> %% %d 0 obj\nendobj\n"},
    "an object in a string": {"written": b"%d 0 obj\n(\n%d 0 obj << >> endobj)\nendobj\n"},
    "a trailer in a string": {"written": b"%d 0 obj\n(\ntrailer << /Root 9 0 R >>)\nendobj\n"},
    "a key twice": {"written": b"%d 0 obj\n<< /A 1 /A 2 >>\nendobj\n"},
    "no end of the object": {"written": b"%d 0 obj\n<< >>\n"},
    "a key of the trailer": {"written": b"%d 0 obj\n<< >>\nendobj\n", "trailer": b"/Extra 1"},
    "words after the end": {"written": b"%d 0 obj\n<< >>\nendobj\n", "tail": b"more\n%%EOF\n"},
}


@pytest.mark.parametrize("what", RAW)
def test_bytes_that_readers_may_take_in_two_ways_are_a_change(cast, what):
    number = tools.next_number(cast.sealed)
    how = dict(RAW[what])
    text = how.pop("written")
    written = text % ((number, number + 1) if text.count(b"%d") == 2 else number)
    assert verify(after(cast.sealed, written, number, **how), trust_roots=cast.roots).verdict == "invalid"
    plain = after(cast.sealed, b"%d 0 obj\n<< >>\nendobj\n" % number, number)
    assert verify(plain, trust_roots=cast.roots).verdict == "valid"


def test_an_object_that_nothing_reaches_changes_nothing(cast):
    number = tools.next_number(cast.sealed)
    pdf = tools.appended(cast.sealed, {number: b"<< /Left /Over >>"})
    assert levels(pdf) == [Level.FORM, Level.VALIDATION]
    assert verify(pdf, trust_roots=cast.roots).verdict == "valid"


@pytest.mark.parametrize(("locked", "verdict"), [("so", "invalid"), ("ngay", "valid")])
def test_a_locked_field_may_not_be_filled_and_others_may(cast, locked, verdict):
    paper = cast.approve(cast.prepared, lock=FieldMDPSpec(FieldMDPAction.INCLUDE, [locked]))

    def fill(writer):
        field = tools.field_of(writer, "so")
        field["/V"] = generic.pdf_string("99")
        writer.update_container(field)

    filled = cast.approve(tools.updated(paper, fill), field="Sau", who="Người Sau")
    assert verify(filled, trust_roots=cast.roots).signatures[0].verdict == verdict


def test_a_lock_that_names_no_fields_means_all(cast, monkeypatch):
    told = {"/Type": name("/TransformParams"), "/V": name("/1.2")}
    monkeypatch.setattr(FieldMDPSpec, "as_transform_params", lambda _: dictionary(told))
    paper = cast.approve(cast.prepared, lock=FieldMDPSpec(FieldMDPAction.ALL))
    assert verify(paper, trust_roots=cast.roots).verdict == "valid"

    def fill(writer):
        field = tools.field_of(writer, "so")
        field["/V"] = generic.pdf_string("99")
        writer.update_container(field)

    filled = cast.approve(tools.updated(paper, fill), field="Sau", who="Người Sau")
    assert verify(filled, trust_roots=cast.roots).signatures[0].verdict == "invalid"


def test_after_a_certification_only_fields_that_were_there_are_signed(cast):
    certified = cast.approve(cast.prepared, certify=True, perm=MDPPerm.FILL_FORMS)
    later = cast.approve(certified, field="Moi", who="Người Mới")
    assert verify(later, trust_roots=cast.roots).signatures[0].verdict == "invalid"
