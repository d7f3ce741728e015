"""The operator explains findings of the comparison with a sentence, and reads what was explained."""

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from documents.forms.widgets import lines
from documents.views.shared.acting import sent
from interop.models import Unexplained
from interop.reconciliation import explain as explaining
from interop.views.exchange import LISTED, operators_only
from ui.ids import parse_ids
from ui.paging import page_of

NONE_TICKED = "Hãy chọn ít nhất một văn bản để giải trình."
GONE = "không còn trong danh sách: vừa có người giải trình, hoặc lần đối chiếu sau đã thấy rõ."


class ExplainForm(forms.Form):
    words = forms.CharField(
        label="Giải trình", min_length=10, max_length=1000, widget=lines(4),
        help_text="Ví dụ: đã gửi lại bằng bản giấy theo văn bản số 15/SNV-VP. Ít nhất 10 ký tự; ghi vào lịch sử và không sửa được nữa.",
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def explain(request):
    """One sentence for those that were ticked. Each is an act of its own: what another explained meanwhile is left."""
    operators_only(request)
    asked = _asked(request)
    rows = list(Unexplained.objects.open().filter(pk__in=asked)[:LISTED])
    if not rows:
        messages.warning(request, f"Văn bản đã chọn {GONE}" if asked else NONE_TICKED)
        return redirect("exchange")
    form = ExplainForm(sent(request))
    if form.is_valid():
        at, words = timezone.now(), form.cleaned_data["words"]
        done = sum(explaining.explain(row, words, by=request.post, at=at) for row in rows)
        _say(request, done, len(asked) - done)
        return redirect("exchange")
    return render(request, "interop/explain.html", {"form": form, "rows": rows})


@require_safe
def explained(request):
    operators_only(request)
    rows = explaining.explained_lately().select_related("explained_by__user")
    page = page_of(rows, request, "-explained_at", "-pk")
    return render(request, "interop/explained.html", {"page": page, "days": explaining.SHOWN_FOR.days})


def _asked(request) -> set[int]:
    """The keys that were ticked; more than a page of them was never offered."""
    given = (request.POST if request.method == "POST" else request.GET).getlist("finding")[:LISTED]
    return set(parse_ids(given))


def _say(request, done: int, gone: int) -> None:
    if done:
        messages.success(request, f"Đã giải trình {done} văn bản.")
    if gone:
        messages.warning(request, f"{gone} văn bản {GONE}")
