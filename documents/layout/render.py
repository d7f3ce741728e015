"""A paper to PDF/A-2b, remembering in the file itself where the form fields will lie."""

from datetime import UTC, datetime
from functools import lru_cache

from .engine import write_pdf
from .markup import MARK, date_line, number_line, page_html
from .model import Page

# Private data of the page-piece dictionary (ISO 32000-1, 14.5): where the fields go and what they show.
PIECE = "VanBan"


@lru_cache(maxsize=16)
def render(page: Page) -> bytes:
    """The paper as PDF/A-2b, A4, fonts embedded (Decree 30/2020, Appendix I).

    The last ones are remembered: a paper is looked at, submitted and looked at again, and laying it out takes 0.1 s.

    A draft carries a light mark and shows the gaps of number and date; it cannot be prepared for
    signing. A final paper (`draft=False`) leaves these places empty for `prepare`.
    """
    arrange = _forget_marks if page.draft else lambda document: _remember_marks(document, page)
    return write_pdf(page_html(page), arrange=arrange)


def _take_marks(document) -> dict[str, tuple[int, list[float]]]:
    """Name -> (page index, box in points from the bottom left); the marking links are taken out."""
    found = {}
    for index, page in enumerate(document.pages):
        # Corners from the top left in CSS pixels (WeasyPrint 70; its comment speaks of width and height).
        for _, target, (left, top, right, bottom), *_ in page.links:
            if target.startswith(MARK):
                box = [left, page.height - bottom, right, page.height - top]
                found.setdefault(target.removeprefix(MARK), (index, [round(v * 0.75, 2) for v in box]))
        page.links = [link for link in page.links if not link[1].startswith(MARK)]
    return found


def _forget_marks(document) -> None:
    _take_marks(document)


def _remember_marks(document, page: Page):
    marks = _take_marks(document)
    texts = {"so": number_line(page.notation), "ngay": date_line(page.year)}

    def finish(_document, pdf) -> None:
        import pydyf

        private = pydyf.Dictionary(
            {
                name: pydyf.Dictionary(
                    {"Page": index, "Rect": pydyf.Array(box), "Text": pydyf.String(texts.get(name, ""))}
                )
                for name, (index, box) in marks.items()
            }
        )
        stamp = pydyf.String(datetime.now(UTC).strftime("D:%Y%m%d%H%M%SZ"))
        piece = pydyf.Dictionary({"LastModified": stamp, "Private": private})
        pdf.catalog["PieceInfo"] = pydyf.Dictionary({PIECE: piece})

    return finish
