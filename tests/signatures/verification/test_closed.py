"""What we sign first is a file complete in itself, or it is refused with a sentence.

A scan or an attachment may come from anybody. If it names objects that are not there, or points behind its end, somebody
could write later what our signature seems to cover. Whatever is done about it, the same must come out: nothing that is
put in afterwards is both shown and called valid.
"""

import io

import pytest
from pyhanko.pdf_utils.generic import IndirectObject
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.xref import ObjStreamRef

from documents import blobs
from signatures import actions as signing
from signatures.appearance.text_line import copy_line, first_page, line_on
from signatures.errors import SigningError
from signatures.pades import certify, mark
from signatures.verification import verify
from tests.signatures.actions.test_certify_copy import letter, press
from tests.signatures.attacks import forward, raw, readers, tools, undefined
from tests.signatures.attacks.cast import BODY, Cast
from tests.signatures.attacks.seen import shown_otherwise

N, FAR, FALSE = forward.N, forward.FAR, raw.FALSE
_SEEN = {label: (how, later) for label, (how, later, seen) in undefined.PAPERS.items() if seen}


@pytest.fixture(scope="module")
def cast(tmp_path_factory) -> Cast:
    return Cast(tmp_path_factory.mktemp("closed"))


def signed_by_us(cast, pdf: bytes) -> bytes | None:
    """As the office signs a scan or an attachment; None when it refuses."""
    try:
        look, box = line_on(first_page(pdf), copy_line(BODY, cast.now))
        return mark(pdf, cast.agency(), look=look, box=box, at=cast.now)
    except SigningError as error:
        assert str(error).endswith(".") and " " in str(error)
        return None


def loose_ends(pdf: bytes) -> set[int]:
    """Objects that something reachable names and that are not there, or not in the bytes."""
    reader = PdfFileReader(io.BytesIO(pdf), strict=False)
    missing, seen = set(), set()
    waiting = [reader.trailer.raw_get(key) for key in ("/Root", "/Info") if key in reader.trailer]
    while waiting:
        one = waiting.pop()
        if isinstance(one, IndirectObject):
            if one.reference in seen:
                continue
            seen.add(one.reference)
            try:
                place = reader.xrefs[one.reference]
            except KeyError:
                place = None
            if isinstance(place, ObjStreamRef):
                waiting.append(IndirectObject(place.obj_stream_id, 0, reader))
            elif place is None or place >= len(pdf):
                missing.add(one.idnum)
                continue
            one = one.get_object()
        if isinstance(one, dict):
            waiting += dict.values(one)
        elif isinstance(one, list):
            waiting += list.__iter__(one)
    return missing


def judged(cast, pdf: bytes) -> str:
    return verify(pdf, trust_roots=cast.roots).verdict


def test_an_honest_scan_is_signed_closed_and_valid(cast):
    signed = signed_by_us(cast, raw.paper())
    assert loose_ends(signed) == set() and judged(cast, signed) == "valid"


def test_the_question_finds_what_is_missing():
    assert loose_ends(raw.paper(contents=b"[4 0 R 90 0 R]")) == {90}
    assert loose_ends(forward.table((N, FAR))) == {N}


@pytest.mark.parametrize("label", _SEEN)
def test_what_the_scan_names_and_does_not_hold_cannot_be_written_later(cast, label):
    how, later = _SEEN[label]
    signed = signed_by_us(cast, raw.paper(**how))
    if signed is None:
        return
    changed = tools.appended(signed, later)
    assert not (judged(cast, changed) == "valid" and shown_otherwise(changed, signed))
    assert loose_ends(signed) == set()


FORWARD = {
    "a table": (lambda: forward.table((N, FAR)), [(N, raw.stream(FALSE))]),
    "a stream": (
        lambda: forward.index({N: (1, FAR, 0)}, raw.parts(contents=b"[4 0 R %d 0 R]" % N)),
        [(N, raw.stream(FALSE))],
    ),
    "an object stream": (
        lambda: forward.index(
            {N: (2, N + 1, 0), N + 1: (1, FAR, 0)},
            raw.parts(contents=b"%d 0 R" % N, more={6: raw.stream(FALSE)}),
        ),
        [(N + 1, forward.container(N + 1, N, b"[4 0 R 6 0 R]"))],
    ),
}


@pytest.mark.parametrize("label", FORWARD)
def test_what_lies_behind_the_end_of_the_scan_cannot_be_written_later(cast, label):
    make, objects = FORWARD[label]
    signed = signed_by_us(cast, make())
    if signed is None:
        return
    changed = forward.behind(signed, *objects)
    assert not (judged(cast, changed) == "valid" and shown_otherwise(changed, signed))
    assert loose_ends(signed) == set()


def test_a_content_longer_than_the_scan_cannot_be_completed_later(cast):
    pdf = raw.written(raw.parts(more={4: raw.stream(raw.AMOUNT, length=b"%010d" % 0)}))
    begun = pdf.index(raw.AMOUNT)
    signed = signed_by_us(cast, pdf.replace(b"/Length 0000000000", b"/Length %010d" % (FAR - begun)))
    if signed is None:
        return
    # The signature and its picture lie in between; whatever they open as a content is closed first.
    tail = b"\n" + b")" * 99 + b" >> ] ET " + b"Q " * 9 + FALSE + b" "
    changed = (
        signed.ljust(FAR - len(tail)) + tail + b"\nendstream\nendobj\n" + signed[signed.rfind(b"startxref") :]
    )
    assert not (judged(cast, changed) == "valid" and shown_otherwise(changed, signed))


def test_what_sleeps_in_a_stream_of_the_scan_is_not_woken(cast):
    signed = signed_by_us(cast, raw.paper(**readers.SLEEPER))
    if signed is None:
        return
    changed = readers.ended(signed, pointer=b"+%(begun)d")
    assert not (judged(cast, changed) == "valid" and shown_otherwise(changed, signed))


def test_a_prepared_paper_with_a_loose_end_is_not_certified_as_it_is(cast):
    """Prepared papers are ours; one that was touched before the signature is not."""

    def touch(writer):
        page = tools.page_of(writer)
        page["/Contents"] = tools.list_of(page.raw_get("/Contents"), tools.nowhere(writer, 900))
        writer.update_container(page)

    try:
        signed = certify(tools.updated(cast.prepared, touch), cast.person(), at=cast.now)
    except SigningError as error:
        assert str(error).endswith(".")
        return
    changed = tools.appended(signed, {900: raw.stream(raw.SHEET)})
    assert not (judged(cast, changed) == "valid" and shown_otherwise(changed, signed))
    assert loose_ends(signed) == set()


SCANS = {
    "undefined": (
        raw.paper(contents=b"[4 0 R 90 0 R]"),
        lambda signed: tools.appended(signed, {90: raw.stream(FALSE)}),
    ),
    "forward": (forward.table((N, FAR)), lambda signed: forward.behind(signed, (N, raw.stream(FALSE)))),
}


@pytest.mark.parametrize("label", SCANS)
def test_the_clerk_signs_no_copy_of_a_scan_that_can_be_changed_afterwards(office, keys, label):
    scan, change = SCANS[label]
    paper = letter(office, scan)
    said = press(office, paper).content.decode()
    copy = paper.files.filter(stage="copy").first()
    if copy is None:  # the scan was refused, and the clerk was told so
        assert "không ký" in said.lower() or "quét lại" in said.lower()
        return
    signed = blobs.read(copy.blob)
    changed = change(signed)
    assert not (signing.check(changed)[0] == "valid" and shown_otherwise(changed, signed))
    assert loose_ends(signed) == set()
