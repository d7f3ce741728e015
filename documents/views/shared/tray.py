"""The leader's tray: one card, one decision, the most pressing first."""

from datetime import date, datetime

from django.contrib import messages
from django.db.models import OuterRef, Q, Subquery
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from documents.actions.outgoing.drafts import EDITABLE
from documents.boxes import BESIDE_FIRST, SIGNING, Moment, to_sign
from documents.counts import counts_of
from documents.deadlines import due_words
from documents.memory import memory_of
from documents.models import Incoming, Outgoing, Slip, SlipPlace
from documents.models.document import ROW
from documents.states import OUTGOING
from documents.views.shared.prepared import on_papers, ready_key
from documents.views.shared.rows import duration, moment, step_url
from orgs.access import assisted_by
from orgs.models import Post

MOST = 30  # cards on the page; the boxes of the rail hold the rest
FAR = date(9999, 12, 31)


def cards(post: Post, now: Moment) -> list[dict]:
    """What waits for this person's decision, by deadline, then urgency, then how long it has waited."""

    def found() -> list[dict]:
        counts = counts_of(post, now)  # what is in no box is not asked for
        papers = list(_for_direction(post)) if counts.get(("incoming", "direction")) else []
        ready = on_papers(papers, post, now) if papers else {}
        cards = [_direction_card(paper, now) | {"ready": ready.get(paper.pk)} for paper in papers]
        behalf = "" if post.in_person else str(post.user)
        return [card | {"behalf": behalf} for card in _in_order(cards + _cards_of_drafts(post, now))]

    return _waiting(memory_of(post).fetch(kept_as("cards", now), found))


def kept_as(name: str, now: Moment) -> str:
    """Days that are left are said on it."""
    return f"{name}.{now.today}.{now.soon}"


def _waiting(found: list[dict]) -> list[dict]:
    """Made once between two events of the office, but for how long each has waited by now."""
    return [card | {"waited": duration(timezone.now() - card["since"])} for card in found]


def assistant_cards(post: Post, now: Moment) -> list[dict]:
    """What waits for the direction of those this post assists: to be prepared, or prepared already."""
    leaders = assisted_by(post, now.today)
    if not leaders:
        return []

    def found() -> list[dict]:
        papers = list(_awaiting(post).filter(holder__in=list(leaders))[:MOST])
        ready = on_papers(papers, post, now) if papers else {}
        return _in_order([_to_prepare(paper, leaders, ready.get(paper.pk), now) for paper in papers])

    return _waiting(memory_of(post).fetch(kept_as("assistant_cards", now), found))


def order_of(paper) -> tuple:
    """Where the paper stands in the tray: by deadline, then urgency, then how long it has waited."""
    return (paper.deadline or FAR, -paper.urgency, paper.held_since)


def next_card(post: Post, now: Moment, after: tuple) -> tuple[dict | None, int]:
    """The card that follows the place of the one just dealt with, else the first; and how many there are."""
    found = cards(post, now)
    later = [card for card in found if card["order"] > after]
    return next(iter(later or found), None), len(found)


def onward(request, paper, after: tuple, done: str) -> HttpResponse:
    """After a decision comes the next one of the tray; after the last, the paper itself, as it stands now."""
    card, left = next_card(request.post, moment(), after)
    if card is None:
        messages.success(request, done)
        return redirect(paper)
    messages.success(request, f"{done} Đây là việc tiếp theo, còn {left} việc chờ quyết định.")
    return redirect(card["action"]["url"])


def decision_cards(post: Post, now: Moment) -> list[dict]:
    """What waits for the signature, or for a word on a slip, of somebody who otherwise has a desk of work, not a tray."""
    made = memory_of(post).fetch(
        kept_as("decision_cards", now), lambda: _in_order(_cards_of_drafts(post, now))
    )
    return _waiting(made)


def _in_order(found: list[dict]) -> list[dict]:
    return sorted(found, key=lambda card: card["order"])[:MOST]


def _for_direction(post: Post):
    return _awaiting(post).filter(holder=post)[:MOST]


def _awaiting(post: Post):
    held = Incoming.objects.visible_to(post).filter(direction="in", state="awaiting_direction")
    registrar = ("registered_by__user__full_name", "registered_by__user__username")
    shown = held.select_related("registered_by__user").only(
        *ROW, *registrar, "holder", "held_since", "signature_verdict", "acceptance_reason"
    )
    return shown.annotate(ready_pk=ready_key()).order_by("due_on", "-urgency", "held_since")


