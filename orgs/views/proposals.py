"""What one person asked for and another gives: the list, the page of one, and the four decisions."""

from collections.abc import Callable
from datetime import datetime

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from orgs.access import administers
from orgs.actions import Refused
from orgs.actions import proposals as acts
from orgs.actions.powers import half_of, shows_half
from orgs.models import Post, Proposal, Role
from orgs.proposals import KINDS, in_halves, waiting_for
from orgs.reauthentication import fresh, with_factor
from ui.paging import page_of
from ui.text import nfc

PROPOSED = "Đã gửi đề nghị. Việc này chỉ có hiệu lực khi một người khác xác nhận."
NO_FACTOR = (
    "Việc này cần xác nhận bằng yếu tố thứ hai (mã xác thực hoặc khóa bảo mật). Hãy đăng ký yếu tố thứ hai"
    " ở trang tài khoản, đăng nhập lại rồi xác nhận."
)
TABS = [("", "Chờ tôi xác nhận"), ("toi", "Tôi đề nghị"), ("tat-ca", "Tất cả")]
NOTHING = {
    "": "Không có đề nghị nào chờ bạn xác nhận",
    "toi": "Bạn chưa đề nghị việc gì",
    "tat-ca": "Chưa có đề nghị nào",
}


@require_GET
def proposals(request):
    """Those that wait for me, those I made, and for whoever administers or leads all of the organisation."""
    at, asked = timezone.now(), request.GET.get("xem", "")
    if request.post is None:
        raise Http404
    if asked not in NOTHING or (asked == "tat-ca" and not administers(request.post)):
        asked = ""
    found = page_of(_rows(request.post, asked, at).with_names(), request, "-pk")
    context = {
        "page": found, "nothing": NOTHING[asked], "tabs": _tabs(request, asked),
        "rows": [_row(proposal, at) for proposal in found.rows], "emergencies": administers(request.post),
    }  # fmt: skip
    return render(request, "orgs/proposals.html", context)


@require_GET
def proposal(request, pk: int):
    return _page(request, proposal_for(request, pk))


@never_cache
@fresh
@require_http_methods(["GET", "HEAD", "POST"])
def proposal_confirm(request, pk: int):
    """By another, who has just shown that it is he: with his second factor where one is demanded."""
    found = proposal_for(request, pk)
    if request.method != "POST":  # back from showing who one is
        return _page(request, found)
    if _factor_demanded() and not with_factor(request):
        return _page(request, found, error=NO_FACTOR)
    return _confirmed(request, found, lambda at: acts.confirm(found, by=request.post, at=at))


@never_cache
@fresh
@require_http_methods(["GET", "HEAD", "POST"])
def proposal_emergency(request, pk: int):
    """An operator alone, with a reason; everybody concerned is told at once."""
    found, reason = proposal_for(request, pk), nfc(request.POST.get("reason", ""))
    if not _may_alone(request.post):
        raise Http404
    if request.method != "POST":
        return render(request, "orgs/proposal_emergency.html", _context(request, found))
    if _factor_demanded() and not with_factor(request):
        return _page(request, found, error=NO_FACTOR)
    return _confirmed(
        request, found, lambda at: acts.confirm_alone(found, reason=reason, by=request.post, at=at)
    )


@require_POST
def proposal_refuse(request, pk: int):
    found, reason = proposal_for(request, pk), nfc(request.POST.get("reason", ""))
    try:
        acts.refuse(found, reason=reason, by=request.post, at=timezone.now())
    except Refused as refusal:
        return _page(request, found, error=str(refusal), reason=reason)
    messages.success(request, "Đã từ chối đề nghị.")
    return redirect(found)


@require_POST
def proposal_withdraw(request, pk: int):
    found = proposal_for(request, pk)
    try:
        acts.withdraw(found, by=request.post, at=timezone.now())
    except Refused as refusal:
        return _page(request, found, error=str(refusal))
    messages.success(request, "Đã rút đề nghị.")
    return redirect(found)


@never_cache
@fresh
@require_GET
def proposal_half(request, pk: int):
    """The proposer's half of the temporary password; the other half was shown to whoever confirmed."""
    found = proposal_for(request, pk)
    if not shows_half(found, request.user):
        raise Http404
    return _half(request, found, half_of(found), "Nửa đầu của mật khẩu tạm")


@require_GET
def emergencies(request):
    """Every time one operator confirmed alone: kept for ever. Operators see all, others those of their organisation."""
    if not administers(request.post):
        raise Http404
    rows = Proposal.objects.filter(emergency=True)
    if request.post.role != Role.SYS_ADMIN:
        rows = rows.filter(organisation=request.post.organisation)
    found, at = page_of(rows.with_names(), request, "-pk"), timezone.now()
    context = {"page": found, "rows": [_row(one, at) for one in found.rows]}
    return render(request, "orgs/emergencies.html", context)


