from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from orgs.actions.notices import see
from orgs.models import Notice
from ui.paging import page_of


@require_GET
def notices(request):
    """One's own, the latest first."""
    rows = Notice.objects.filter(user=request.user)
    return render(request, "orgs/notices.html", {"page": page_of(rows, request, "-pk")})


@require_POST
def notices_seen(request):
    see(request.user, at=timezone.now())
    return redirect("notices")
