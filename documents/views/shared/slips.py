"""What pages show of a slip: its groups, what each said, where it stands. Reads only."""

from django.db.models import Prefetch, prefetch_related_objects
from django.urls import reverse

from documents.access import has_left, may
from documents.actions.outgoing.drafts import EDITABLE
from documents.boxes import Moment
from documents.deadlines import due_words
from documents.memory import memory_of
from documents.models import Outgoing, Slip, SlipOpinion, SlipPlace, SlipRound
from documents.models.slip import UNSEEN
from documents.states import SLIP_UNDER_WAY
from documents.views.shared.rows import moment, state_of
from orgs.models import Post

TONES = {"agree": "ok", "other": "warn", "disagree": "bad"}
WAITS = {
    "later": "calm", "waiting": "info", "answered": "ok", "stopped": "calm", "replaced": "calm", "taken_back": "calm",
}  # fmt: skip
GONE = "Không còn tại vị trí"


def panel(outgoing: Outgoing, post: Post) -> dict:
    """Every slip about a draft, the latest first. Of the many papers without one nothing is read."""
    now = moment()

    def lines() -> list[dict]:
        found = Slip.objects.filter(outgoing=outgoing.pk).select_related("by__user", "by__organisation")
        slips = with_places(list(found.order_by("-pk")))
        for slip in slips:
            slip.outgoing = outgoing
        return [_line(shown(slip, post, now)) for slip in slips]

    return {"slips": memory_of(post).fetch(f"slips.{outgoing.pk}.{now.today}", lines)}


def _line(said: dict) -> dict:
    """What is remembered of one until the office's next event: plain values."""
    slip = said["slip"]
    plain = {name: said[name] for name in ("url", "state", "void", "slip_due", "waits_for", "may_answer")}
    return plain | {
        "pk": slip.pk,
        "by": str(slip.by.user),
        "round": slip.round,
        "turn": slip.turn,
        "groups": len(said["groups"]),
        "text": slip.text,
        "changed": slip.state == "changed",
        "due_on": slip.due_on,
        "said": [
            {"name": person["name"], **person["said"]}
            for group in said["groups"]
            for person in group["people"]
            if person["said"]
        ],
    }


def with_places(found: list[Slip]) -> list[Slip]:
    """With their rounds, people and what was said: three queries, however many there are."""
    people = SlipPlace.objects.select_related("post__user", "post__unit", "post__organisation", "unit")
    said = Prefetch("opinions", SlipOpinion.objects.select_related("user", "round"))
    prefetch_related_objects(
        found, Prefetch("places", people.prefetch_related(said)), Prefetch("rounds", SlipRound.objects.select_related("file__blob"))
    )  # fmt: skip
    return found


def shown(slip: Slip, post: Post, now: Moment) -> dict:
    """One slip of `with_places`, in words."""
    places, rounds = list(slip.places.all()), list(slip.rounds.all())
    sent = rounds[-1]
    mine = next((one for one in places if one.post_id == post.pk and one.state not in UNSEEN), None)
    steps = {
        name
        for name in ("send_slip_again", "extend_slip", "replace_in_slip", "take_back_slip")
        if _may(post, slip, name)
    }
    return {
        "slip": slip,
        "url": slip.get_absolute_url(),
        "state": state_of(slip),
        "void": slip.state == "taken_back",
        "sent": sent,
        "slip_due": due_words(slip.due_on, now.today, now.calendar, finished=not slip.is_open),
        "groups": _groups(slip, places),
        "rounds": [_round(one, places) for one in rounds[-2::-1]],
        "waits_for": [str(one.post.user) for one in places if one.state == SlipPlace.State.WAITING],
        "mine": mine,
        "may_answer": mine is not None and mine.state == SlipPlace.State.WAITING and _speaks(post, slip),
        "steps": steps,
    }


def _speaks(post: Post, slip: Slip) -> bool:
    return post.operator.pk not in slip.senders


def _may(post: Post, slip: Slip, name: str) -> bool:
    if not slip.under_way:
        return False
    if name in ("extend_slip", "replace_in_slip") and not slip.is_open:
        return False
    return may(post, "edit_slip" if name == "send_slip_again" else "conduct_slip", slip)


def _groups(slip: Slip, places: list[SlipPlace]) -> list[dict]:
    """Each group with its people, as they stand in the round that was sent last."""
    numbers = sorted({one.group for one in places})
    return [
        {
            "number": number,
            "now": slip.is_open and number == slip.turn,
            "people": [_person(one, slip.round) for one in places if one.group == number],
        }
        for number in numbers
    ]


def _person(place: SlipPlace, number: int) -> dict:
    said = next((one for one in place.opinions.all() if one.round.number == number), None)
    waits = place.state in (SlipPlace.State.WAITING, SlipPlace.State.LATER)
    gone = waits and has_left(place.post)
    return {
        "name": str(place.post.user),
        "post": str(place.post),
        "unit": str(place.unit or ""),
        "state": {"label": GONE if gone else place.get_state_display(), "tone": "warn" if gone else WAITS[place.state]},
        "void": place.state == SlipPlace.State.REPLACED,
        "said": _said(said, place) if said else None,
    }  # fmt: skip


def _said(opinion: SlipOpinion, place: SlipPlace) -> dict:
    instead = opinion.user_id != place.post.user_id
    return {
        "label": opinion.get_choice_display(),
        "tone": TONES[opinion.choice],
        "text": opinion.text,
        "at": opinion.at,
        "by": f"{opinion.user} (thay {place.post.user})" if instead else "",
    }


def _round(sent: SlipRound, places: list[SlipPlace]) -> dict:
    """One that is over: what was said then, of pages that hold no more."""
    said = [
        {"name": str(place.post.user), **_said(one, place)}
        for place in places
        for one in place.opinions.all()
        if one.round_id == sent.pk
    ]
    return {"sent": sent, "said": sorted(said, key=lambda one: one["at"])}


def with_slipping(steps: list[dict], paper: Outgoing, post: Post) -> list[dict]:
    """The buttons of an outgoing paper, with those of a slip. While one is under way the draft is not submitted past it."""
    if paper.slip_due:
        answer = _button(
            "answer_slip", "Cho ý kiến phiếu trình", reverse("slip_answer", args=[paper.slip_due])
        )
        return [answer | {"main": True}, *steps]
    if paper.state not in EDITABLE or not may(post, "edit_outgoing", paper):
        return steps
    if (under_way := _under_way(paper, post)) is None:
        make = _button("make_slip", "Lập phiếu trình", reverse("slip_make", args=[paper.pk]))
        return [*steps, make | {"plain": True}]
    steps = [step for step in steps if step["name"] != "submit"]
    return [_button("slip", "Xem phiếu trình", reverse("slip", args=[under_way])), *steps]


def _under_way(paper: Outgoing, post: Post) -> int | None:
    found = Slip.objects.filter(outgoing=paper.pk, state__in=SLIP_UNDER_WAY).values_list("pk", flat=True)
    return memory_of(post).fetch(f"slip.{paper.pk}", lambda: found.first() or 0) or None


def _button(name: str, label: str, url: str) -> dict:
    return {"name": name, "label": label, "url": url, "tone": "", "needs_form": True, "main": False}
