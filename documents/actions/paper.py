"""What a draft looks like on paper: its rows turned into the layout's own words (decree 30 Phụ lục I)."""

from datetime import datetime

from django.utils import timezone

from documents.kinds import KINDS
from documents.layout import Letterhead, Page, SignatureBlock
from documents.models import Outgoing
from orgs.models import Organisation, Post, Role


def page_of(outgoing: Outgoing, at: datetime) -> Page:
    """The page to render; the number and the date stay blank until the clerk gives them."""
    name, _ = KINDS[outgoing.kind]
    return Page(
        kind_code=outgoing.kind,
        kind_name=name,
        letterhead=letterhead_of(outgoing.organisation),
        notation=notation_of(outgoing),
        year=timezone.localdate(at).year,
        subject=outgoing.subject,
        addressees=_lines(outgoing.addressees),
        bases=_lines(outgoing.bases),
        body=outgoing.body,
        block=SignatureBlock(signer_lines(outgoing.signer), str(outgoing.signer.user)),
        recipients=_recipients(outgoing),
        archive_line=_archive_line(outgoing),
        urgency=outgoing.urgency,
        circulation="",
        draft=False,
    )


def notation_of(outgoing: Outgoing) -> str:
    """Ký hiệu: "QĐ-UBND" for a named kind, "SNV-TCBC" for a công văn (Phụ lục I.II.3)."""
    _, abbreviation = KINDS[outgoing.kind]
    own = outgoing.organisation.abbreviation
    if abbreviation:
        return f"{abbreviation}-{own}"
    unit = outgoing.drafter.unit
    return f"{own}-{unit.abbreviation}" if unit and unit.abbreviation else own


def letterhead_of(organisation: Organisation) -> Letterhead:
    name = organisation.letterhead_name or organisation.name.upper()
    return Letterhead(organisation.letterhead_superior, tuple(name.split("|")), organisation.place or "Hà Nội")


def signer_lines(signer: Post) -> tuple[str, ...]:
    """Box 7a by the algorithm of Phụ lục I.II.7: TM. for a collective body, KT. for a deputy, TL. for the office."""
    organisation, title = signer.organisation, signer.title.upper()
    collective = ("TM. ỦY BAN NHÂN DÂN",) if organisation.collective else ()
    if signer.role == Role.OFFICE_HEAD:
        return (f"TL. {_head_title(organisation)}", title)
    if signer.head:
        return (*collective, title)
    return (*collective, f"KT. {_head_title(organisation)}", title)


def _head_title(organisation: Organisation) -> str:
    head = Post.objects.on(timezone.localdate()).filter(organisation=organisation, role=Role.LEADER, head=True).first()
    if head:
        return head.title.upper()
    return "CHỦ TỊCH" if organisation.collective else "GIÁM ĐỐC"


def _recipients(outgoing: Outgoing) -> tuple[str, ...]:
    named = [recipient.full_name for recipient in outgoing.recipients.select_related("parent").in_order()]
    own = _lines(outgoing.other_recipients)
    if outgoing.addressees.strip():
        listed = {line.casefold() for line in _lines(outgoing.addressees)}
        named = ["Như trên", *[name for name in named if name.casefold() not in listed]]
    if len(named) > 12:
        named = [*named[:1], "Các cơ quan theo danh sách gửi"]
    return (*named, *own)


def _archive_line(outgoing: Outgoing) -> str:
    unit = outgoing.drafter.unit
    return f"Lưu: VT, {unit.abbreviation}." if unit and unit.abbreviation else "Lưu: VT."


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())
