from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from orgs.access import may_name_assistants
from orgs.actions import Refused, cancel_delegation, delegate
from orgs.forms import DelegationForm
from orgs.middleware import SESSION_KEY
from orgs.models import Delegation
from orgs.reauthentication import fresh_to_send

SHOWN = 50


@require_POST
def act_as(request):
    wanted = request.POST.get("post", "")
    chosen = next((post for post in request.posts if str(post.pk) == wanted), None)
    if chosen is None:
        raise Http404
    request.session[SESSION_KEY] = chosen.pk
    wanted = request.POST.get("next", "")
    here = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, None)
    return redirect(wanted if here else "desk")


@require_http_methods(["GET", "POST"])
@fresh_to_send
def delegations(request):
    acting = request.post if request.post and request.post.in_person else None
    form = (
        DelegationForm(request.POST if request.method == "POST" else None, acting=acting) if acting else None
    )
    if request.method == "POST":
        if form is None:
            raise Http404
        if form.is_valid() and _delegated(request, form):
            return redirect("delegations")
    context = {"form": form, "names_assistants": may_name_assistants(request.post), **_lists(request)}
    return render(request, "orgs/delegations.html", context)


def _delegated(request, form) -> bool:
    try:
        made = delegate(by=request.user, at=timezone.now(), **form.cleaned_data)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(
        request, f"Đã ủy quyền cho {made.to} từ {made.valid_from:%d/%m/%Y} đến hết {made.valid_to:%d/%m/%Y}."
    )
    return True


def _lists(request) -> dict:
    rows = Delegation.objects.select_related("to", "post__user", "post__organisation", "post__unit")
    rows = rows.order_by("-valid_from", "-pk")
    return {
        "given": rows.filter(post__user=request.user)[:SHOWN],
        "received": rows.filter(to=request.user, cancelled_at=None)[:SHOWN],
        "today": timezone.localdate(),
    }


@require_POST
def delegation_cancel(request, pk: int):
    row = get_object_or_404(Delegation.objects.select_related("post"), pk=pk, post__user=request.user)
    try:
        cancel_delegation(row, by=request.user, at=timezone.now())
        messages.success(request, "Đã hủy ủy quyền.")
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("delegations")
