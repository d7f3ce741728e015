"""Questions to colleagues, asked by the office's own acts."""

import datetime as dt

from django.utils import timezone

from documents.actions.work import consultations as acts
from documents.models import Asked, Consultation
from tests.documents.desks import directed

TOMORROW = timezone.localdate() + dt.timedelta(days=1)


def consulted(office, *, asked, paper=None, by=None, kind="opinion", **fields) -> Consultation:
    """minh, who handles a paper, asks these about it."""
    given = {"question": "Có cần xin ý kiến Sở Tài chính không?", "due_on": TOMORROW, "at": timezone.now()}
    paper = paper or directed(office)
    return acts.consult(paper, kind=kind, asked=list(asked), by=by or office.minh, **given | fields)


def voted(office, *, asked, **fields) -> Consultation:
    return consulted(office, asked=asked, kind="vote", **fields)


def place_of(consultation: Consultation, post) -> Asked:
    return consultation.asked.get(post=post)


def says(consultation: Consultation, post, choice: str, text: str = "", *, at=None):
    return acts.give_opinion(
        place_of(consultation, post), choice=choice, text=text, by=post, at=at or timezone.now()
    )
