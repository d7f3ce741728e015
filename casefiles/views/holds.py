"""Orders that freeze files: the list, one of them, put on, lifted. Find, do, answer."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from casefiles.access import legal_hold_for, may_hold
from casefiles.actions import holds
from casefiles.forms.holds import HoldForm
from casefiles.models import CaseFile, LegalHold
from casefiles.views.cases import BOXES, filtered
from documents.forms.incoming.steps import ReasonForm
from documents.views.shared.acting import sent, tried
from orgs.models import Post
from ui.days import WRITTEN
from ui.ids import parse_id
from ui.paging import page_of


@require_safe
def legal_holds(request):
    post = _competent(request)
    page = page_of(LegalHold.objects.of(post).with_names(), request, "-pk")
    return render(request, "casefiles/holds.html", {"page": page})


@require_safe
def legal_hold(request, pk):
    found = legal_hold_for(request.post, pk)
    files = CaseFile.objects.filter(held__legal_hold=found)
    page = page_of(files.for_rows(), request, "-opened_at", "-pk")
    return render(request, "casefiles/hold.html", {"hold": found, "page": page, "form": ReasonForm()})


@require_http_methods(["GET", "HEAD", "POST"])
def legal_hold_put(request):
    """On one file (`case`), or on what a list holds with its words (`box`, `q`): all of it, or what is ticked."""
    post = _competent(request)
    found = _meant(request, post)
    count = found.count()
    initial = {"from_on": f"{timezone.localdate():{WRITTEN}}"}
    form = HoldForm(sent(request), found=found, count=count, initial=initial)
    if request.method == "POST" and form.is_valid():
        made, given = [], {name: form.cleaned_data[name] for name in ("title", "basis", "reason", "from_on")}
        if tried(
            form, lambda: made.append(holds.put_hold(form.chosen(), by=post, at=timezone.now(), **given))
        ):
            messages.success(
                request, "Đã đóng băng. Đến khi gỡ, không ai sửa, chuyển, hủy được các hồ sơ này."
            )
            return redirect(made[0])
    return render(request, "casefiles/hold_put.html", {"form": form, "count": count})


@require_http_methods(["POST"])
def legal_hold_lift(request, pk):
    found = legal_hold_for(request.post, pk)
    form = ReasonForm(request.POST)
    if form.is_valid() and tried(
        form, lambda: holds.lift_hold(found, by=request.post, at=timezone.now(), **form.cleaned_data)
    ):
        messages.success(request, "Đã gỡ lệnh đóng băng này. Hồ sơ còn nằm dưới lệnh khác thì vẫn đóng băng.")
        return redirect(found)
    page = page_of(CaseFile.objects.filter(held__legal_hold=found).for_rows(), request, "-opened_at", "-pk")
    return render(request, "casefiles/hold.html", {"hold": found, "page": page, "form": form})


def _competent(request) -> Post:
    if not may_hold(request.post):
        raise Http404
    return request.post


def _meant(request, post: Post):
    seen = CaseFile.objects.visible_to(post).exclude(state="disposed")
    if one := parse_id(request.GET.get("case", "")):
        return seen.filter(pk=one)
    box = request.GET.get("box", "all")
    found = filtered(post, box if box in BOXES else "all", request.GET.get("q", ""))
    return CaseFile.objects.filter(pk__in=found.exclude(state="disposed").values("pk"))
