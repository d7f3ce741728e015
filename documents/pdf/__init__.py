"""Reading PDF files of strangers: text, pictures of pages, differences. Behind walls, without database."""

from documents.pdf.errors import PdfError, ReaderLost
from documents.pdf.head import Head, head_of
from documents.pdf.reading import (
    Box,
    Line,
    PdfFacts,
    cut,
    difference,
    head_lines,
    inspect,
    joined,
    page_image,
    preview_pages,
    rewrite,
    secrecy_marks,
    seen_lines,
    sheets,
    stamped,
    text_lines,
)

__all__ = [
    "Box", "Head", "Line", "PdfError", "PdfFacts", "ReaderLost", "cut", "difference", "head_lines", "head_of", "inspect",
    "joined", "page_image", "preview_pages", "rewrite", "secrecy_marks", "seen_lines", "sheets", "stamped", "text_lines",
]  # fmt: skip
