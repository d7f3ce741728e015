"""The clerk's one button: number, seal, issue."""

from datetime import datetime

from documents import journey
from documents.actions.outgoing import approval as papers
from documents.models import Outgoing
from orgs.models import Post
from signatures.actions.attachments import to_mark
from signatures.actions.papers import seal
from signatures.actions.sessions import begin_sealing
from signatures.appearance.pictures import registered
from signatures.keys import agency_certificate, answers_later, check_ready
from signatures.models import SigningSession


def number_seal_issue(outgoing: Outgoing, *, by: Post, at: datetime, pin: str = "") -> SigningSession | None:
    """One button, three durable steps. Each commits by itself; a second press goes on where one stopped.

    Nothing: the paper is issued. A session: the seal waits for a confirmation elsewhere, and the next press issues.
    """
    if outgoing.state == "signed":
        journey.check(outgoing, "number", by=by)
        # No number is taken for a paper that cannot be sealed: no certificate, a wrong PIN, a service away, no
        # picture of the seal, a file beside it that cannot be signed.
        check_ready(agency_certificate(outgoing.organisation), pin=pin)
        registered(outgoing.organisation)
        to_mark(outgoing)
        papers.number(outgoing, by=by, at=at)
    if outgoing.state == "numbered":
        if answers_later(agency_certificate(outgoing.organisation)):
            return begin_sealing(outgoing, by=by, at=at)
        seal(outgoing, by=by, at=at, pin=pin)
    papers.issue(outgoing, by=by, at=at)
    return None
