"""WeasyPrint behind one door: our fonts and the paper's pictures only, no other address is ever read."""

import atexit
import io
import logging
import shutil
import threading
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType

from documents.fonts import FONTS

from .body import PICTURE
from .tagging import FOR_ARCHIVES, ends_surely, for_everybody, with_one_more_object

_FACES = (
    ("Regular", "400", "normal"),
    ("Bold", "700", "normal"),
    ("Italic", "400", "italic"),
    ("BoldItalic", "700", "italic"),
)
_ATTEMPTS = 4
_local = threading.local()


def write_pdf(
    html: str,
    css: str = "",
    arrange: Callable | None = None,
    *,
    pictures: Mapping[str, bytes] = MappingProxyType({}),
    tagged: bool = False,
) -> bytes:
    """Render trusted HTML (typed text already escaped) to PDF/A-2b with the paper's fonts.

    `arrange(document)` may look at or change the laid-out pages, and returns the finisher of
    WeasyPrint's write_pdf (or None). `pictures` by SHA-256, PNG or JPEG. A `tagged` file says what is a title, a
    paragraph, a table, and claims PDF/UA-1 too. About 0.1 s for two pages.
    """
    from weasyprint import CSS, HTML

    config, sheet = _stylesheet()
    extra = [CSS(string=css)] if css else []
    document = HTML(string=html, base_url=None, url_fetcher=_fetcher(pictures)).render(
        font_config=config, stylesheets=[sheet, *extra]
    )
    finishers = [arrange(document) if arrange else None, for_everybody if tagged else None, *FOR_ARCHIVES]
    # Of its own accord WeasyPrint packs the whole file once more, to make a name of it.
    identifier = sha256(f"{html}{css}".encode()).digest()[:16]
    for attempt in range(_ATTEMPTS):
        out = io.BytesIO()
        more = [with_one_more_object] * attempt
        document.write_pdf(
            out,
            finisher=_all_of([*finishers, *more]),
            pdf_variant="pdf/a-2b",
            pdf_tags=tagged,
            pdf_identifier=identifier,
        )
        if ends_surely(out.getvalue()):
            break
    return out.getvalue()


def _all_of(finishers: list[Callable | None]) -> Callable:
    def finish(document, pdf) -> None:
        for finisher in filter(None, finishers):
            finisher(document, pdf)

    return finish


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


def _fetcher(pictures: Mapping[str, bytes] = MappingProxyType({})):
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class OurOwn(URLFetcher):
        def fetch(self, url, headers=None):
            if url.startswith(PICTURE):
                data, kind = _fit_for_archives(pictures[url.removeprefix(PICTURE)])
                return URLFetcherResponse(url, data, {"Content-Type": kind})
            if not url.startswith(FONTS.as_uri() + "/"):
                raise ValueError("only the paper's own fonts and pictures may be read")
            return super().fetch(url, headers)

    return OurOwn(allowed_protocols={"file"})


def _fit_for_archives(data: bytes) -> tuple[bytes, str]:
    """The picture and its type. The colours of a printer (CMYK) are those of no screen: PDF/A wants one or the other."""
    from PIL import Image

    with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as picture:
        if picture.mode in ("CMYK", "YCCK"):
            out = io.BytesIO()
            picture.convert("RGB").save(out, "JPEG", quality=90)
            return out.getvalue(), "image/jpeg"
        return data, Image.MIME[picture.format]
