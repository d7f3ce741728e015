"""A draft as the paper it will be, page by page, before anything is submitted."""

import hashlib
import re

from csp.decorators import csp_replace
from django.core.cache import cache
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from documents.access import outgoing_for
from documents.actions.outgoing.page_content import page_count, page_of
from documents.actions.outgoing.pictures import pictures_seen
from documents.forms.outgoing.draft import FIELDS, DraftForm
from documents.forms.outgoing.reply import first_signer
from documents.layout import render
from documents.layout.checker.drafted import check_draft
from documents.layout.checker.typed import PROSE
from documents.models import Outgoing
from documents.pdf import PdfError, page_image
from documents.views.shared.files import LOCKED, PAGE_HEIGHT, PAGE_WIDTH
from documents.views.shared.findings import muted_of, shown, unread
from orgs.models import Post

_SHA256 = re.compile(r"[0-9a-f]{64}")
KEPT_FOR = 30 * 60  # seconds: as long as a page of the form may stay open untouched


def pages_of_draft(outgoing: Outgoing, post: Post) -> list[dict]:
    """Page pictures of a draft as it stands now, or as it is being changed."""
    pictures = pictures_seen(outgoing.body, post)
    return _pages(render(page_of(outgoing, timezone.now(), draft=True, pictures=pictures)), post)


def looks_of_form(form: DraftForm, post: Post) -> dict:
    """`pages`: pictures of what a form holds, with marks; `check`: what its form lacks of decree 30. What is wrong is left
    out; no signer at all, no pages."""
    values = form.values()
    signer = values.get("signer") or first_signer(post, form.at)
    if signer is None:
        return {"pages": [], "check": None}
    fields = {name: values.get(name) or "" for name in FIELDS}
    fields |= {"signer": signer, "kind": values.get("kind") or "CV", "urgency": values.get("urgency") or 0}
    fields |= {
        "due_on": None,
        "issued_amount": values.get("issued_amount"),
        "board": values.get("board") or None,
        "secretary_post": values.get("secretary_post") or None,
        "with_contact": bool(values.get("with_contact")),
    }
    unsaved = Outgoing(organisation=post.organisation, drafter=post, **fields)
    pictures = pictures_seen(unsaved.body, post)
    pdf = render(page_of(unsaved, timezone.now(), recipients=form.chosen(), draft=True, pictures=pictures))
    pages = _pages(pdf, post)
    return {"pages": pages, "check": _checked(pdf, form, fields["kind"], pages)}


def _checked(pdf: bytes, form: DraftForm, kind: str, pages: list[dict]) -> dict:
    """Of what stands in the form's own boxes, so that a mend finds its place there."""
    typed = {name: (form[name].value() or "").replace("\r\n", "\n") for name in PROSE}
    try:
        return shown(check_draft(pdf, typed, kind), muted_of(form.outgoing, form.post.organisation_id), pages)
    except PdfError:  # the reader is busy, or lost: the form is written on
        return unread()


@require_safe
@csp_replace(LOCKED)
def outgoing_preview(request, pk):
    """The draft as PDF; `?trang=2` its second page as a picture."""
    outgoing = outgoing_for(request.post, pk)
    pdf = render(page_of(outgoing, timezone.now(), draft=True))
    number = request.GET.get("trang", "")
    if number:
        return _picture(pdf, int(number) if number.isascii() and number.isdigit() and len(number) < 5 else 0)
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="du-thao-{outgoing.pk}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
@csp_replace(LOCKED)
def draft_page(request, sha256, number):
    """One page of a preview one has just asked for; nobody else's preview can be named."""
    asked = request.post is not None and _SHA256.fullmatch(sha256)
    pdf = cache.get(_key(request.post, sha256)) if asked else None
    if pdf is None:
        raise Http404
    return _picture(pdf, number)


def _pages(pdf: bytes, post: Post) -> list[dict]:
    sha256 = hashlib.sha256(pdf).hexdigest()
    cache.set(_key(post, sha256), pdf, KEPT_FOR)
    numbers = range(1, page_count(pdf) + 1)
    return [page_picture(number, reverse("draft_page", args=[sha256, number])) for number in numbers]


def page_picture(number: int, url: str) -> dict:
    """One page as templates/_pdf_pages.html takes it."""
    return {"url": url, "number": number, "width": PAGE_WIDTH, "height": PAGE_HEIGHT}


def _picture(pdf: bytes, number: int) -> HttpResponse:
    if number < 1:
        raise Http404
    try:
        picture = page_image(pdf, number, PAGE_WIDTH)
    except PdfError as error:
        raise Http404 from error
    response = HttpResponse(picture, content_type="image/png")
    response["Cache-Control"] = "private, max-age=1800"
    return response


def _key(post: Post, sha256: str) -> str:
    return f"draft-page:{post.pk}:{post.operator.pk}:{sha256}"
