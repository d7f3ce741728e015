"""The ageing board: whose proof weakens, what was signed without its time stamp, what could not be renewed."""

from datetime import datetime

from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from documents.access import may
from documents.models import Incoming, Outgoing
from orgs.models import Post, Role
from signatures.actions import proofs as work
from signatures.models import Proof
from ui.ids import parse_ids
from ui.paging import page_of

AT_ONCE = 20  # papers for one press: more would keep the browser waiting
TABS = [
    ("", f"Sắp hết giá trị chứng cứ trong {work.AHEAD.days} ngày", work.weak_soon),
    ("duoi-muc", "Dưới mức yêu cầu", lambda at: work.below_asked()),
    ("khong-gia-han-duoc", "Gia hạn không thành công", lambda at: work.not_renewed()),
]


@require_safe
def proofs(request):
    """The operator sees every organisation's, numbers only; others their own, with the way to the paper."""
    post, at = _reader(request), timezone.now()
    asked = request.GET.get("tinh-trang", "")
    chosen = next((query for name, _, query in TABS if name == asked), TABS[0][2])
    rows = within(chosen(at), post).select_related("document__organisation", "file")
    found = page_of(rows, request, "weak_from", "pk")
    context = {
        "page": found,
        "rows": _rows(found.rows, post, at),
        "tabs": [_tab(name, label, query(at), post, asked) for name, label, query in TABS],
        "asked": asked,
        "operator": post.role == Role.SYS_ADMIN,
        "no_stamps": not settings.TSA_URL,
        "at_once": AT_ONCE,
    }
    return render(request, "signatures/proofs.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def proofs_renew(request):
    """Gia hạn ngay: what was ticked, as far as it still needs it."""
    post, at = _reader(request), timezone.now()
    back = request.POST.get("tinh-trang", "")
    if request.method == "POST":
        chosen = parse_ids(request.POST.getlist("proof"))
        if not settings.TSA_URL:
            messages.error(request, "Chưa cấu hình dịch vụ cấp dấu thời gian nên chưa gia hạn được.")
        elif not chosen:
            messages.error(request, "Hãy chọn ít nhất một văn bản để gia hạn.")
        else:
            due = within(work.weakening(at), post).filter(pk__in=chosen)[:AT_ONCE]
            _say(request, len(chosen), *work.renew_all(due, at=at, by=post))
    known = back and any(name == back for name, *_ in TABS)
    return redirect(f"{reverse('proofs')}{f'?tinh-trang={back}' if known else ''}")


def within(rows: QuerySet[Proof], post: Post) -> QuerySet[Proof]:
    """What of them this post answers for."""
    return rows if post.role == Role.SYS_ADMIN else rows.filter(document__organisation=post.organisation_id)


def _reader(request: HttpRequest) -> Post:
    """What one may not see does not exist."""
    if not may(request.post, "see_proofs"):
        raise Http404
    return request.post


def _rows(found: list[Proof], post: Post, at: datetime) -> list[dict]:
    """An operator reads no content, and nobody is shown the way to a paper that would not open."""
    of, open_to = [proof.document_id for proof in found], {}
    for model in () if post.role == Role.SYS_ADMIN else (Outgoing, Incoming):
        open_to |= model.objects.filter(pk__in=of).visible_to(post).in_bulk()
    return [
        {
            "it": proof,
            "paper": open_to.get(proof.document_id),
            "left": _left(proof, at),
            "tone": "bad" if proof.weak_from <= at else "warn",
            "short": proof.level == "B-B" and proof.asked_level != "B-B",
        }
        for proof in found
    ]


def _left(proof: Proof, at: datetime) -> str:
    if proof.weak_from <= at:
        return "đã yếu"
    days = (timezone.localdate(proof.weak_from) - timezone.localdate(at)).days
    return f"còn {days} ngày" if days <= work.AHEAD.days else ""


def _tab(name: str, label: str, rows: QuerySet[Proof], post: Post, asked: str) -> dict:
    url = reverse("proofs") + (f"?tinh-trang={name}" if name else "")
    return {"label": label, "url": url, "active": name == asked, "count": work.count(within(rows, post))}


def _say(request: HttpRequest, chosen: int, done: int, failed: int) -> None:
    if done:
        messages.success(request, f"Đã gia hạn {done} văn bản.")
    if failed:
        messages.error(request, f"{failed} văn bản chưa gia hạn được; lý do ghi ở từng dòng.")
    if left := chosen - done - failed:
        messages.info(request, f"{left} văn bản không cần gia hạn nữa, hoặc sẽ được gia hạn tự động sau.")
