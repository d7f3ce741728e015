"""One list of what a person was told, whoever told it; and the number of what he has not looked at."""

from django.db.models import Q
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from documents.models import Document, Incoming, Outgoing
from orgs.actions.notices import see, see_one
from orgs.middleware import SESSION_KEY
from orgs.models import Notice, Post
from progress.kinds import KINDS
from ui.paging import page_of


@require_GET
def notices(request) -> HttpResponse:
    """One's own, the latest first. ?chua-xem=1: those not looked at."""
    rows = Notice.objects.filter(user=request.user).select_related(
        "post__user", "post__unit", "post__organisation"
    )
    only = request.GET.get("chua-xem") == "1"
    found = page_of(rows.unseen() if only else rows, request, "-pk")
    papers = papers_seen_by(request.posts, {one.paper for one in found.rows if one.paper})
    for one in found.rows:
        one.document = papers.get(one.paper)
        one.in_place_of = one.post if one.post and one.post.user_id != request.user.pk else None
        one.leads = bool(one.document or one.url)
        one.kind_label = KINDS[one.kind].label if one.kind in KINDS else ""
    return render(request, "progress/notices.html", {"page": found, "only": only})


@require_POST
def notice_open(request, pk: int) -> HttpResponse:
    """To what it speaks of, as the post that was told; it has been seen then."""
    notice = get_object_or_404(Notice, pk=pk, user=request.user)
    see_one(notice, at=timezone.now())
    if notice.post_id in {post.pk for post in request.posts}:
        request.session[SESSION_KEY] = notice.post_id
    paper = Document.objects.filter(pk=notice.paper).first() if notice.paper else None
    if paper is not None:
        return redirect("incoming" if paper.direction == Document.Direction.IN else "outgoing", paper.pk)
    return redirect(notice.url or "notices")


@require_POST
def notice_seen(request, pk: int) -> HttpResponse:
    see_one(get_object_or_404(Notice, pk=pk, user=request.user), at=timezone.now())
    return redirect("notices")


@require_POST
def notices_seen(request) -> HttpResponse:
    see(request.user, at=timezone.now())
    return redirect("notices")


@require_GET
def notices_count(request) -> HttpResponse:
    """For pages without a stream: the number alone."""
    answer = JsonResponse({"unread": request.user.notices_waiting})
    answer["Cache-Control"] = "no-store"
    return answer


@require_GET
def no_stream(request) -> HttpResponse:
    """A front server leads this address to progress/streams. Who comes here has none before him: the page is told so
    without an error (204 ends an EventSource), and asks by itself."""
    return HttpResponse(status=204)


def papers_seen_by(posts: list[Post], papers: set[int]) -> dict[int, Document]:
    """Those of the papers that one may see now, in whichever of one's posts."""
    if not posts or not papers:
        return {}
    seen = Q()
    for post in posts:
        for journey in (Incoming, Outgoing):
            seen |= Q(pk__in=journey.objects.visible_to(post).filter(pk__in=papers).values("pk"))
    wanted = Document.objects.filter(seen, pk__in=papers)
    return {one.pk: one for one in wanted.only("direction", "subject", "number", "notation", "urgency")}
