"""Migration of format (Phụ lục VI III.5e): pictures and Word files of the archive get a PDF/A-2b rendition beside the untouched
original. A PDF of a stranger that is not PDF/A stays as it is: what would make it one would also break its signatures."""

import io
from datetime import datetime
from html import escape

from django.db import IntegrityError, transaction

from casefiles.models import CaseFile, Item, Rendition
from documents import blobs
from documents.layout.body import PICTURE
from documents.layout.engine import write_pdf
from documents.pdf import PdfError
from documents.pdf.errors import ReaderLost
from documents.pdf.office import KINDS, office_to_pdf, program

PICTURES = (".png", ".jpg", ".jpeg")
_CSS = """@page { size: A4; margin: 10mm } body { margin: 0; text-align: center } img { max-width: 190mm; max-height: 277mm; image-rendering: crisp-edges }"""


def make_missing(case: CaseFile, *, at: datetime) -> int:
    """Of one file in the archive; how many were made. What cannot be made says why, and is not tried again."""
    rows = Item.objects.filter(case=case, removed_at=None, blob__isnull=False, rendition=None).select_related(
        "blob"
    )
    kinds = (*PICTURES, *(KINDS if program() else ()))
    return sum(
        _made(item, at) for item in rows.order_by("pk") if _suffix(item.name) in kinds and item.may_be_taken
    )


def _made(item: Item, at: datetime) -> bool:
    try:
        data, problem = _pdf_of(item), ""
    except ReaderLost:
        return False  # perhaps the machine's fault: the next round tries again
    except (PdfError, OSError, ValueError) as error:
        data, problem = None, str(error)[:300] or type(error).__name__
    try:
        with transaction.atomic():
            kept = blobs.store(data) if data else None
            Rendition.objects.create(item=item, blob=kept, problem=problem, at=at)
    except IntegrityError:  # another worker was faster
        return False
    return data is not None


def _pdf_of(item: Item) -> bytes:
    data, kind = blobs.read(item.blob), _suffix(item.name)
    if kind in KINDS:
        return office_to_pdf(data, kind)
    html = f'<html lang="vi"><head><title>{escape(item.name)}</title></head><body><img src="{PICTURE}{item.blob_id}" alt=""></body></html>'
    return write_pdf(html, _CSS, pictures={item.blob_id: _readable(data)})


def _readable(data: bytes) -> bytes:
    """Raises ValueError for what is no picture, or one that would fill the memory."""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as picture:
            if picture.width * picture.height > 100_000_000:
                raise ValueError("Ảnh quá lớn.")
            picture.load()
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError) as error:
        raise ValueError("Không đọc được ảnh.") from error
    return data


def _suffix(name: str) -> str:
    return name[name.rfind(".") :].lower() if "." in name else ""
