from django import forms
from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from orgs.access import answers_support, may
from orgs.actions import Refused
from orgs.actions.support import ask_support
from orgs.actions.support import support_done as done
from orgs.models import Role, SupportRequest
from ui.paging import page_of


class SupportForm(forms.Form):
    text = forms.CharField(
        label="Bạn cần giúp việc gì?", max_length=2000, widget=forms.Textarea(attrs={"rows": 6}),
        help_text="Người trả lời không thấy nội dung văn bản: đừng chép nội dung văn bản vào đây.",
    )  # fmt: skip
    trang = forms.CharField(label="Trang đang mở", max_length=200, required=False)
    ma = forms.CharField(label="Mã yêu cầu, nếu trang có ghi", max_length=64, required=False)

    def clean_trang(self) -> str:
        """The path alone: what follows the question mark may be words that were looked for."""
        return self.cleaned_data["trang"].partition("?")[0]


@require_http_methods(["GET", "HEAD", "POST"])
def support(request):
    """Anybody signed in asks; the moment and, without a number, this request's own stand beside it."""
    first = {
        "trang": request.GET.get("trang", "").partition("?")[0][:200],
        "ma": request.GET.get("ma", "")[:64],
    }
    form = SupportForm(request.POST if request.method == "POST" else None, initial=first)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            ask_support(
                user=request.user, post=request.post, text=said["text"], page=said["trang"],
                request_id=said["ma"] or request.id, at=timezone.now(),
            )  # fmt: skip
            messages.success(request, "Đã gửi. Quản trị được báo ngay; khi xử lý xong, bạn nhận thông báo.")
            return redirect("help")
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return render(request, "orgs/support.html", {"form": form})


@require_safe
def support_requests(request):
    """What was asked of whoever administers: of one's own office; an operator's, of those without an administrator."""
    if not may(request.post, "manage_accounts"):
        raise Http404
    rows = SupportRequest.objects.select_related(
        "user", "post__user", "post__unit", "post__organisation", "organisation", "done_by"
    )
    operator = request.post.role == Role.SYS_ADMIN
    rows = (
        rows.filter(to_operators=True)
        if operator
        else rows.filter(organisation=request.post.organisation, to_operators=False)
    )
    page = page_of(rows, request, "-pk")
    return render(request, "orgs/support_requests.html", {"page": page})


@require_POST
def support_done(request, pk: int):
    asked = get_object_or_404(SupportRequest.objects.select_related("user"), pk=pk)
    if not answers_support(request.post, asked):
        raise Http404
    try:
        done(asked, by=request.post, at=timezone.now())
        messages.success(request, "Đã đánh dấu xong; người hỏi được báo.")
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("support_requests")
