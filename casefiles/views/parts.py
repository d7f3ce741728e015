"""Files that belong together: a sub-file opened, a related file named or dropped. Find, do, answer."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from casefiles.access import case_for
from casefiles.actions import parts
from casefiles.forms.cases import today
from casefiles.forms.parts import PartForm, RelateForm
from casefiles.journey import check
from casefiles.views.cases import back
from documents.views.shared.acting import sent, tried
from ui.ids import parse_id


@require_http_methods(["GET", "HEAD", "POST"])
def part_open(request, pk):
    case = case_for(request.post, pk)
    check(case, "open_part", by=request.post)
    form, made = PartForm(sent(request), initial={"term": case.term, "started_on": today()}), []
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if tried(
            form, lambda: made.append(parts.open_part(case, by=request.post, at=timezone.now(), **given))
        ):
            messages.success(request, f"Đã mở hồ sơ con {made[0].code}.")
            return redirect(made[0])
    context = {"case": case, "form": form, "heading": "Mở hồ sơ con", "press": "Mở hồ sơ con"}
    return render(request, "casefiles/step.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def case_relate(request, pk):
    case = case_for(request.post, pk)
    check(case, "relate_file", by=request.post)
    form = RelateForm(sent(request), post=request.post)
    if request.method == "POST" and form.is_valid():
        given = form.given()
        if tried(form, lambda: parts.relate(case, by=request.post, at=timezone.now(), **given)):
            messages.success(request, "Đã ghi hồ sơ liên quan.")
            return back(request, case, "facts")
    context = {"case": case, "form": form, "heading": "Ghi hồ sơ liên quan", "press": "Ghi"}
    return render(request, "casefiles/step.html", context)


@require_POST
def case_unrelate(request, pk):
    case = case_for(request.post, pk)
    check(case, "unrelate_file", by=request.post)
    other = parse_id(request.POST.get("other", ""))
    if other is None:
        raise Http404
    parts.unrelate(case, other=other, by=request.post, at=timezone.now())
    messages.success(request, "Không còn ghi là liên quan.")
    return back(request, case, "facts")
