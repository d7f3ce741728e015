"""Who prepares directions for a leader: named and ended by the leader."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from orgs.access import may_name_assistants
from orgs.actions import Refused, end_assistant, name_assistant
from orgs.forms import AssistantForm
from orgs.models import Assistant
from orgs.reauthentication import fresh_to_send

SHOWN = 50


@require_http_methods(["GET", "POST"])
@fresh_to_send
def assistants(request):
    """One's own assistants, and whose assistant one is."""
    leader = request.post if may_name_assistants(request.post) else None
    form = None
    if leader is not None:
        form = AssistantForm(request.POST if request.method == "POST" else None, leader=leader)
    if request.method == "POST":
        if form is None:
            raise Http404
        if form.is_valid() and _named(request, form):
            return redirect("assistants")
    rows, today = Assistant.objects.with_names().order_by("-pk"), timezone.localdate()
    context = {
        "form": form,
        "leader": leader,
        "own": rows.filter(leader=leader)[:SHOWN] if leader else [],
        "of": rows.filter(pk__in=Assistant.objects.on(today).filter(post__user=request.user).values("pk")),
    }
    return render(request, "orgs/assistants.html", context)


def _named(request, form) -> bool:
    try:
        made = name_assistant(leader=request.post, at=timezone.now(), **form.cleaned_data)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, f"Đã cử {made.post.user} làm trợ lý.")
    return True


@require_POST
def assistant_end(request, pk: int):
    row = get_object_or_404(Assistant.objects.with_names(), pk=pk, leader__user=request.user)
    try:
        # Of one's own posts it is the one that named, whichever one works as now.
        end_assistant(row, by=row.leader, at=timezone.now())
        messages.success(request, f"{row.post.user} thôi làm trợ lý của bạn.")
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("assistants")
