"""Nothing is said of lawful papers that others type, in Word's many ways, as .docx and as the PDF that LibreOffice makes of them."""

import pytest

from documents.layout.checker import check
from documents.pdf.office import office_to_pdf
from tests.documents.layout.checker.other_hands import Hand


def heard(data: bytes) -> list[str]:
    return [f"{one.rule} {one.found}" for one in check(data, foreign=True).findings]


@pytest.mark.parametrize("seed", range(40))
def test_of_a_lawful_word_file_of_another_hand_nothing_is_said(seed):
    assert heard(Hand(seed).docx()) == []


@pytest.mark.parametrize("seed", range(100, 106))
def test_nor_of_the_page_that_libreoffice_makes_of_it(seed):
    report = check(pdf := office_to_pdf(Hand(seed).docx(), ".docx"), foreign=True)
    assert (report.state, report.kind, heard(pdf)) == ("checked", Hand(seed).kind, [])
