"""The rules an office sets for itself, from the page of the organisation."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from orgs.actions.office import MOST_EXTENSIONS, let_heads_approve, limit_extensions
from orgs.actions.refused import Refused


@require_http_methods(["GET", "HEAD", "POST"])
def office_rules(request):
    if request.post is None:
        raise PermissionDenied("Tài khoản chưa được gán vai trò.")
    body = request.post.organisation
    if request.method == "POST":
        approve = request.POST.get("head_approves") == "on"
        limit = request.POST.get("extension_limit", str(body.extension_limit)).strip()
        if not (limit.isascii() and limit.isdigit() and int(limit[:4]) <= MOST_EXTENSIONS):
            messages.error(request, f"Chưa lưu: số lần gia hạn phải từ 0 đến {MOST_EXTENSIONS}.")
            return redirect("organisation", body.pk)
        try:
            let_heads_approve(body, approve=approve, by=request.post, at=timezone.now())
            limit_extensions(body, limit=int(limit), by=request.post, at=timezone.now())
        except Refused as refusal:
            raise PermissionDenied(str(refusal)) from refusal
        messages.success(request, "Đã lưu cách làm việc của cơ quan.")
    return redirect("organisation", body.pk)
