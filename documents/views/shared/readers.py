"""Ai xem được: who reads a paper and for what reason; and, of a colleague by name, why he cannot."""

from datetime import date

from django.http import Http404, HttpRequest
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from documents.access import may, paper_for
from documents.access.reasons import Reasons, asks_why_not, readers
from documents.forms.incoming.steps import ShareForm
from documents.forms.why_not import WhyNotForm
from documents.forms.work.people import colleagues
from documents.models import Document, Incoming, Outgoing
from orgs.access import may as may_administer
from orgs.access import posts_of
from orgs.models import Delegation, Post, Role, User
from ui.order import in_vietnamese
from ui.paging import page_of
from ui.text import fold, nfc

FOUND = 5  # people of one name
WORDS = {
    Document.Direction.IN: "Cách cho xem: giao việc, gửi để biết, xin ý kiến, hoặc “Cho xem” ở trang này.",
    Document.Direction.OUT: "Cách cho xem: xin ý kiến về dự thảo; hoặc để người này là người soạn, trưởng phòng của người soạn, người ký.",
}


@require_safe
def readers_page(request: HttpRequest, pk: int):
    """One's own reason; everybody's, for who has the paper in their work. Paged, so what it costs does not grow with them."""
    post = request.post
    if post is None:
        raise Http404
    paper, today = paper_for(post, pk), timezone.localdate()
    request.reads = paper.pk  # its subject stands here: a look at it (documents.readings)
    reasons = Reasons(paper)
    at_work = reasons.at_work(post)
    shown = {"paper": paper, "readers_seen": at_work}
    if at_work:
        page = page_of(readers(paper, today), request, "pk")
        shown |= {"page": page, "lines": _lines(paper, page.rows, reasons, today)}
    else:
        shown |= {"own": reasons.of(post)}
    if at_work and asks_why_not(post):
        name = nfc(request.GET.get("ten", ""))[:100].replace("\0", "").strip()
        shown |= {"may_ask": True, "name": name, "answers": why_not(paper, name, today) if name else []}
    if paper.direction == Document.Direction.IN and may(post, "share_document", paper):
        shown["share_form"] = ShareForm(people=colleagues(post, today))
    return render(request, "documents/shared/readers.html", shown)


def readers_tab(paper: Incoming | Outgoing) -> dict:
    """The last of the tabs of a paper's page: one click away."""
    return {"label": "Ai xem được", "url": reverse("readers", args=[paper.pk]), "active": False}


def _lines(paper: Incoming | Outgoing, posts: list[Post], reasons: Reasons, today: date) -> list[dict]:
    lent = _lent(posts, today)
    return [
        {
            "who": str(post.user),
            "post": str(post),
            "why": reasons.of(post),
            "holds": post.pk == paper.holder_id,
            "lent": lent.get(post.pk, []),
        }
        for post in posts
    ]


def _lent(posts: list[Post], today: date) -> dict[int, list[Delegation]]:
    """Who looks after these inboxes today, and so reads what they read (orgs.access.posts_of has the same rule)."""
    own = Post.objects.on(today).filter(organisation__in={post.organisation_id for post in posts})
    lent = Delegation.objects.filter(
        post__in=posts, valid_from__lte=today, valid_to__gte=today, cancelled_at=None,
        to__is_active=True, to__in=own.values("user"),
    )  # fmt: skip
    found: dict[int, list[Delegation]] = {}
    for one in lent.select_related("to").order_by("pk"):
        found.setdefault(one.post_id, []).append(one)
    return found


def why_not(paper: Incoming | Outgoing, name: str, today: date) -> list[dict]:
    """Of each colleague of that name: the reasons, by the posts of this day; none, and what would let him in."""
    people = User.objects.filter(
        pk__in=Post.objects.filter(organisation=paper.organisation_id).values("user")
    )
    for word in fold(name).split()[:10]:
        people = people.filter(search_key__contains=word)
    people = people.order_by(in_vietnamese("full_name"), "pk")[:FOUND]
    reasons = Reasons(paper)
    return [_answer(paper, reasons, person, today) for person in people]


@require_safe
def why_not_page(request: HttpRequest):
    """For the administrator of an office, who reads no paper: of one in its books, named by its number, why a person of the
    office reads it or not. Nothing of what it says."""
    post = request.post
    if not may_administer(post, "manage_accounts") or post.role != Role.ORG_ADMIN:
        raise Http404
    form = WhyNotForm(
        request.GET if "number" in request.GET else None, initial={"year": timezone.localdate().year}
    )
    shown = {"form": form, "asked": form.is_bound and form.is_valid()}
    if shown["asked"]:
        shown["paper"] = paper = form.paper_of(post.organisation)
        shown["answers"] = why_not(paper, form.cleaned_data["ten"], timezone.localdate()) if paper else []
    return render(request, "documents/shared/why_not.html", shown)


def _answer(paper: Incoming | Outgoing, reasons: Reasons, person: User, today: date) -> dict:
    posts = [post for post in posts_of(person, today) if post.organisation_id == paper.organisation_id]
    why = [{"post": str(post), "why": told} for post in posts if (told := reasons.of(post))]
    if not person.is_active:
        instead = "Tài khoản đang bị khóa: không vào được hệ thống, dù có lý do nào. Quản trị đơn vị mở khóa."
    elif not posts:
        instead = "Hôm nay không giữ vị trí nào ở cơ quan. Quản trị đơn vị thêm vị trí công tác."
    elif all(reasons.hides(post) for post in posts):
        instead = "Văn bản có dấu hiệu độ mật: thư ký không xem được, dù được giao hay được hỏi."
    else:
        instead = "" if why else WORDS[paper.direction]
    return {"who": str(person), "reads": bool(why) and person.is_active, "why": why, "instead": instead}
