"""Papers on their way out, brought to a state by the real acts."""

import io

import pikepdf
from django.utils import timezone

from documents import blobs
from documents.actions.outgoing import approval as papers
from documents.models import Outgoing
from documents.versions import content_of
from orgs.middleware import SESSION_KEY
from signatures import actions as signing

STATES = [
    "draft", "in_review", "content_checked", "format_checked", "awaiting_signature", "signed", "numbered",
    "sealed", "issued",
]  # fmt: skip


def fields(office, **changes) -> dict:
    given = {
        "kind": "CV", "subject": "Về việc báo cáo công tác cán bộ", "addressees": "Sở Tư pháp", "bases": "",
        "body": "Sở Nội vụ đề nghị báo cáo.\n\n1. Số liệu;\n2. Kiến nghị.", "other_recipients": "",
        "urgency": 0,
        "due_on": None, "signer": office.dung, "recipients": [office.justice],
    }  # fmt: skip
    return given | changes


def written(office, *, by=None, at=None, in_reply_to=None, **changes) -> Outgoing:
    return papers.draft(
        by=by or office.minh, at=at or timezone.now(), in_reply_to=in_reply_to, **fields(office, **changes)
    )


def brought(office, state: str, paper: Outgoing | None = None, *, at=None, **changes) -> Outgoing:
    """A paper in that state; every act before it was done by the person it belongs to."""
    at = at or timezone.now()
    if state == "awaiting_secretary":
        return _asked(office, at, **changes)
    paper = paper or written(office, at=at, **changes)
    by = {"at": at}
    acts = [
        lambda: papers.submit(paper, by=office.minh, **by),
        lambda: papers.check_content(paper, by=office.hoa, sha256=content_of(paper), **by),
        lambda: papers.check_format(paper, by=office.lan, sha256=content_of(paper), **by),
        lambda: papers.approve(paper, by=paper.signer, sha256=content_of(paper), **by),
        lambda: signing.sign(paper, by=paper.signer, **by),
        lambda: papers.number(paper, by=office.lan, **by),
        lambda: signing.seal(paper, by=office.lan, **by),
        lambda: papers.issue(paper, by=office.lan, **by),
    ]
    start = 0 if paper.state == "returned" else STATES.index(paper.state)
    for act in acts[start : STATES.index(state)]:
        act()
    paper.refresh_from_db()
    return paper


def _asked(office, at, **changes) -> Outgoing:
    """Minutes that dung has approved; before him thao signs, as their secretary."""
    named = {
        "kind": "BB",
        "addressees": "",
        "secretary": str(office.thao.user),
        "secretary_post": office.thao,
    }
    paper = brought(office, "format_checked", at=at, **named | changes)
    papers.approve(paper, by=paper.signer, at=at, sha256=content_of(paper))
    paper.refresh_from_db()
    return paper


def form_data(office, **changes) -> dict:
    """What the browser sends for the draft of `fields`."""
    data = fields(office, **changes)
    data |= {
        "signer": data["signer"].pk,
        "recipients": [body.pk for body in data["recipients"]],
        "due_on": "",
    }
    return {"not_secret": "on"} | data


def sits_down(client, post):
    """The person of that post at the keyboard, acting as it."""
    client.force_login(post.user)
    session = client.session
    session[SESSION_KEY] = post.pk
    session.save()
    return client


def text_of(paper: Outgoing) -> str:
    from documents.pdf import inspect

    return inspect(blobs.read(paper.current_file().blob)).text_first_page


def field_values(data: bytes) -> dict:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return {str(one.T): str(one.get("/V", "")) for one in pdf.Root.AcroForm.Fields if one.FT == "/Tx"}


def kinds(paper: Outgoing) -> list[str]:
    return [event.kind for event in paper.events.all()]
