"""The layout of administrative papers (Decree 30/2020) and the reading of PDF files. No database here."""

from .fields import prepare
from .model import Letterhead, Page, PdfError, SignatureBlock
from .reading import (
    Box,
    PdfFacts,
    difference,
    inspect,
    page_image,
    preview_pages,
    rewrite,
    secrecy_marks,
    text_lines,
)
from .render import render

__all__ = [
    "Box", "Letterhead", "Page", "PdfError", "PdfFacts", "SignatureBlock",
    "difference", "inspect", "page_image", "prepare", "preview_pages", "render", "rewrite", "secrecy_marks", "text_lines",
]  # fmt: skip
