"""The texts of the law that pages and papers name: as they follow each other, and the next one."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from orgs.access import require
from orgs.actions import Refused
from orgs.actions.law import propose_reference
from orgs.forms import ReferenceForm
from orgs.law import KEYS
from orgs.models import LegalReference


@require_http_methods(["GET", "HEAD", "POST"])
def legal_references(request):
    require(request.post, "manage_registry")
    form = ReferenceForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            propose_reference(by=request.post, at=timezone.now(), **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Đã gửi đề nghị. Một quản trị hệ thống khác phải xác nhận.")
            return redirect("legal_references")
    rows = list(LegalReference.objects.filter(key__in=KEYS).order_by("key", "-valid_from"))
    groups = [
        {"label": label[0].upper() + label[1:], "rows": [row for row in rows if row.key == key]}
        for key, label in KEYS.items()
    ]
    context = {"groups": groups, "form": form, "today": timezone.localdate()}
    return render(request, "orgs/legal_references.html", context)
