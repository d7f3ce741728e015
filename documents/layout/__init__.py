"""The layout of administrative papers (Decree 30/2020) and the reading of PDF files. No database here."""

from .fields import prepare
from .head import Head, head_of
from .model import Letterhead, Page, PdfError, SignatureBlock
from .reading import (
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
from .render import render

__all__ = [
    "Box", "Head", "Letterhead", "Line", "Page", "PdfError", "PdfFacts", "SignatureBlock",
    "difference", "head_lines", "head_of", "inspect", "page_image", "prepare", "preview_pages", "render", "rewrite", "secrecy_marks", "text_lines",
]  # fmt: skip
