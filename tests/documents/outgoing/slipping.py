"""Slips about drafts, made and answered by the office's own acts."""

import datetime as dt

from django.utils import timezone

from documents.actions.outgoing import slips as acts
from documents.actions.outgoing.slip_answers import answer_slip
from documents.models import Slip, SlipPlace
from tests.documents.outgoing_cases import written

TOMORROW = timezone.localdate() + dt.timedelta(days=1)
WORDS = {"text": "Đã lấy ý kiến các phòng; số liệu đã khớp.", "proposal": "Đồng ý để trình Giám đốc ký."}


def slipped(office, *groups, paper=None, **fields) -> Slip:
    """minh lays his draft before these groups."""
    given = {"by": office.minh, "at": timezone.now(), **WORDS}
    paper = paper or written(office)
    return acts.make_slip(paper, groups=[list(group) for group in groups], **given | fields)


def place_of(slip: Slip, post) -> SlipPlace:
    return slip.places.exclude(state="replaced").get(post=post)


def speaks(slip: Slip, post, choice: str = "agree", text: str = "", *, at=None, by=None):
    slip.refresh_from_db()
    sent = slip.rounds.get(number=slip.round)
    return answer_slip(
        place_of(slip, post), choice=choice, text=text, sha256=sent.sha256, by=by or post, at=at or timezone.now()
    )  # fmt: skip
