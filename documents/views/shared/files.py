"""Files and their pages, through the paper they belong to. What comes from strangers never runs here."""

from csp.constants import NONE
from csp.decorators import csp_replace
from django.conf import settings
from django.core.cache import cache
from django.http import FileResponse, Http404, HttpResponse
from django.views.decorators.http import require_safe

from documents import blobs
from documents.access import file_for, report_file_for
from documents.models import Blob, File, ReportFile
from documents.pdf import PdfError, page_image

# Every directive of the site's policy is closed: a policy only replaces what it names.
PAGE_WIDTH = 1100  # pixels: sharp on the screens of the offices, about 120 kB a page
PAGE_HEIGHT = 1556  # of an A4 page at that width; the browser takes the real one when the picture comes
LOCKED = {name: [NONE] for name in settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]} | {"sandbox": True}


FAILED_FOR = 10 * 60  # seconds


@require_safe
@csp_replace(LOCKED)
def file(request, pk):
    """The bytes as they came, always to be saved, never shown by the browser."""
    return _to_take(_asked(request, pk))


@require_safe
@csp_replace(LOCKED)
def report_file(request, pk):
    """A file of a report of progress, in the same way."""
    found = report_file_for(request.post, pk)
    request.reads = found.report.assignment.incoming_id  # a task without a paper is nobody's paper to look at
    return _to_take(found)


def _to_take(found: File | ReportFile) -> FileResponse:
    if not found.may_be_taken:  # its page says why
        raise Http404
    response = FileResponse(
        blobs.path_of(found.blob).open("rb"),
        as_attachment=True,
        filename=found.name,
        content_type=found.blob.content_type,
    )
    return _private(response, "no-store")


@require_safe
@csp_replace(LOCKED)
def file_page(request, pk, number):
    """One page as a picture, made once by a process that may fail and kept by the hash of the bytes."""
    found = _asked(request, pk)
    if number < 1 or found.held_why or (found.pages and number > found.pages):
        raise Http404
    return page_of_blob(found.blob, number)


def page_of_blob(blob: Blob, number: int) -> FileResponse:
    """One page of a PDF that whoever asks may see. Raises Http404 for one that cannot be drawn."""
    failed = f"no-picture:{blob.pk}:{number}"
    if cache.get(failed):
        raise Http404
    try:
        picture = blobs.picture(
            blob, f"{number}-{PAGE_WIDTH}.png", lambda data: page_image(data, number, PAGE_WIDTH)
        )
    except (
        FileNotFoundError,
        blobs.Damaged,
    ) as error:  # destroyed as a secret a moment ago, or tampered with
        raise Http404 from error
    except PdfError as error:
        # A hostile page costs all the time it is allowed; not again at every look.
        cache.set(failed, True, FAILED_FOR)
        raise Http404 from error
    return _private(FileResponse(picture.open("rb"), content_type="image/png"), "max-age=3600")


def printed(pdf: bytes, name: str) -> HttpResponse:
    """What was made for the printer at this moment, and is kept nowhere."""
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    return _private(response, "no-store")


def _asked(request, pk):
    """The file; with `?sha256=` in the address, only while it is made of exactly these bytes."""
    found = file_for(request.post, pk)
    if request.GET.get("sha256", found.blob_id) != found.blob_id:
        raise Http404
    request.reads = found.document_id
    return found


def _private(response, cache: str):
    response["Cache-Control"] = f"private, {cache}"
    response["X-Content-Type-Options"] = "nosniff"
    return response
