"""Bàn giao: who leaves, what is in his hands, to whom it goes, and the minutes. Find, do, answer."""

from django.contrib import messages
from django.db.models import Count
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from casefiles.access import handover_for, leaver_for
from casefiles.actions.handover import LEFT, choose, counts_left, hand_over
from casefiles.forms.handover import ChooseForm, HandOverForm, LeaverForm
from casefiles.handed import HIDDEN, minutes_pdf, words_of
from casefiles.models import Handover, HandoverChoice, HandoverLine
from casefiles.models.handover import Kind
from documents.access import may
from documents.access.people import stands_above
from documents.views.shared.acting import no_post, sent, tried
from documents.views.shared.files import printed
from orgs.models import Post
from ui.ids import parse_ids
from ui.paging import page_of


@require_safe
def handovers(request):
    """The minutes that one sees; for whoever may hand over, the people whose things he may."""
    post = request.post
    if post is None:
        return no_post(request)
    page = page_of(Handover.objects.visible_to(post).for_page(), request, "-at", "-pk")
    form = None
    if may(post, "hand_over") and post.in_person:
        found = Post.objects.filter(organisation=post.organisation_id).exclude(user=post.user_id)
        found = found if stands_above(post) else found.filter(unit=post.unit_id, unit__isnull=False)
        form = LeaverForm(request.GET if request.GET.get("leaver") else None, found=found)
        if form.is_bound and form.is_valid():
            return redirect("handover_of", form.cleaned_data["leaver"].pk)
    return render(request, "casefiles/handovers.html", {"page": page, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def handover_of(request, pk):
    """Everything in one person's hands, a successor for each kind, one press."""
    leaver = leaver_for(request.post, pk)
    counts = counts_left(leaver)
    apart = dict(
        HandoverChoice.objects.filter(leaver=leaver)
        .order_by()
        .values_list("kind")
        .annotate(number=Count("pk"))
    )
    form = HandOverForm(sent(request), leaver=leaver, counts=counts, apart=apart)
    if request.method == "POST" and form.is_valid():
        made = []
        if tried(
            form, lambda: made.append(hand_over(leaver, by=request.post, at=timezone.now(), **form.given()))
        ):
            messages.success(request, f"Đã bàn giao mọi thứ của {leaver.user}; biên bản ở trang này.")
            return redirect(made[0])
    kinds = [
        {
            "label": Kind(kind).label,
            "count": number,
            "url": f"{reverse('handover_choose', args=[leaver.pk])}?kind={kind}",
        }
        for kind, number in counts.items()
        if number
    ]
    return render(request, "casefiles/handover_of.html", {"leaver": leaver, "form": form, "kinds": kinds})


@require_http_methods(["GET", "HEAD", "POST"])
def handover_choose(request, pk):
    """The things of one kind; those that are ticked go to somebody of their own."""
    leaver, kind = leaver_for(request.post, pk), request.GET.get("kind", "")
    kind = kind if kind in LEFT else str(Kind.FILES)
    form = ChooseForm(sent(request), kind=kind, leaver=leaver)
    if request.method == "POST" and form.is_valid():
        keys, counted = parse_ids(request.POST.getlist("key")), []
        given = {
            "kind": kind,
            "keys": keys,
            "to": form.cleaned_data["to"],
            "by": request.post,
            "at": timezone.now(),
        }
        if tried(form, lambda: counted.append(choose(leaver, **given))):
            messages.success(request, f"Đã chọn người nhận cho {counted[0]} mục.")
            return redirect(request.get_full_path())
    page = page_of(LEFT[kind](leaver), request, "-pk")
    keys = [row.pk for row in page.rows]
    words = words_of(kind, keys, request.post)
    chosen = {
        one.key: str(one.to.user)
        for one in HandoverChoice.objects.filter(leaver=leaver, kind=kind, key__in=keys).select_related(
            "to__user"
        )
    }
    rows = [
        {
            "key": key,
            "code": words[key][0],
            "words": words[key][1],
            "url": words[key][2],
            "to": chosen.get(key, ""),
        }
        for key in keys
    ]
    context = {
        "leaver": leaver,
        "form": form,
        "page": page,
        "rows": rows,
        "kind": kind,
        "label": Kind(kind).label,
    }
    return render(request, "casefiles/handover_choose.html", context)


@require_safe
def handover(request, pk):
    """What went to whom, a kind at a time."""
    found = handover_for(request.post, pk)
    lines = _lines(found, request.post)
    counts = dict(lines.order_by().values_list("kind").annotate(number=Count("pk")))
    kinds = [kind for kind in Kind.values if kind in counts]
    kind = request.GET.get("kind", "")
    kind = kind if kind in kinds else next(iter(kinds), "")
    page = page_of(lines.filter(kind=kind), request, "pk")
    words = words_of(kind, [line.key for line in page.rows], request.post) if kind else {}
    rows = []
    for line in page.rows:
        code, text, url = words.get(line.key, ("", HIDDEN, ""))
        rows.append({"code": code, "words": text, "url": url, "to": line.to})
    tabs = [
        {"label": f"{Kind(one).label} ({counts[one]})", "url": f"?kind={one}", "active": one == kind}
        for one in kinds
    ]
    context = {
        "handover": found,
        "page": page,
        "rows": rows,
        "tabs": tabs,
        "whole": found.seen_whole_by(request.post),
    }
    return render(request, "casefiles/handover.html", context)


@require_safe
def handover_minutes(request, pk):
    """Biên bản bàn giao as PDF; a successor prints what came to him."""
    found = handover_for(request.post, pk)
    return printed(
        minutes_pdf(found, list(_lines(found, request.post)), request.post), f"bien-ban-ban-giao-{found.pk}"
    )


def _lines(found: Handover, post: Post):
    lines = HandoverLine.objects.filter(handover=found).select_related("to__user")
    return lines if found.seen_whole_by(post) else lines.filter(to=post)
