"""The door through which a page keeps what is being typed, and asks for it when it is opened again."""

import json

from django.core.exceptions import ValidationError
from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from documents.actions import unsent as texts


@require_http_methods(["GET", "HEAD", "POST"])
def unsent(request):
    """Of the person who asks alone. GET: what is kept of a form, or 204. POST: keeps its fields; without any, forgets."""
    if request.method != "POST":
        found = texts.kept(request.user, request.GET.get("form", ""))
        answer = JsonResponse({"fields": json.loads(found.fields)}) if found else HttpResponse(status=204)
        answer["Cache-Control"] = "no-store"
        return answer
    form, fields = request.POST.get("form", ""), request.POST.get("fields", "")
    if not fields:
        texts.forget(request.user, form)
        return HttpResponse(status=204)
    try:
        texts.keep(request.user, form=form, fields=fields, at=timezone.now())
    except ValidationError as error:
        return HttpResponse(" ".join(error.messages), status=400, content_type="text/plain; charset=utf-8")
    return HttpResponse(status=204)
