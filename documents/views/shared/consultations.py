"""What pages show of a consultation: who is asked, what each says, how it stands. Reads only."""

from collections import Counter

from django.db.models import Prefetch, prefetch_related_objects
from django.urls import reverse
from django.utils import timezone

from documents.access import has_left, may
from documents.boxes import Moment
from documents.deadlines import due_words
from documents.memory import memory_of
from documents.models import Asked, Consultation, Document, Opinion
from documents.states import ASKABLE
from documents.views.shared.rows import moment
from orgs import absence
from orgs.models import Post

TONES = {
    Opinion.Choice.AGREE: "ok", Opinion.Choice.DISAGREE: "bad", Opinion.Choice.OTHER: "warn",
    Opinion.Choice.COMMENT: "info", Opinion.Choice.NONE: "calm",
}  # fmt: skip
STATE_TONES = {"open": "info", "closed": "calm", "taken_back": "calm"}
GONE = "Không còn tại vị trí"


def panel(paper: Document, post: Post) -> dict:
    """Every question about a paper, the latest first. Of the many papers that nobody is asked about nothing is read."""
    found = Consultation.objects.filter(document=paper.pk)
    if not memory_of(post).fetch(f"consulted.{paper.pk}", found.exists):
        return {"consultations": []}
    now = moment()
    asked = list(found.select_related("by__user").order_by("-pk"))
    return {"consultations": [shown(one, post, now) for one in with_answers(asked)]}


def with_answers(found: list[Consultation]) -> list[Consultation]:
    """With whom they ask and what was said: two queries, however many are asked."""
    people = Asked.objects.select_related("post__user", "post__unit", "post__organisation", "unit")
    people = people.annotate(away=absence.away_of("post", timezone.localdate()))
    said = Prefetch("opinions", Opinion.objects.select_related("user"))
    prefetch_related_objects(found, Prefetch("asked", people.prefetch_related(said)))
    return found


def shown(consultation: Consultation, post: Post, now: Moment) -> dict:
    """One consultation of `with_answers`, counted and in words."""
    people = list(consultation.asked.all())
    rows = [_person(one, consultation) for one in people]
    mine = next((one for one in people if one.post_id == post.pk), None)
    over = not consultation.is_open
    return {
        "consultation": consultation,
        "url": consultation.get_absolute_url(),
        "state": {"label": consultation.get_state_display(), "tone": STATE_TONES[consultation.state]},
        "void": consultation.state == Consultation.State.TAKEN_BACK,
        "due": due_words(consultation.due_on, now.today, now.calendar, finished=over),
        "people": rows,
        "given": sum(one["said"] is not None for one in rows),
        "tally": _tally(rows, consultation),
        "mine": mine,
        "may_answer": mine is not None and consultation.is_open,
        "may_conduct": consultation.is_open and may(post, "conduct_consultation", consultation),
    }


def _person(asked: Asked, consultation: Consultation) -> dict:
    """What one says now, and what they said before."""
    said = list(asked.opinions.all())
    waits = asked.state == Asked.State.WAITING
    gone = waits and has_left(asked.post)
    return {
        "asked": asked,
        "name": str(asked.post.user),
        "post": str(asked.post),
        "unit": asked.unit,
        "state": GONE if gone else asked.get_state_display(),
        "gone": gone,
        "away": absence.said(asked.away) if waits and consultation.is_open else "",
        "said": _said(said[-1], asked, consultation) if said else None,
        "before": [_said(one, asked, consultation) for one in said[-2::-1]],
    }


def _said(opinion: Opinion, asked: Asked, consultation: Consultation) -> dict:
    instead = f" (thay {asked.post.user})" if opinion.user_id != asked.post.user_id else ""
    due = consultation.due_on
    return {
        "choice": opinion.choice,
        "label": opinion.get_choice_display(),
        "tone": TONES[opinion.choice],
        "text": opinion.text,
        "at": opinion.at,
        "by": f"{opinion.user}{instead}" if instead else "",
        "late": due is not None and timezone.localdate(opinion.at) > due,
    }


def _tally(rows: list[dict], consultation: Consultation) -> list[dict]:
    """How many said what; of a vote also what nobody said."""
    counts = Counter(row["said"]["choice"] for row in rows if row["said"])
    always = (Opinion.Choice.AGREE, Opinion.Choice.DISAGREE, Opinion.Choice.OTHER)
    found = [
        {"label": choice.label, "tone": TONES[choice], "count": counts[choice]}
        for choice in Opinion.Choice
        if counts[choice] or (consultation.is_vote and choice in always)
    ]
    silent = [row for row in rows if row["said"] is None]
    gone = sum(row["gone"] for row in silent)
    label = "Chưa cho ý kiến" if consultation.is_open else "Không cho ý kiến"
    found.append({"label": label, "tone": "calm", "count": len(silent) - gone})
    return found + ([{"label": GONE, "tone": "calm", "count": gone}] if gone else [])


def with_consulting(steps: list[dict], paper: Document, post: Post) -> list[dict]:
    """The buttons of a paper of `documents.access`, with those of asking and of answering."""
    if paper.opinion_due:
        answer = _button("give_opinion", "Cho ý kiến", reverse("opinion", args=[paper.opinion_due]))
        at = 1 if any(step.get("main") for step in steps) else 0
        steps = [*steps[:at], answer, *steps[at:]]
    if paper.state in ASKABLE and may(post, "consult", paper):
        for name, label in (("consult", "Xin ý kiến"), ("circulate", "Lấy ý kiến")):
            steps = [*steps, _button(name, label, reverse(name, args=[paper.pk])) | {"plain": True}]
    return steps


def _button(name: str, label: str, url: str) -> dict:
    return {"name": name, "label": label, "url": url, "tone": "", "needs_form": True, "main": False}
