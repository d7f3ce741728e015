"""Bản sao: those made of a paper, whichever way it goes, and a new one. Find, do, answer."""

from csp.decorators import csp_replace
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from documents import blobs
from documents.access import copy_for, may, paper_for
from documents.actions import copies as copying
from documents.forms.copies import CopyForm
from documents.journey import NotAllowedNow
from documents.models import CertifiedCopy
from documents.offered import offered_on
from documents.pdf import PdfError
from documents.views.shared.acting import sent, tried
from documents.views.shared.files import LOCKED, printed

SIGNING = "certify_copy"  # the step that is offered from above


@require_http_methods(["GET", "HEAD", "POST"])
def copies(request, pk):
    """Whoever sees the paper sees its copies; the clerk makes them."""
    paper = paper_for(request.post, pk)
    made = list(paper.copies.select_related("file__blob", "taken_from", "of_copy"))
    why = _why_not(paper, request.post)
    form = CopyForm(
        sent(request), post=request.post, at=timezone.now(), document=paper, copies=made,
        initial={"reserved": request.GET.get("reserved")},
    )  # fmt: skip
    if request.method == "POST":
        copying.check_may_copy(paper, request.post)
        if form.is_valid() and (answer := _made(request, paper, form)):
            return answer
    context = {"paper": paper, "copies": made, "form": None if why else form, "why": why}
    context["may_sign"] = may(request.post, "make_copy", paper)
    context["back"] = reverse("outgoing_list" if paper.direction == "out" else "incoming_list")
    return render(request, "documents/shared/copies.html", context)


@require_safe
@csp_replace(LOCKED)
def copy_print(request, pk):
    """A copy on paper for the printer; then it is signed and sealed by hand."""
    copy = copy_for(request.post, pk)
    if not copy.on_paper:
        raise Http404
    request.reads = copy.document_id
    try:
        return printed(copying.pdf_of(copy), f"ban-sao-{copy.pk}")
    except (FileNotFoundError, blobs.Damaged) as error:  # the paper was destroyed since
        raise Http404 from error
    except PdfError as error:
        raise NotAllowedNow(f"Không lập được bản in: {error}", copy.paper) from error


def _made(request, paper, form: CopyForm) -> HttpResponse | None:
    """Where to go on; nothing when the form says what does not fit."""
    given = form.given()
    about = {name: given[name] for name in ("kind", "medium", "is_copy", "of_copy")}
    electronic = about["medium"] == CertifiedCopy.Medium.ELECTRONIC
    if electronic and about["kind"] != CertifiedCopy.Kind.EXTRACT:
        if given["by_hand"]:
            form.add_error("reserved", copying.NOT_ELECTRONIC)
            return None
        if not tried(form, lambda: copying.check_copy(paper, **about)):
            return None
        # The agency signs the scan, on the floor above: the very press is taken there.
        url = next((one["url"] for one in offered_on(paper, request.post) if one["name"] == SIGNING), "")
        if not url:
            form.add_error("medium", copying.SCAN_FIRST)
            return None
        return HttpResponseRedirect(url, preserve_request=True)
    found: list[CertifiedCopy] = []
    if not tried(
        form, lambda: found.append(copying.make_copy(paper, by=request.post, at=timezone.now(), **given))
    ):
        return None
    if electronic:
        messages.success(request, "Đã lập bản trích. Hãy ký số để cấp số bản sao.")
    else:
        said = (
            f"Đã vào sổ {found[0].code}."
            if given["by_hand"]
            else f"Đã cấp số {found[0].code}. Hãy in, trình ký và đóng dấu."
        )
        messages.success(request, said)
    return redirect("copies", paper.pk)


def _why_not(paper, post) -> str:
    """Why no copy can be made now, for whoever makes copies; the same word hides the form from the others."""
    return copying.why_not_copied(paper) if may(post, "make_copy", paper) else "-"
