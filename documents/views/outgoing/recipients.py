"""Whom a draft goes to, on a page of its own that works without scripts: search, groups, take off."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from documents.access import outgoing_for
from documents.actions.outgoing import approval as papers
from documents.actions.outgoing.drafts import why_not
from documents.actions.outgoing.page_content import still_named
from documents.journey import check
from documents.models import Outgoing
from documents.views.shared.acting import say_still_named
from orgs.groups import GROUPS
from orgs.models import Organisation
from ui.ids import parse_ids

SHOWN = 50


@require_http_methods(["GET", "HEAD", "POST"])
def recipients(request, pk):
    outgoing = outgoing_for(request.post, pk)
    check(outgoing, "submit", by=request.post)
    words = request.GET.get("tim", "").strip()[:200]
    if request.method == "POST":
        _change(request, outgoing)
        here = reverse("recipients", args=[pk])
        return redirect(f"{here}?{urlencode({'tim': words})}" if words else here)
    chosen = list(outgoing.recipients.select_related("parent").in_order())
    context = {
        "paper": outgoing,
        "chosen": chosen,
        "q": words,
        "found": found(request, words, {body.pk for body in chosen}),
        "groups": GROUPS.values(),
    }
    return render(request, "documents/outgoing/recipients.html", context)


def _change(request, outgoing: Outgoing) -> None:
    """Adds what was ticked or a whole group, takes off what was marked; all of it or nothing."""
    today = timezone.localdate()
    chosen = {body.pk: body for body in outgoing.recipients.select_related("parent")}
    removed = [chosen.pop(key) for key in parse_ids(request.POST.getlist("remove")) if key in chosen]
    added = list(
        Organisation.objects.select_related("parent").filter(pk__in=parse_ids(request.POST.getlist("add")))
    )
    group = GROUPS.get(request.POST.get("add_group", ""))
    if group:
        added += [body for body in group.on(today) if body.pk != outgoing.organisation_id]
    chosen |= {body.pk: body for body in added}
    try:
        papers.change_recipients(
            outgoing, by=request.post, at=timezone.now(), recipients=list(chosen.values())
        )
        messages.success(request, f"Nơi nhận hiện có: {len(chosen)}.")
        say_still_named(request, still_named(outgoing.addressees, removed))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))


def found(request, words: str, chosen: set[int]) -> list[dict]:
    """Bodies with these words in their names or codes, and why one cannot be sent to."""
    if not words:
        return []
    today, own = timezone.localdate(), request.post.organisation_id
    bodies = Organisation.objects.search(words).select_related("parent").in_order()[:SHOWN]
    return [{"body": body, "why": why_not(body, own, today), "chosen": body.pk in chosen} for body in bodies]
