"""What lies in a file: put in, taken out, taken home; and who is let in. Find, do, answer."""

from csp.decorators import csp_replace
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from casefiles import looks
from casefiles.access import case_for, item_for
from casefiles.actions import items, rights
from casefiles.forms.cases import FileForm, LetInForm, RemoveForm
from casefiles.journey import check
from casefiles.models import CaseReading, Member, Rendition
from casefiles.views.cases import back
from documents import blobs
from documents.access import paper_for, task_without_paper
from documents.views.shared.acting import sent, tried
from documents.views.shared.files import LOCKED
from ui.ids import parse_id, parse_ids


@require_http_methods(["GET", "HEAD", "POST"])
def file_paper(request, pk):
    """One press from the panel of a paper; the page with the choice where there is something to choose."""
    return _file(request, paper_for(request.post, pk))


@require_http_methods(["GET", "HEAD", "POST"])
def file_task(request, pk):
    return _file(request, task_without_paper(request.post, pk))


def _file(request, matter):
    form = FileForm(sent(request), post=request.post)
    if request.method == "POST" and form.is_valid():
        case, new = form.cleaned_data["case"], []
        if tried(
            form, lambda: new.append(items.file_paper(case, matter, by=request.post, at=timezone.now()))
        ):
            messages.success(
                request, f"Đã đưa vào hồ sơ {case.code}." if new[0] else f"Đã có trong hồ sơ {case.code}."
            )
            return redirect(matter)
    is_task = matter.noun == "nhiệm vụ"
    return render(request, "casefiles/file.html", {"form": form, "matter": matter, "is_task": is_task})


@require_http_methods(["GET", "HEAD", "POST"])
def item_remove(request, pk):
    item = item_for(request.post, pk)
    check(item.case, "take_out", by=request.post)
    form = RemoveForm(sent(request))
    if (
        request.method == "POST"
        and form.is_valid()
        and tried(form, lambda: items.take_out(item, by=request.post, at=timezone.now(), **form.cleaned_data))
    ):
        messages.success(request, "Đã bỏ khỏi hồ sơ. Văn bản gốc và các hồ sơ khác giữ nguyên.")
        return redirect(item.case)
    context = {
        "case": item.case,
        "form": form,
        "heading": f"Bỏ số {item.ordinal} khỏi hồ sơ",
        "press": "Bỏ khỏi hồ sơ",
        "bad": True,
    }
    return render(request, "casefiles/step.html", context)


@require_safe
@csp_replace(LOCKED)
def case_item(request, pk):
    """A free file, always to be saved, never shown by the browser; ?as=pdfa: what the archive made of it."""
    item = item_for(request.post, pk)
    if not item.may_be_taken:
        raise Http404
    blob, name = item.blob, item.name
    if request.GET.get("as") == "pdfa":
        made = Rendition.objects.filter(item=item, blob__isnull=False).select_related("blob").first()
        if made is None:
            raise Http404
        blob, name = made.blob, f"{name}.pdf"
    looks.note_file(item.case, CaseReading.Kind.DOWNLOAD, by=request.post, at=timezone.now())
    response = FileResponse(
        blobs.path_of(blob).open("rb"), as_attachment=True, filename=name, content_type=blob.content_type
    )
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_POST
def case_let_in(request, pk):
    case = case_for(request.post, pk)
    check(case, "let_in", by=request.post)
    form = LetInForm(request.POST, case=case, by=request.post)
    if form.is_valid() and tried(
        form, lambda: rights.let_in(case, by=request.post, at=timezone.now(), **form.cleaned_data)
    ):
        messages.success(request, "Đã cho vào hồ sơ; người có thẩm quyền được báo để xác nhận.")
    else:
        for errors in form.errors.values():
            messages.error(request, " ".join(errors))
    return back(request, case, "people")


@require_POST
def case_let_out(request, pk):
    case = case_for(request.post, pk)
    check(case, "let_out", by=request.post)
    member = (
        Member.objects.filter(pk=parse_id(request.POST.get("member", "")), case=case)
        .select_related("post__user")
        .first()
    )
    if member is None:
        raise Http404
    try:
        rights.let_out(case, member=member, by=request.post, at=timezone.now())
        messages.success(
            request, f"{member.post.user} không còn trong hồ sơ; người có thẩm quyền được báo để xác nhận."
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return back(request, case, "people")


@require_POST
def case_settle(request, pk):
    """The competent person's yes or no to the changes of rights that the page showed him."""
    case = case_for(request.post, pk)
    check(case, "confirm_rights", by=request.post)
    agreed = request.POST.get("answer") != "no"
    shown = parse_ids(request.POST.getlist("change"))
    if rights.settle(case, changes=shown, by=request.post, at=timezone.now(), agreed=agreed):
        messages.success(request, "Đã xác nhận." if agreed else "Đã trả quyền như trước.")
    else:
        messages.info(request, "Không còn thay đổi quyền nào chờ xác nhận.")
    return back(request, case, "people")
