"""A paper to PDF/A-2b, remembering in the file itself where the form fields will lie."""

from datetime import UTC, datetime
from functools import lru_cache

from .draft_mark import behind_every_page
from .engine import write_pdf
from .markup import MARK, date_line, number_line, page_html
from .model import Page

# Private data of the page-piece dictionary (ISO 32000-1, 14.5): where the fields go and what they show.
PIECE = "VanBan"


def render(page: Page) -> bytes:
    """The paper as PDF/A-2b, A4, fonts embedded (Decree 30/2020, Appendix I).

    The last ones without pictures are remembered: a paper is looked at, submitted and looked at again, and laying it out
    takes 0.1 s. Pictures would be kept with them, up to a hundred of a page, in every process.

    A draft carries a light mark and shows the gaps of number and date; it cannot be prepared for
    signing. A final paper (`draft=False`) leaves these places empty for `prepare`.
    """
    return _rendered(page) if page.pictures else _remembered(page)


def _rendered(page: Page) -> bytes:
    # A draft is looked at and thrown away while it is typed: it is not tagged, which costs a tenth.
    arrange = _forget_marks if page.draft else lambda document: _remember_marks(document, page)
    return write_pdf(page_html(page), arrange=arrange, pictures=dict(page.pictures), tagged=not page.draft)


_remembered = lru_cache(maxsize=16)(_rendered)


def take_marks(document) -> dict[str, tuple[int, list[float]]]:
    """Name -> (page index, box in points from the bottom left); the marks are taken out."""
    found = {}
    for index, page in enumerate(document.pages):
        # Corners from the top left in CSS pixels (WeasyPrint 70).
        for name, (left, top, right, bottom) in page.anchors.items():
            if name.startswith(MARK):
                box = [left, page.height - bottom, right, page.height - top]
                found.setdefault(name.removeprefix(MARK), (index, [round(v * 0.75, 2) for v in box]))
        page.anchors = {name: box for name, box in page.anchors.items() if not name.startswith(MARK)}
    return found


def _forget_marks(document):
    take_marks(document)
    return behind_every_page


def _remember_marks(document, page: Page):
    marks = take_marks(document)
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
