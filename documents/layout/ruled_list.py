"""A list as a PDF: a cover with its title, then ruled pages that lie on their side, as the books have them."""

from collections.abc import Iterable, Sequence
from html import escape

from .engine import write_pdf
from .ruled import Ruled
from .word_list import said

_CSS = """@page { size: A4 landscape; margin: 25mm } body { font-family: Tinos; font-size: 14pt; text-align: center }
h1 { font-size: 18pt; margin: 50mm 0 6mm }"""
_LEAST = 22  # of some 280: a day is not broken


def ruled_list(
    *, title: str, head: Sequence[str], columns: Sequence[tuple[str, int]], rows: Iterable[Sequence[object]]
) -> bytes:
    """PDF/A; arguments as `word_list` has them, `head` is of two: whose list it is, and when it was made. A line is drawn as it comes."""
    lines = "".join(f"<p>{escape(words)}</p>" for words in head)
    cover = f"<html lang='vi'><title>{escape(title)}</title><h1>{escape(title)}</h1>{lines}</html>"
    wide = [(label, max(width, _LEAST)) for label, width in columns]
    book = Ruled(write_pdf(cover, _CSS), wide, running=(head[0], title, head[-1]))
    for row in rows:
        book.add([said(value) for value in row])
    return book.finish()