def _cards_of_drafts(post: Post, now: Moment) -> list[dict]:
    """Papers to sign, and drafts with a slip on which this post is to speak: in one statement, where there are any."""
    counts = counts_of(post, now)
    wanted = Q()
    if counts.get(("outgoing", "signature")):
        wanted |= to_sign(post)
    if counts["slip", "waiting"]:
        wanted |= Q(pk__in=SlipPlace.objects.of(post).filter(state="waiting").values("outgoing"))
    if not wanted:
        return []
    found = Outgoing.objects.visible_to(post).filter(
        wanted, direction="out", state__in=(*SIGNING, BESIDE_FIRST, *EDITABLE)
    )
    found = found.select_related("in_reply_to", "drafter__user", "drafter__unit", "drafter__organisation")
    place = SlipPlace.objects.of(post).filter(outgoing=OuterRef("pk"), state="waiting")
    found = found.annotate(
        slip=Subquery(place.values("slip")[:1]),
        slip_round=Subquery(place.values("slip__round")[:1]),
        slip_since=Subquery(place.values("since")[:1]),
        slip_due=Subquery(place.values("slip__due_on")[:1]),
    ).order_by("in_reply_to__due_on", "due_on", "-urgency", "held_since")[: 2 * MOST]
    return [(_slip_card if paper.state in EDITABLE else _signature_card)(paper, now) for paper in found]


def _slip_card(paper: Outgoing, now: Moment) -> dict:
    """The author of the draft made its slip."""
    return _card(paper, now) | {
        "why": "Chờ ý kiến phiếu trình",
        "tone": "warn",
        "code": paper.kind_label,
        "place": str(paper.drafter.unit or paper.drafter.organisation),
        "by": f"{paper.drafter.user} trình" + (f", lần {paper.slip_round}" if paper.slip_round > 1 else ""),
        "next": "Cả nhóm cho ý kiến thì phiếu sang nhóm sau; hết các nhóm thì dự thảo tự trình duyệt.",
        "action": {"label": "Xem và cho ý kiến", "url": reverse("slip_answer", args=[paper.slip])},
        "url": reverse("slip", args=[paper.slip]),
        "due": due_words(paper.slip_due, now.today, now.calendar),
        "since": paper.slip_since,
        "order": _order(paper.slip_due, paper, paper.slip_since),
    }


def slip_order(slip: Slip, place: SlipPlace) -> tuple:
    """As `order_of`, of a slip on which one is to speak."""
    return _order(slip.due_on, slip.outgoing, place.since)


def _order(due_on: date | None, paper: Outgoing, since: datetime | None) -> tuple:
    return (due_on or FAR, -paper.urgency, since or timezone.now())


def _direction_card(paper: Incoming, now: Moment) -> dict:
    clerk = paper.registered_by.user if paper.registered_by else "Văn thư"
    return _card(paper, now) | {
        "why": "Chờ cho ý kiến",
        "tone": "info",
        "code": paper.code,
        "place": paper.issuer_name,
        "by": f"{clerk} vào sổ, trình",
        "invalid": paper.has_invalid_signature,
        "accepted": paper.acceptance_reason,
        "next": "Người chủ trì nhận việc; nơi gửi được báo “đã phân công”.",
        "action": {"label": "Cho ý kiến, phân công", "url": reverse("incoming_direct", args=[paper.pk])},
    }


def _to_prepare(paper: Incoming, leaders: dict[int, str], ready: dict | None, now: Moment) -> dict:
    holds = ready is not None and not ready["void"]
    label = "Sửa bản chuẩn bị" if holds else "Chuẩn bị ý kiến"
    return _direction_card(paper, now) | {
        "why": "Đã chuẩn bị, chờ xác nhận" if holds else "Chờ cho ý kiến",
        "tone": "ok" if holds else "info",
        "next": f"{leaders[paper.holder_id]} xác nhận, giữ nguyên hoặc có sửa; trước đó chưa có hiệu lực.",
        "for": leaders[paper.holder_id],
        "void": ready["void"] if ready else "",
        "action": {"label": label, "url": reverse("incoming_prepare", args=[paper.pk])},
    }


def _signature_card(paper: Outgoing, now: Moment) -> dict:
    first = paper.state == BESIDE_FIRST
    step = "sign_secretary" if first else "approve"
    return _card(paper, now) | {
        "why": "Chờ ký",
        "tone": "ok",
        "code": paper.kind_label,
        "place": str(paper.drafter.unit or paper.drafter.organisation),
        "by": f"{paper.drafter.user} soạn thảo",
        "next": "Người chủ trì ký sau bạn." if first else "Văn thư cấp số, đóng dấu và phát hành.",
        "action": {"label": OUTGOING[step].label, "url": step_url("outgoing", step, paper.pk)},
    }


def _card(paper, now: Moment) -> dict:
    return {
        "url": paper.get_absolute_url(),
        "subject": paper.subject,
        "urgency": paper.urgency,
        "due": due_words(paper.deadline, now.today, now.calendar),
        "since": paper.held_since,
        "order": order_of(paper),
    }
