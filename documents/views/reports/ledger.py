"""Theo dõi phát hành: what the office sent, to whom, and who has not answered; and the press that urges them."""

from collections import Counter

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet, Value
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from documents.access import deliveries_for, may
from documents.actions.delivery import remind
from documents.counts import UP_TO
from documents.models import Delivery, Outgoing
from documents.response_deadlines import Clock, clock_at
from documents.views.lists.boxes import NO_LIST, count_words
from documents.views.outgoing.deliveries import contact_of, delivery_row
from documents.views.shared.acting import no_post
from orgs.law import cited
from orgs.models import Organisation, Post
from ui.ids import parse_id, parse_ids
from ui.paging import page_of
from ui.text import fold_code, nfc

TABS = {
    "silent": ("Chưa báo nhận", "Chưa báo đã đến sau {hours} giờ làm việc kể từ lúc gửi."),
    "late": ("Chậm", "Chưa tiếp nhận, cũng không trả lại khi đã hết ngày làm việc ({{clerical_work}}, Điều 21.2c)."),
    "refused": ("Bị trả lại, không gửi được", "Nơi nhận từ chối tiếp nhận, hoặc không gửi đến được."),
    "recall": ("Thu hồi chưa trả lời", "Văn bản đã thu hồi mà nơi nhận chưa đồng ý, cũng chưa từ chối."),
    "all": ("Tất cả", "Mọi nơi nhận của văn bản đã phát hành."),
}  # fmt: skip
WORRIES = ("silent", "late", "refused", "recall")
NAMED = 5  # in a message; the list has them all


@require_safe
def ledger(request):
    post = request.post
    if post is None:
        return no_post(request)
    if not may(post, "follow_deliveries"):
        raise PermissionDenied("Chỉ văn thư và lãnh đạo của cơ quan theo dõi việc phát hành.")
    clock, q = clock_at(timezone.now()), request.GET.get("q", "").strip()[:200]
    lists = {show: _list(show, post, clock) for show in TABS}
    counts = _counts(list(WORRIES), post, clock)
    show = request.GET.get("show")
    if show not in TABS:
        if show:
            messages.warning(request, NO_LIST.format(show[:40]))
        show = "all" if q else next((name for name in WORRIES if counts[name]), "all")
    found = _matching(lists[show], post, q)
    page = page_of(found.for_ledger(), request, "-queued_at", "-pk")
    label, hint = TABS[show]
    rows = [_row(delivery, clock) for delivery in page.rows]
    context = {
        "tabs": [_tab(name, show, counts.get(name)) for name in TABS],
        "show": show,
        "label": label,
        "hint": cited(hint.format(hours=clock.hours)),
        "rows": rows,
        "urging": any(row["may_urge"] for row in rows),
        "page": page,
        "shown": count_words(found, "nơi nhận"),
        "q": q,
    }
    return render(request, "documents/reports/ledger.html", context)


@require_POST
def urge(request):
    """One row by its own button, or all that are ticked. Back to where it was pressed."""
    post = request.POST.getlist("only")[:1] or request.POST.getlist("delivery")
    asked = set(parse_ids(post))
    deliveries_for(request.post, asked)
    if not asked:
        messages.warning(request, "Hãy chọn ít nhất một nơi nhận để đôn đốc.")
    else:
        done = remind.urge(asked, by=request.post, at=timezone.now())
        _say(request, done, len(asked))
    paper = parse_id(request.POST.get("paper", ""))
    if paper is not None:
        return redirect(f"{reverse('outgoing', args=[paper])}?tab=deliveries")
    return redirect(f"{reverse('ledger')}?{request.GET.urlencode()}")


def alarm(post: Post) -> list[dict]:
    """For the desk: who has not said what the law asks for, each number with the list it counts."""
    clock = clock_at(timezone.now())
    words = {
        "silent": f"nơi nhận chưa báo đã đến sau {clock.hours} giờ làm việc",
        "late": "nơi nhận chưa báo tiếp nhận khi đã hết ngày",
    }
    url, counts = reverse("ledger"), _counts(list(words), post, clock)
    return [
        {"words": f"{_number(counts[show])} {said}", "url": f"{url}?show={show}"}
        for show, said in words.items()
        if counts[show]
    ]


def _counts(shows: list[str], post: Post, clock: Clock) -> Counter[str]:
    """How long each of these lists is, up to one more than anybody is told; one query."""
    first, *others = (
        _list(show, post, clock)
        .order_by()
        .annotate(show=Value(show))
        .values_list("show", flat=True)[: UP_TO + 1]
        for show in shows
    )
    return Counter(first.union(*others, all=True))


def _number(count: int) -> str:
    return f"hơn {UP_TO}" if count > UP_TO else str(count)


def _list(show: str, post: Post, clock: Clock) -> QuerySet[Delivery]:
    own = Delivery.objects.of(post)
    chosen = {
        "silent": own.silent, "late": own.late, "refused": own.refused, "recall": own.recall_unanswered
    }  # fmt: skip
    return chosen[show](clock) if show in chosen else own


def _matching(rows: QuerySet[Delivery], post: Post, q: str) -> QuerySet[Delivery]:
    """By the number of the paper or the recipient's name or code. The keys are looked up first, so that each side of
    the choice is read from its own index."""
    if not q:
        return rows
    key = fold_code(nfc(q))[:60]
    papers = Outgoing.objects.filter(organisation=post.organisation_id, direction="out")
    papers = papers.filter(code_key__startswith=f"{key}/" if key.isdigit() else key)
    bodies = Organisation.objects.search(q)
    named = Q(outgoing__in=list(papers.values_list("pk", flat=True)[:UP_TO]))
    return rows.filter(named | Q(recipient__in=list(bodies.values_list("pk", flat=True))))


def _row(delivery: Delivery, clock: Clock) -> dict:
    paper = delivery.outgoing
    return delivery_row(delivery, clock, may_urge=True) | {
        "url": f"{paper.get_absolute_url()}?tab=deliveries",
        "notation": paper.code,
        "issued_at": delivery.queued_at,
        "heard_at": max((step.at for step in delivery.steps.all()), default=None),
        "subject": paper.subject,
        "urgency": delivery.urgency,
    }


def _tab(name: str, chosen: str, count: int | None) -> dict:
    shown = None if count is None else _number(count)
    return {"label": TABS[name][0], "url": f"?show={name}", "active": name == chosen, "count": shown}


def _say(request, done: list[Delivery], asked: int) -> None:
    if done:
        messages.success(request, f"Đã đôn đốc {len(done)} nơi nhận.")
    if len(done) < asked:
        rest = asked - len(done)
        messages.info(request, f"{rest} nơi nhận không cần đôn đốc nữa: đã trả lời, hoặc hôm nay đã đôn đốc.")
    outside = [row for row in done if row.channel == Delivery.Channel.AXIS]
    if outside:
        calls = [f"{row.recipient_name} ({contact_of(row) or 'chưa có số'})" for row in outside[:NAMED]]
        more = f" và {len(outside) - NAMED} nơi khác" if len(outside) > NAMED else ""
        messages.warning(
            request,
            f"Trục liên thông không có thông điệp đôn đốc. Hãy gọi hoặc viết thư: {'; '.join(calls)}{more}.",
        )
