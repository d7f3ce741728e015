import base64

from django.contrib import messages
from django.http import HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from orgs.access import require
from orgs.actions import Refused, apply, known_bodies
from orgs.forms import ImportForm
from orgs.reauthentication import fresh_to_send
from orgs.registry_import import plan as registry
from orgs.registry_import import sheet
from orgs.registry_import.plan import Act
from ui.text import nfc

SHOWN = 300  # changes; problems are all shown
WORDS = {
    Act.CREATE: ("Thêm mới", "ok"),
    Act.RECODE: ("Thay mã", "info"),
    Act.RENAME: ("Đổi tên", "info"),
    Act.CLOSE: ("Đóng mã", "warn"),
    Act.UPDATE: ("Sửa thông tin", "calm"),
}


@require_http_methods(["GET", "POST"])
@fresh_to_send
def import_orgs(request):
    """Upload, look, confirm. Between look and confirm the file travels in the page: nothing is kept here."""
    require(request.post, "manage_registry")
    if request.method == "POST" and "data" in request.POST:
        return _confirm(request)
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        # One byte more than allowed is enough for the reader to refuse it; the rest is not taken into memory.
        return _preview(request, upload.read(sheet.MAX_BYTES + 1), upload.name)
    columns = ", ".join(sheet.COLUMNS)
    return render(request, "orgs/import.html", {"form": form, "columns": columns, "max": sheet.MAX_BYTES})


def _preview(request, data: bytes, name: str):
    plan = registry.plan(sheet.read(data), known_bodies())
    counts = [(WORDS[act][0], plan.count(act), WORDS[act][1]) for act in Act]
    changes = [(change, *WORDS[change.act]) for change in plan.changes[:SHOWN]]
    context = {
        "plan": plan,
        "name": name,
        "counts": counts,
        "changes": changes,
        "ignored": ", ".join(plan.ignored),
        "more": max(len(plan.changes) - SHOWN, 0),
        "data": base64.b64encode(data).decode() if plan.changes and not plan.problems else "",
    }
    return render(request, "orgs/import_preview.html", context)


def _confirm(request):
    try:
        data = base64.b64decode(request.POST["data"], validate=True)
    except ValueError:  # not base64, or not even ASCII
        return HttpResponseBadRequest("Dữ liệu gửi lên không đúng; hãy chọn lại tệp.")
    decision = nfc(request.POST.get("decision", ""))[:200]
    try:
        plan = apply(
            sheet.read(data),
            digest=request.POST.get("digest", ""),
            on=timezone.localdate(),
            decision=decision,
            by=request.post,
            at=timezone.now(),
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("import_orgs")
    messages.success(request, f"Đã ghi {len({change.line for change in plan.changes})} cơ quan vào danh mục.")
    return redirect("registry")
