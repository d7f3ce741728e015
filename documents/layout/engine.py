"""WeasyPrint behind one door: our fonts only, no other address is ever read."""

import atexit
import io
import logging
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

from documents.fonts import FONTS

_FACES = (
    ("Regular", "400", "normal"),
    ("Bold", "700", "normal"),
    ("Italic", "400", "italic"),
    ("BoldItalic", "700", "italic"),
)
_local = threading.local()


def write_pdf(html: str, css: str = "", arrange: Callable | None = None) -> bytes:
    """Render trusted HTML (typed text already escaped) to PDF/A-2b with the paper's fonts.

    `arrange(document)` may look at or change the laid-out pages, and returns the finisher of
    WeasyPrint's write_pdf (or None). About 0.1 s for two pages.
    """
    from weasyprint import CSS, HTML

    config, sheet = _stylesheet()
    extra = [CSS(string=css)] if css else []
    document = HTML(string=html, base_url=None, url_fetcher=_fetcher()).render(
        font_config=config, stylesheets=[sheet, *extra]
    )
    finisher = arrange(document) if arrange else None
    out = io.BytesIO()
    document.write_pdf(out, finisher=finisher, pdf_variant="pdf/a-2b")
    return out.getvalue()


def _stylesheet():
    # Reading four fonts costs 30 ms, so once per thread; Pango's font map is not shared between threads.
    if not hasattr(_local, "sheet"):
        from weasyprint import CSS
        from weasyprint.text.fonts import FontConfiguration

        logging.getLogger("weasyprint").setLevel(logging.ERROR)
        config = FontConfiguration()
        faces = "".join(
            f"@font-face{{font-family:Tinos;font-weight:{weight};font-style:{style};"
            f"src:url({(FONTS / f'Tinos-{name}.ttf').as_uri()})}}"
            for name, weight, style in _FACES
        )
        css = (Path(__file__).parent / "paper.css").read_text(encoding="utf-8")
        _local.sheet = config, CSS(string=faces + css, font_config=config, url_fetcher=_fetcher())
        # WeasyPrint removes its folder of fonts when the object goes, which at the end of a process it does not.
        atexit.register(shutil.rmtree, config._folder, ignore_errors=True)
    return _local.sheet


def _fetcher():
    from weasyprint.urls import URLFetcher

    class FontsOnly(URLFetcher):
        def fetch(self, url, headers=None):
            if not url.startswith(FONTS.as_uri() + "/"):
                raise ValueError("only the paper's own fonts may be read")
            return super().fetch(url, headers)

    return FontsOnly(allowed_protocols={"file"})
