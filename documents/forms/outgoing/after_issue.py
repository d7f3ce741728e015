"""What a draft says before anybody has typed a word, when it is to mend an issued paper (decree 30 art. 18.3): the fields of the
paper that stay as they are, and the sentences in which only the fault is missing."""

from datetime import datetime

from documents.actions.outgoing.after_issue import LETTER
from documents.forms.outgoing.draft import FIELDS
from documents.forms.outgoing.reply import cited_subject, first_signer, named
from documents.models import Outgoing
from orgs.authority import signers
from orgs.models import Post

DECISION = "QĐ"


def as_written(outgoing: Outgoing) -> dict:
    written = {name: getattr(outgoing, name) for name in FIELDS}
    recipients = list(outgoing.recipients.values_list("pk", flat=True))
    return written | outgoing.own_values | {"board": outgoing.board, "recipients": recipients}


def rectifying(old: Outgoing, by: Post, at: datetime) -> dict:
    """The letter that puts the form of a paper right, to everybody who was sent it."""
    about = named(old)
    issuer = by.organisation.name
    return as_written(old) | {
        "kind": LETTER,
        "subject": f"Về việc đính chính {about}",
        "bases": "",
        "body": f"{issuer} đã ban hành {about}{cited_subject(old)}.\n\n"
        f"Do sơ suất về thể thức, kỹ thuật trình bày, {issuer} đính chính như sau:\n\n"
        "1. Tại …, đã viết “…”, nay sửa thành “…”.\n\n"
        f"{issuer} thông báo để các cơ quan, đơn vị biết, thực hiện.",
        "due_on": None,
        "signer": _signer(old, by, at),
    }


def amending(old: Outgoing, by: Post, at: datetime) -> dict:
    """A paper of the same kind that changes some of what another says."""
    about, name = named(old), old.kind_label
    article = "Điều 1. " if old.kind == DECISION else ""
    rest = f"\n\nĐiều 2. {name} này có hiệu lực thi hành kể từ ngày ký." if article else ""
    return as_written(old) | {
        "subject": f"Về việc sửa đổi, bổ sung một số nội dung của {about}",
        "bases": "\n".join(filter(None, [old.bases.strip(), f"Căn cứ {about}{cited_subject(old)}"])),
        "body": f"{article}Sửa đổi, bổ sung một số nội dung của {about} như sau:\n\n"
        f"1. …\n\nCác nội dung khác của {about} giữ nguyên.{rest}",
        "due_on": None,
        "signer": _signer(old, by, at),
    }


def replacing(old: Outgoing, by: Post, at: datetime) -> dict:
    """The older text, to be changed where it was wrong."""
    return as_written(old)


FIRST_WORDS = {"replaces": replacing, "rectifies": rectifying, "amends": amending}


def _signer(old: Outgoing, by: Post, at: datetime) -> Post | None:
    """Whoever signed the older paper, while he may sign still."""
    return (
        old.signer if signers(by.organisation, at).filter(pk=old.signer_id).exists() else first_signer(by, at)
    )
