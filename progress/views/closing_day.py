"""The day on which the office closes its month, set from the board."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from documents.access import may
from progress.actions.closing_day import set_closing_day


@require_POST
def closing_day(request):
    """Permission to set it is the action's own question; whoever sees no board finds nothing here."""
    if not may(request.post, "see_progress"):
        raise Http404
    typed = request.POST.get("day", "").strip()
    day = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 4 else (0 if not typed else -1)
    try:
        set_closing_day(request.post.organisation, day, by=request.post, at=timezone.now())
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, "Đã lưu ngày chốt số liệu tháng.")
    return redirect("board")
