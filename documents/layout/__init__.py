"""The layout of administrative papers (Decree 30/2020). No database here."""

from documents.layout.fields import prepare
from documents.layout.model import Letterhead, Page, SignatureBlock
from documents.layout.render import render

__all__ = ["Letterhead", "Page", "SignatureBlock", "prepare", "render"]
