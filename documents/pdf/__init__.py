"""Reading PDF files of strangers: text, pictures of pages, differences. Behind walls, without database."""

from documents.pdf.errors import PdfError
from documents.pdf.head import Head, head_of
from documents.pdf.reading import (
    Box,
    Line,
    PdfFacts,
    difference,
    head_lines,
    inspect,
    page_image,
    preview_pages,
    rewrite,
    secrecy_marks,
    text_lines,
)

__all__ = [
    "Box", "Head", "Line", "PdfError", "PdfFacts", "difference", "head_lines", "head_of", "inspect", "page_image",
    "preview_pages", "rewrite", "secrecy_marks", "text_lines",
]  # fmt: skip
