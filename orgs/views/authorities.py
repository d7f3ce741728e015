"""Who may sign for the organisation: everybody of it reads, whoever leads it or keeps its accounts grants and ends."""

from datetime import datetime, time, timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from orgs.access import may, may_end_authority, may_grant
from orgs.actions import Refused
from orgs.actions.authorities import end
from orgs.actions.powers import propose_authority
from orgs.authority import block_lines, head_title
from orgs.forms import AuthorityForm, EndAuthorityForm
from orgs.kinds import kind_names
from orgs.models import Organisation, SigningAuthority
from orgs.reauthentication import fresh, fresh_to_send
from orgs.views.asked import organisation_asked
from orgs.views.proposals import PROPOSED
from ui.paging import page_of

CURRENT = ("-post__head", "pk")  # the head first, then in the order they were given


@require_GET
def authorities(request):
    """Rights in force and to come; with ?tinh-trang=het those that are history, the latest first."""
    body, at = _body(request), timezone.now()
    past = request.GET.get("tinh-trang") == "het"
    rows = SigningAuthority.objects.filter(organisation=body).with_names()
    rows = rows.history(at) if past else rows.current(at)
    found = page_of(rows, request, *(["-pk"] if past else CURRENT))
    grants = may_grant(request.post, body, at)
    context = {
        "body": body,
        "page": found,
        "rows": _rows(found.rows, request.post, grants, body, at),
        "past": past,
        "tabs": _tabs(request, body, past),
        "may_grant": grants or _passes_on(request.post, body, at) is not None,
        "query": _query(request, body),
    }
    return render(request, "orgs/authorities.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@fresh
def authority_grant(request):
    """A new right, proposed: another confirms it. The head of an office or room passes on only his own TL."""
    body, at = _body(request), timezone.now()
    passing_on = None if may_grant(request.post, body, at) else _passes_on(request.post, body, at)
    if not (passing_on or may_grant(request.post, body, at)):
        raise PermissionDenied("Chỉ người đứng đầu cơ quan hoặc quản trị đơn vị giao được thẩm quyền ký.")
    sent = request.POST if request.method == "POST" else None
    form = AuthorityForm(sent, organisation=body, at=at, passing_on=passing_on)
    if request.method == "POST" and form.is_valid():
        try:
            proposal = propose_authority(by=request.post, at=at, **form.given())
            messages.success(request, PROPOSED)
            return redirect(proposal)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    context = {"form": form, "body": body, "passing_on": passing_on, "query": _query(request, body)}
    return render(request, "orgs/authority_grant.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@fresh_to_send
def authority_end(request, pk: int):
    """Ends a right with a reason. It stays in the list of what is over, as signatures point at it."""
    at = timezone.now()
    authority = get_object_or_404(SigningAuthority.objects.with_names(), pk=pk)
    if not _belongs(request, authority.organisation):
        raise Http404
    if not may_end_authority(request.post, authority, at):
        raise PermissionDenied("Chỉ người đứng đầu cơ quan hoặc quản trị đơn vị kết thúc được thẩm quyền ký.")
    form = EndAuthorityForm(request.POST if request.method == "POST" else None)
    back = reverse("authorities") + _query(request, authority.organisation)
    if request.method == "POST" and form.is_valid():
        try:
            end(authority, by=request.post, at=at, reason=form.cleaned_data["reason"])
            messages.success(request, f"Đã kết thúc thẩm quyền ký của {authority.post.user}.")
        except Refused as refusal:
            messages.error(request, str(refusal))
        return redirect(back)
    context = {"form": form, "row": _row(authority, head_title(authority.organisation, at), at), "back": back}
    return render(request, "orgs/authority_end.html", context)


def _body(request: HttpRequest) -> Organisation:
    """One's own organisation; for whoever keeps accounts elsewhere too, the one of ?co-quan=."""
    if request.post is None:
        raise Http404
    body = organisation_asked(request) or request.post.organisation
    if not _belongs(request, body):
        raise Http404
    return body


def _belongs(request: HttpRequest, body: Organisation) -> bool:
    if request.post is None:
        return False
    return request.post.organisation_id == body.pk or may(request.post, "manage_accounts", body)


def _query(request: HttpRequest, body: Organisation) -> str:
    return "" if body.pk == request.post.organisation_id else f"?co-quan={body.pk}"


def _passes_on(post, body: Organisation, at: datetime) -> SigningAuthority | None:
    """The TL. this post may pass on to its deputy."""
    if not post.in_person:
        return None
    own = SigningAuthority.objects.at(at).filter(post=post, organisation=body, capacity="TL", through=None)
    return own.with_names().order_by("pk").first()


def _rows(found: list[SigningAuthority], post, grants: bool, body: Organisation, at: datetime) -> list[dict]:
    head = head_title(body, at)
    rows = []
    for authority in found:
        passed_on = authority.through and authority.through.post_id == post.pk and post.in_person
        rows.append(_row(authority, head, at) | {"may_end": grants or passed_on})
    return rows


def _row(authority: SigningAuthority, head: str, at: datetime) -> dict:
    over = authority.ended_at or authority.valid_to
    return {
        "it": authority,
        "block": block_lines(authority, at, head=head),
        "kinds": kind_names(authority.kinds) or "Mọi loại văn bản",
        "until": _until(authority.valid_to),
        "to_come": authority.valid_from > at,
        "over": over if over and over <= at else None,
    }


def _until(end: datetime | None) -> str:
    """A right that ends at midnight is said by its last day."""
    if end is None:
        return ""
    local = timezone.localtime(end)
    if local.time() == time():
        return f"đến hết {local - timedelta(days=1):%d/%m/%Y}"
    return f"đến trước {local:%H:%M %d/%m/%Y}"


def _tabs(request: HttpRequest, body: Organisation, past: bool) -> list[dict]:
    here, query = reverse("authorities"), _query(request, body)
    ended = f"{here}{query}{'&' if query else '?'}tinh-trang=het"
    return [
        {"label": "Đang hiệu lực", "url": f"{here}{query}", "active": not past},
        {"label": "Đã kết thúc", "url": ended, "active": past},
    ]
