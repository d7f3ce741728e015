"""A draft taken home as a .docx, to work on where there is no network or with those who have no account."""

from csp.decorators import csp_replace
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from documents.access import outgoing_for
from documents.actions.outgoing.page_content import page_of
from documents.layout.word import word
from documents.uploads import ALLOWED, safe_name
from documents.views.shared.files import LOCKED


@require_safe
@csp_replace(LOCKED)
def outgoing_word(request, pk):
    """The draft as it stands now. What was issued is a signed file: no other form of it is given out."""
    outgoing = outgoing_for(request.post, pk)
    if outgoing.issued_at:
        raise Http404
    data = word(page_of(outgoing, timezone.now(), draft=True))
    response = HttpResponse(data, content_type=ALLOWED[".docx"][1])
    name = safe_name(f"{outgoing.kind_label} {outgoing.subject[:80]}".strip()) + ".docx"
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    response["Cache-Control"] = "private, no-store"
    return response
