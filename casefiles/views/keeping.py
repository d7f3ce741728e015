"""What the archive announces, what units keep beyond the day. Find, do, answer."""

from csp.decorators import csp_replace
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from casefiles.access import case_for
from casefiles.actions import keeping
from casefiles.due import first_due
from casefiles.forms.keeping import AnnounceForm, KeepForm
from casefiles.journey import check
from casefiles.models import CaseFile, CollectionPlan, KeptLonger
from casefiles.register import kept_pdf
from documents import blobs
from documents.access import may
from documents.views.shared.acting import no_post, sent, tried
from documents.views.shared.files import LOCKED, printed
from ui.paging import page_of


@require_http_methods(["GET", "HEAD", "POST"])
def collection_plans(request):
    """Everybody of the office reads them; the archivist announces."""
    post = request.post
    if post is None:
        return no_post(request)
    may_announce = may(post, "announce_collection")
    if request.method == "POST" and not may_announce:
        raise PermissionDenied(f"Vai trò “{post}” không công bố kế hoạch thu nộp hồ sơ.")
    form = AnnounceForm(sent(request), initial={"year": timezone.localdate().year})
    if (
        request.method == "POST"
        and form.is_valid()
        and tried(form, lambda: keeping.announce_collection(by=post, at=timezone.now(), **form.cleaned_data))
    ):
        messages.success(request, "Đã công bố; trưởng các đơn vị được báo.")
        return redirect("collection_plans")
    found = CollectionPlan.objects.filter(organisation=post.organisation_id).select_related("by__user")
    context = {"page": page_of(found, request, "-at", "-pk"), "form": form if may_announce else None}
    return render(request, "casefiles/collection_plans.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def case_keep(request, pk):
    """Giữ lại, with the head's consent."""
    case = case_for(request.post, pk)
    check(case, "keep_longer", by=request.post)
    form = KeepForm(sent(request), request.FILES or None, post=request.post)
    if (
        request.method == "POST"
        and form.is_valid()
        and tried(form, lambda: keeping.keep_longer(case, by=request.post, at=timezone.now(), **form.given()))
    ):
        messages.success(request, "Đã ghi giữ lại; hồ sơ có trong danh mục hồ sơ giữ lại.")
        return redirect(case)
    context = {"case": case, "form": form, "heading": "Giữ lại hồ sơ", "press": "Giữ lại", "uploads": True}
    return render(request, "casefiles/step.html", context)


@require_safe
def kept_longer(request):
    """Danh mục hồ sơ, tài liệu giữ lại, of the files one sees; ?as=pdf to hand it to the archive."""
    post = request.post
    if post is None:
        return no_post(request)
    seen = CaseFile.objects.visible_to(post).filter(state__in=("closed", "returned"))
    archive = (
        CaseFile.objects.filter(organisation=post.organisation_id)
        if may(post, "announce_collection")
        else seen
    )
    found = KeptLonger.objects.filter(case__in=archive.filter(state__in=("closed", "returned")))
    found = found.select_related("case__creator__user", "case__unit", "paper")
    if request.GET.get("as") == "pdf":
        return printed(
            kept_pdf(post.organisation, list(found.order_by("case__code", "pk")[:5000])), "danh-muc-giu-lai"
        )
    page = page_of(found, request, "-at", "-pk")
    keys = [one.case_id for one in page.rows]
    mine = set(seen.filter(pk__in=keys).values_list("pk", flat=True))
    for one in page.rows:
        one.seen, one.due = one.case_id in mine, first_due(one.case)
    return render(request, "casefiles/kept.html", {"page": page})


@require_safe
@csp_replace(LOCKED)
def kept_consent(request, pk):
    """The consent that was attached, always to be saved."""
    found = KeptLonger.objects.select_related("blob").filter(pk=pk).first() if request.post else None
    if found is None or found.blob is None:
        raise Http404
    case_for(request.post, found.case_id)
    response = FileResponse(
        blobs.path_of(found.blob).open("rb"), as_attachment=True, filename=found.name, content_type=found.blob.content_type,
    )  # fmt: skip
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
