"""The operator's button for the read-only mode."""

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from hanoi_docs.degraded.acts import switch
from hanoi_docs.degraded.switch import read_only as switched
from interop.views.exchange import operators_only
from orgs.reauthentication import fresh_to_send


class ReadOnlyForm(forms.Form):
    words = forms.CharField(
        label="Lý do, hiện cho mọi người", max_length=300, required=False,
        help_text="Ví dụ: chuyển cơ sở dữ liệu sang máy mới, dự kiến xong lúc 22:00.",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@fresh_to_send
def read_only(request):
    operators_only(request)
    form = ReadOnlyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        on = "on" in request.POST
        switch(on, words=form.cleaned_data["words"], by=request.post, at=timezone.now())
        messages.success(request, "Đã bật chế độ chỉ đọc." if on else "Đã tắt chế độ chỉ đọc.")
        return redirect("read_only")
    return render(request, "hanoi_docs/read_only.html", {"form": form, "switched": switched()})