def proposed(
    request: HttpRequest, form: forms.Form | None, act: Callable[[], Proposal]
) -> HttpResponse | None:
    """Proposes, and shows what waits now; None: it was refused, and the form says why."""
    try:
        made = act()
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return None
    except ValidationError as error:
        known = hasattr(error, "error_dict") and set(error.error_dict) <= set(form.fields)
        form.add_error(None, error if known else ValidationError(error.messages))
        return None
    messages.success(request, PROPOSED)
    return redirect(made)


def _rows(post: Post, asked: str, at: datetime) -> QuerySet[Proposal]:
    if asked == "toi":
        return Proposal.objects.filter(proposed_user=post.user_id)
    if asked == "tat-ca":
        every = Proposal.objects.all()
        return every if post.role == Role.SYS_ADMIN else every.filter(organisation=post.organisation_id)
    return waiting_for(post, at)


def proposal_for(request: HttpRequest, pk: int) -> Proposal:
    """For those who may decide it, whoever proposed it, and whom it concerns. For all others it does not exist."""
    found = get_object_or_404(Proposal.objects.with_names(), pk=pk)
    post = request.post
    party = request.user.pk in (found.proposed_user_id, found.subject_id)
    if post is None or not post.in_person or not (party or _sees(post, found)):
        raise Http404
    return found


def _sees(post: Post, found: Proposal) -> bool:
    here = post.organisation_id == found.organisation_id and administers(post)
    return here or KINDS[found.kind].may_confirm(post, found, timezone.now())


def _factor_demanded() -> bool:
    """Before the day from which a second factor is demanded, and in the demonstration, the fresh proof alone counts."""
    since = settings.SECOND_FACTOR_FROM
    return since is not None and not settings.DEMO and since <= timezone.localdate()


def _may_alone(post: Post) -> bool:
    return post.role == Role.SYS_ADMIN and post.in_person


def _confirmed(request: HttpRequest, found: Proposal, act) -> HttpResponse:
    try:
        half = act(timezone.now())
    except (Refused, PermissionDenied) as refusal:
        return _page(request, found, error=str(refusal))
    messages.success(request, f"Đã xác nhận: {found.text}.")
    if in_halves(found):
        return _half(request, found, half, "Nửa sau của mật khẩu tạm")
    return redirect(found)


def _half(request: HttpRequest, found: Proposal, half: str, title: str) -> HttpResponse:
    return render(request, "orgs/proposal_half.html", {"proposal": found, "half": half, "title": title})


def _page(request: HttpRequest, found: Proposal, *, error: str = "", reason: str = "") -> HttpResponse:
    context = _context(request, found) | {"error": error, "reason": reason}
    return render(request, "orgs/proposal.html", context)


def _context(request: HttpRequest, found: Proposal) -> dict:
    """The row as it stands now, and what this person may do with it."""
    at, post = timezone.now(), request.post
    found = Proposal.objects.with_names().get(pk=found.pk)
    is_open, mine = found.is_open(at), found.proposed_user_id == request.user.pk
    why_not = acts.why_not(found, post, at) if is_open else ""
    concerned = found.subject_id == request.user.pk
    return {
        **_row(found, at),
        "proposal": found,
        "open": is_open,
        "why_not": why_not,
        "may_confirm": is_open and not why_not,
        "may_refuse": is_open and not mine and (concerned or KINDS[found.kind].may_confirm(post, found, at)),
        "may_withdraw": is_open and mine,
        "may_alone": is_open and _may_alone(post) and not concerned,
        "half": shows_half(found, request.user),
        "picture": reverse(picture, args=[found.pk]) if (picture := KINDS[found.kind].picture) else "",
    }


def _row(found: Proposal, at: datetime) -> dict:
    tones = {"open": "warn", "confirmed": "ok", "refused": "bad", "withdrawn": "muted"}
    expired = found.state == Proposal.State.OPEN and not found.is_open(at)
    return {
        "it": found, "label": KINDS[found.kind].label, "state": found.label(at),
        "tone": "muted" if expired else tones[found.state], "until": found.expires_at(),
    }  # fmt: skip


def _tabs(request: HttpRequest, asked: str) -> list[dict]:
    here = reverse("proposals")
    offered = TABS if administers(request.post) else TABS[:2]
    return [
        {"label": label, "url": f"{here}?xem={name}" if name else here, "active": name == asked}
        for name, label in offered
    ]
