"""What a reader of the archive is given: never what is kept, always a picture or a copy of it that says who has it (decree 30
Phụ lục VI III.6k; TT 05/2025 art. 37, 40). Made for each look and kept nowhere, so nothing is left when his time is over."""

import html
import io
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.utils import timezone

from casefiles.models import Item, Loan
from documents import blobs
from documents.fonts import FONTS
from documents.layout.engine import write_pdf
from documents.models import Blob, File, Incoming
from documents.pdf import clean_picture, marked, page_image

PDF, PICTURES = "application/pdf", ("image/png", "image/jpeg")
WIDTH = 1100  # pixels of a page, as on the pages of a paper
# Of a paper's own file, what stands for it: an electronic copy signed here, what was sealed, what was signed, what came.
_BEST = (File.Stage.COPY, File.Stage.SEALED, File.Stage.SIGNED, File.Stage.RECEIVED)
_SIZE, _GREY, _INK = 20, (100, 100, 100), 80  # of 255: so faint that the page is read through it
_CSS = """@page { size: A4; margin: 0; @top-center { content: none } } body { font-family: Tinos; text-align: left }
.page { position: relative; width: 210mm; height: 296mm; break-after: page } .page:last-child { break-after: auto }
p { position: absolute; margin: 0; text-indent: 0; line-height: 1.15 } .copy { top: 8mm; right: 15mm; font-size: 10pt }
.foot { bottom: 5mm; left: 15mm; right: 15mm; text-align: center; font-size: 9pt }
.who { display: block; font-size: 7.5pt; color: #555 }"""


@dataclass(frozen=True)
class Marks:
    """What stands on every page: whose archive it is from, who reads it, of which office, when."""

    archive: str
    product: str
    reader: str
    office: str
    at: datetime

    @property
    def who(self) -> str:
        when = timezone.localtime(self.at).strftime("%H:%M:%S %d/%m/%Y")
        return f"{self.product} · {self.reader} · {self.office} · {when}"


def marks_of(loan: Loan, at: datetime) -> Marks:
    return Marks(loan.organisation.name, loan.product, str(loan.user), loan.post.organisation.name, at)


def files_of(item: Item) -> list[File | Item]:
    """What of a thing can be read page by page: of a paper the file that stands for it and what went with it, of a free file
    itself; of these, PDFs and pictures that nothing holds back. Two
    queries."""
    if item.document_id is None:
        found = [item] if item.blob_id else []
    elif Incoming.objects.filter(pk=item.document_id, secrecy_marks__gt="").exists():
        found = []  # on which a mark of secrecy was seen: read with whoever keeps it, not here
    else:
        rows = (
            File.objects.filter(document=item.document_id, blob__isnull=False)
            .select_related("blob")
            .order_by("pk")
        )
        rows = [one for one in rows if one.part != File.Part.EXTRACT]
        replaced = {one.made_from_id for one in rows}
        mains = [one for one in rows if one.part == File.Part.MAIN and one.stage in _BEST]
        best = min(mains, key=lambda one: (_BEST.index(one.stage), -one.version, one.pk), default=None)
        found = [best] if best else []
        found += [
            one for one in rows
            if one.part == File.Part.ATTACHMENT and one.pk not in replaced and one.stage != File.Stage.PROPOSED
        ]  # fmt: skip
    return [one for one in found if one.may_be_taken and one.blob.content_type in (PDF, *PICTURES)]


def page_picture(blob: Blob, number: int, marks: Marks) -> bytes:
    """One page of a PDF, or the picture itself, as JPEG with its marks burnt in.

    Raises PdfError for a page that cannot be drawn, FileNotFoundError or blobs.Damaged for bytes that are gone or altered.
    """
    from PIL import Image

    if blob.content_type == PDF:
        path = blobs.picture(blob, f"{number}-{WIDTH}.png", lambda data: page_image(data, number, WIDTH))
    else:
        path = blobs.picture(blob, "clean", clean_picture)
    with Image.open(path, formats=("PNG", "JPEG")) as drawn:
        page = drawn.convert("RGB")
    page.thumbnail((WIDTH, WIDTH * 3))
    turned = _across(f"{marks.reader} · {marks.office}      ", max(page.size))
    for share in (0.25, 0.75):
        place = (page.width // 2 - turned.width // 2, int(page.height * share) - turned.height // 2)
        page.paste(_GREY, place, turned)
    _foot(page, marks)
    out = io.BytesIO()
    page.save(out, "JPEG", quality=80)
    return out.getvalue()


@lru_cache(maxsize=4)
def _across(words: str, side: int):
    """How much ink each dot of the words gets that run across a page of that size; the same on each page a reader turns to."""
    from PIL import Image, ImageDraw, ImageFont

    font = ImageFont.truetype(FONTS / "Tinos-Bold.ttf", _SIZE * 2)
    layer = Image.new("L", (side * 2, _SIZE * 3), 0)
    times = int(layer.width // max(font.getlength(words), 1)) + 1
    ImageDraw.Draw(layer).text((0, 0), words * times, font=font, fill=_INK)
    return layer.rotate(35, expand=True, resample=Image.Resampling.BILINEAR)


def _foot(page, marks: Marks) -> None:
    from PIL import ImageDraw, ImageFont

    draw, y = ImageDraw.Draw(page), page.height - 3 * _SIZE
    for text, size in ((marks.archive, _SIZE), (marks.who, _SIZE - 4)):
        font = ImageFont.truetype(FONTS / "Tinos-Regular.ttf", size)
        draw.text(
            (page.width / 2, y),
            text,
            font=font,
            fill="black",
            anchor="mt",
            stroke_width=3,
            stroke_fill="white",
        )
        y += size + 6


def marked_pdf(data: bytes, marks: Marks) -> bytes:
    """A plain copy (bản sao không xác thực): no signature is left in it, and what it is stands on every page. Raises PdfError."""
    archive, who = html.escape(marks.archive), html.escape(marks.who)
    foot = f"<p class='foot'>{archive}<span class='who'>{who}</span></p>"
    pages = f"<div class='page'><p class='copy'>BẢN SAO</p>{foot}</div><div class='page'>{foot}</div>"
    return marked(data, write_pdf(pages, _CSS))
