from django import forms
from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from orgs import looking
from orgs.access import may_look_as, require
from orgs.actions import Refused
from orgs.actions.looking import look_as, stop_looking
from orgs.models import Post
from orgs.reauthentication import fresh


class LookForm(forms.Form):
    reason = forms.CharField(label="Lý do xem", max_length=300, required=False)


@require_POST
@fresh
def user_look(request, pk: int):
    """`pk`: the post as which its holder is looked at."""
    require(request.post, "manage_accounts")
    post = get_object_or_404(Post.objects.with_names(), pk=pk)
    if not may_look_as(request.post, post, timezone.localdate()):
        raise Http404
    form = LookForm(request.POST)
    try:
        reason = form.cleaned_data["reason"] if form.is_valid() else ""
        look = look_as(post, reason=reason, by=request.post, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("user", pk=post.user_id)
    looking.begin(request, look)
    return redirect("looking")


@require_POST
def look_end(request):
    look = getattr(request, "looking", None)
    if look is None:
        raise Http404
    looking.end(request)
    stop_looking(look, by=request.post, at=timezone.now())
    messages.success(request, f"Đã kết thúc xem như {look.post.user}.")
    return redirect("user", pk=look.post.user_id)
