"""A page shows its Vietnamese letters although its file carries no font."""

import io

import pikepdf
import pytest
from PIL import Image

from documents.pdf import page_image


def _page(letter: str, font: str) -> bytes:
    """A file with one letter in a typeface that it names and does not carry."""
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(100, 100))
    code = pikepdf.Dictionary(Type=pikepdf.Name.Encoding, Differences=[65, pikepdf.Name("/" + letter)])
    face = {"Type": pikepdf.Name.Font, "Subtype": pikepdf.Name.TrueType, "BaseFont": pikepdf.Name("/" + font)}
    pdf.pages[0].Resources = pikepdf.Dictionary(
        Font=pikepdf.Dictionary(F=pikepdf.Dictionary(Encoding=code, **face))
    )
    pdf.pages[0].Contents = pdf.make_stream(b"BT /F 60 Tf 20 30 Td (A) Tj ET")
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


def _ink(pdf: bytes) -> int:
    picture = Image.open(io.BytesIO(page_image(pdf, 1, 200))).convert("L")
    return sum(picture.histogram()[:128])


@pytest.mark.parametrize("font", ["ArialMT", "TimesNewRomanPSMT", "TimesNewRomanPS-BoldMT", "VnTime"])
@pytest.mark.parametrize("letter", ["ocircumflexdotbelow", "ecircumflexacute", "uni1EE5", "dcroat"])
def test_a_letter_of_a_font_that_is_not_there_is_drawn(letter, font):
    assert _ink(_page(letter, font)) > 200


def test_what_is_bold_stays_bold():
    assert _ink(_page("dcroat", "TimesNewRomanPS-BoldMT")) > 1.1 * _ink(_page("dcroat", "TimesNewRomanPSMT"))
