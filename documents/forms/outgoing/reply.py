"""What an answer can say before anybody has typed a word."""

from datetime import datetime

from django.utils import timezone

from documents.actions.outgoing.drafts import why_not
from documents.layout.dates import date_text
from documents.models import Document, Incoming
from orgs.authority import signers
from orgs.models import Post


def answer_to(incoming: Incoming, by: Post, at: datetime) -> dict:
    """First values of the draft that answers this paper. The question's deadline is none for the asker."""
    issuer = incoming.issuer
    reachable = issuer is not None and not why_not(issuer, by.organisation_id, timezone.localdate(at))
    about = named(incoming)
    return {
        "kind": "CV",
        "urgency": incoming.urgency,
        "subject": f"Về việc phúc đáp {about}",
        "addressees": incoming.issuer_name,
        "bases": f"Căn cứ {about}{cited_subject(incoming)}",
        "body": f"{by.organisation.name} có ý kiến như sau:\n\n",
        "recipients": [issuer.pk] if reachable else [],
        "other_recipients": "" if reachable else incoming.issuer_name,
        "signer": first_signer(by, at),
    }


def named(paper: Document) -> str:
    """ "Công văn số 123/BNV-TCCB ngày 05 tháng 11 năm 2026 của Bộ Nội vụ": as a paper is cited."""
    code = f" số {paper.code}" if paper.code else ""
    day = f" {date_text(paper.issued_on)}" if paper.issued_on else ""
    return f"{paper.kind_label}{code}{day} của {paper.issuer_name}"


def first_signer(by: Post, at: datetime) -> Post | None:
    """Who signs unless another is chosen: the head of the organisation, else whoever may sign any kind."""
    found = list(signers(by.organisation, at))
    anything = [post for post in found if any(not authority.kinds for authority in post.authorities)]
    return next(iter(anything or found), None)


def cited_subject(paper: Document) -> str:
    """ "về việc …", without saying the kind a second time."""
    subject = paper.subject.strip().rstrip(".;")
    kind = paper.kind_label
    if subject.casefold().startswith(f"{kind} ".casefold()):
        subject = subject[len(kind) :].strip()
    subject = subject[:1].lower() + subject[1:]
    return f" {subject}" if subject.startswith("về ") else f" về việc {subject}"
