"""The operator compares our registry with the directory of the axis, looks, and takes over what he wants."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from documents.access import may
from interop.directory.publish import compare, synchronise
from interop.transport import connection
from interop.transport.adapter import AxisError
from interop.transport.connection import problem_of
from orgs.access import require
from orgs.actions import Refused
from orgs.views.imports import SHOWN, WORDS
from ui.ids import parse_ids


@require_http_methods(["GET", "POST"])
def directory(request):
    """Look, tick those that are to be closed, confirm. The directory is asked again before anything is written."""
    if not may(request.post, "operate"):
        raise Http404
    require(request.post, "manage_registry")
    line = connection.line()
    try:
        found = compare(line) if line else None
    except AxisError as error:
        return render(request, "interop/directory.html", {"problem": problem_of(error)})
    if found is None:
        return render(
            request, "interop/directory.html", {"problem": "Chưa cấu hình địa chỉ trục liên thông."}
        )
    if request.method == "POST":
        return _take_over(request, found)
    context = {
        "found": found,
        "changes": [(change, *WORDS[change.act]) for change in found.plan.changes[:SHOWN]],
        "more": max(len(found.plan.changes) - SHOWN, 0),
    }
    return render(request, "interop/directory.html", context)


def _take_over(request, found):
    ticked = set(parse_ids(request.POST.getlist("closed")))
    try:
        count = synchronise(
            found, digest=request.POST.get("digest", ""), closed=ticked, on=timezone.localdate()
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"Đã cập nhật {count} cơ quan theo danh bạ của trục liên thông.")
    return redirect("exchange_directory")
