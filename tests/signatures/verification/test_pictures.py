"""The net of pictures: what a later signer shows over an earlier signer's text, and pages that are drawn otherwise."""

import pytest
from pyhanko.pdf_utils import generic

from signatures.pades import renew
from signatures.verification import pictures, verify
from signatures.verification.changes import Place
from signatures.verification.pdf import File
from tests.signatures.attacks import tools
from tests.signatures.attacks.cast import Cast
from tests.signatures.attacks.tools import name

HEADING = (90.0, 760.0, 280.0, 790.0)  # box over the head of the first page
BLANK = (60.0, 5.0, 260.0, 45.0)


@pytest.fixture(scope="module")
def cast(tmp_path_factory) -> Cast:
    return Cast(tmp_path_factory.mktemp("cast"))


def drawn_over(pdf: bytes, content: bytes) -> bytes:
    """The first page with something more on it."""

    def change(writer):
        page = tools.page_of(writer)
        old = page.raw_get("/Contents")
        parts = [tools.stream(writer, b"q"), old, tools.stream(writer, b"Q " + content)]
        page[name("/Contents")] = generic.ArrayObject(parts)
        writer.update_container(page)

    return tools.updated(pdf, change)


def doubts(pdf: bytes, content: bytes, box: tuple) -> list[str]:
    grown = drawn_over(pdf, content)
    seen = pictures.Pictures(File(grown), None)
    return seen.doubts(len(pdf), [Place(0, box)])


def fill(box: tuple, colour: bytes) -> bytes:
    left, bottom, right, top = box
    return b"q %s rg %f %f %f %f re f Q" % (colour, left, bottom, right - left, top - bottom)


@pytest.mark.parametrize(("colour", "doubted"), [(b"1 1 1", True), (b"0.9 0.9 1", True), (b"0 0 0", True)])
def test_a_box_over_text_is_doubted(cast, colour, doubted):
    assert bool(doubts(cast.signed, fill(HEADING, colour), HEADING)) is doubted


def test_black_lines_beside_text_are_doubted_and_red_ones_are_not(cast):
    left, bottom, right, top = HEADING
    lines = b" ".join(b"%f %f m %f %f l S" % (x, bottom, x, top) for x in range(int(left), int(right), 3))
    assert doubts(cast.signed, b"q 0 G 1 w " + lines + b" Q", HEADING)
    assert not doubts(cast.signed, b"q 0.85 0 0 RG 1 w " + lines + b" Q", HEADING)


def test_a_picture_beside_the_text_is_not_doubted(cast):
    assert not doubts(cast.signed, fill(BLANK, b"0 0 0"), BLANK)


def test_a_picture_larger_than_a_tenth_of_the_page_is_doubted_wherever_it_lies(cast):
    box = (10.0, 5.0, 585.0, 100.0)
    assert doubts(cast.signed, b"", box)


def test_on_a_turned_page_the_box_is_looked_for_where_it_is_shown(cast):
    def turn(writer):
        page = tools.page_of(writer)
        page[name("/Rotate")] = generic.NumberObject(90)
        writer.update_container(page)

    turned = tools.updated(cast.prepared, turn)
    assert doubts(turned, fill(HEADING, b"1 1 1"), HEADING)
    assert not doubts(turned, fill(BLANK, b"0 0 0"), BLANK)


def test_a_page_that_is_drawn_otherwise_is_seen_by_either_program(cast, monkeypatch):
    """Past the list of changes, which would have said so before."""
    grown = drawn_over(cast.signed, b"q 0 0 0 rg 300 400 3 3 re f Q")
    assert pictures.Pictures(File(grown), len(cast.signed)).differ
    monkeypatch.setattr(pictures, "_alike", lambda *_: True)  # pdfium sees no difference
    assert pictures.Pictures(File(grown), len(cast.signed)).differ


def test_nothing_is_drawn_where_nothing_follows_the_last_signature(cast, monkeypatch):
    def never(*_):
        raise AssertionError("drawn")

    monkeypatch.setattr(pictures, "_pdfium", never)
    assert verify(cast.sealed, trust_roots=cast.roots).verdict == "valid"


def test_a_file_whose_pages_cannot_be_drawn_is_not_called_valid(cast, monkeypatch):
    paper = renew(cast.sealed, services=cast.services())
    assert verify(paper, trust_roots=cast.roots).verdict == "valid"
    monkeypatch.setenv("PATH", "/nowhere")
    found = verify(paper, trust_roots=cast.roots)
    assert found.verdict == "unknown" and "chưa so được hình" in found.sentence()
