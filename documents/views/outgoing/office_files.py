"""Word files of a draft beside what becomes of them, and the press that asks for their PDF."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from documents.access import file_for, may, outgoing_for
from documents.actions.outgoing.drafts import EDITABLE
from documents.actions.outgoing.office_files import ask_for_pdf, convertible
from documents.models import File, OfficeConversion, Outgoing
from orgs.models import Post


@require_http_methods(["GET", "HEAD", "POST"])
def file_to_pdf(request, pk):
    file = file_for(request.post, pk)
    if file.document.direction != "out":
        raise Http404
    outgoing = outgoing_for(request.post, file.document_id)
    if request.method != "POST":  # back from the sign-in page that came between
        return redirect(outgoing)
    try:
        ask_for_pdf(file, outgoing, by=request.post, at=timezone.now())
        messages.success(
            request, f"“{file.name}” đang được chuyển thành PDF. Tải lại trang sau ít giây để xem."
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(outgoing)


def with_conversions(files: list[File], outgoing: Outgoing, post: Post) -> list[File]:
    """Each Word file of a draft with `office`: {state, label, problem, may_ask}. No query where there is none."""
    mine = [file for file in files if convertible(file)]
    if not mine or outgoing.issued_at:
        return files
    known = {row.file_id: row for row in OfficeConversion.objects.filter(file__in=mine)}
    edits = outgoing.state in EDITABLE and may(post, "edit_outgoing", outgoing)
    for file in mine:
        row = known.get(file.pk)
        state = row.state if row else ""
        file.office = {
            "state": state,
            "label": row.get_state_display() if row else "",
            "problem": row.problem if row else "",
            "may_ask": edits and state != OfficeConversion.State.WAITING,
        }
    return files
