"""Scans as a copier makes them: pictures of pages without any text, one after another."""

import io
import uuid
from functools import cache

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image
from weasyprint import HTML

from documents.actions.incoming import scan_reading
from documents.models import ScanBatch, ScannedFile, ScannedPaper
from documents.pdf import joined, page_image
from tests.conftest import tiny_pdf
from tests.documents.desks import at_desk, stored
from tests.documents.pdf.test_head import scanned, written

FILES, KEY = "/van-ban-den/ban-quet/dua-vao/", "6f1c1d2e-0000-4000-8000-000000000001"


@cache
def picture(pdf: bytes) -> bytes:
    """The page as a scanner gives it back: a picture, at 200 dpi."""
    page, out = Image.open(io.BytesIO(page_image(pdf, 1, 1654))).convert("L"), io.BytesIO()
    page.save(out, "PDF", resolution=200)
    return out.getvalue()


@cache
def letter(number: str, **words) -> bytes:
    """One page of a letter of the ministry, with its words as text."""
    return scanned(number=f"Số: {number}/BNV-VP", day=written(timezone.localdate()), **words)


@cache
def blank() -> bytes:
    return HTML(string="<p></p>").write_pdf()


def separator(office) -> bytes:
    """Our own sheet, printed and scanned."""
    return picture(at_desk(office.lan).get("/van-ban-den/ban-quet/to-ngan/").content)


def stack(*pages: bytes) -> bytes:
    whole = pages[0]
    for page in pages[1:]:
        whole = joined(whole, page)
    return whole


def upload(data: bytes, name: str = "quet.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, content_type="application/pdf")


def put_in(office, *files, parting: str = "blank", key: str = KEY):
    return at_desk(office.lan).post(FILES, {"key": key, "parting": parting, "files": list(files)})


def read_all() -> None:
    while scan_reading.step(at=timezone.now()):
        pass


def cut(office, *files, **more) -> list[ScannedPaper]:
    """Put in and read to the end: the papers that wait, in order."""
    put_in(office, *files, **more)
    read_all()
    return waiting()


def waiting() -> list[ScannedPaper]:
    papers = ScannedPaper.objects.filter(state="waiting")
    return list(papers.select_related("file__batch", "file__blob", "blob").order_by("file", "first", "pk"))


def lying(office, pages: int = 2) -> ScannedPaper:
    """One that waits, of two pages, as a worker leaves it."""
    at, blob = timezone.now(), stored(stack(*[tiny_pdf()] * pages))
    batch = ScanBatch.objects.create(
        key=uuid.uuid4(),
        organisation=office.home_affairs,
        by=office.lan,
        user=office.lan.user,
        parting="none",
        at=at,
    )
    file = ScannedFile.objects.create(batch=batch, name="quet.pdf", blob=blob, pages=pages, state="done")
    return ScannedPaper.objects.create(
        organisation=office.home_affairs,
        file=file,
        first=1,
        last=pages,
        cut_at=1,
        blob=blob,
        pages=pages,
        at=at,
    )
