"""What a draft looks like on paper: its rows turned into the layout's own words (decree 30 Phụ lục I)."""

import io
import re
from collections.abc import Iterable
from datetime import datetime

import pikepdf
from django.core.exceptions import ValidationError
from django.utils import timezone

from documents.actions.outgoing.pictures import pictures_of
from documents.actions.outgoing.signing_right import authority_of, chairs, lines_of
from documents.kinds import KINDS, TWO_SIDES
from documents.layout import Letterhead, Page, SignatureBlock
from documents.models import Outgoing
from orgs.models import Organisation

MANY = 12  # recipients beyond this are named by one line
BY_LIST = "Các cơ quan, đơn vị theo danh sách gửi"
_ABOUT = re.compile(r"(về việc|v/v)[\s:]+", re.IGNORECASE)


def page_of(
    outgoing: Outgoing, at: datetime, *, recipients: Iterable[Organisation] | None = None, draft: bool = False,
    pictures: dict[str, bytes] | None = None,
) -> Page:  # fmt: skip
    """The page to render; the number and the date stay blank until the clerk gives them.

    `recipients` and `pictures` stand in for those of the row while it is not saved yet; `draft` marks a preview.
    Raises ValidationError when the signer may not sign it; a preview shows an empty capacity instead.
    """
    name, _ = KINDS[outgoing.kind]
    if recipients is None:
        recipients = outgoing.recipients.select_related("parent").in_order()
    return Page(
        kind_code=outgoing.kind,
        kind_name=name,
        letterhead=_letterhead(outgoing),
        notation=notation_of(outgoing),
        year=timezone.localdate(at).year,
        subject=subject_of(outgoing),
        addressees=_lines(outgoing.addressees),
        bases=_lines(outgoing.bases),
        body=outgoing.body,
        block=_block(outgoing, at, draft),
        recipients=_recipients(outgoing, recipients),
        archive_line=_archive_line(outgoing),
        urgency=outgoing.urgency,
        circulation=outgoing.circulation,
        draft=draft,
        issuer=outgoing.organisation.name,
        beside=_secretary(outgoing),
        beside_signs=outgoing.secretary_post_id is not None,
        drafted=_drafted(outgoing),
        contact=_contact(outgoing.organisation) if outgoing.with_contact else "",
        pictures=tuple(sorted((pictures_of(outgoing) if pictures is None else pictures).items())),
    )


def addressees_of(recipients: Iterable[Organisation]) -> str:
    """Kính gửi from the recipients, each on its line; a long list is named as one."""
    names = [recipient.full_name for recipient in recipients]
    return "\n".join(names) if len(names) <= MANY else BY_LIST


def still_named(addressees: str, removed: Iterable[Organisation]) -> list[str]:
    """Those of the removed recipients whom a Kính gửi written by hand still names on a line of its own."""
    said = {line.strip(" .;,-").casefold() for line in addressees.split("\n")}
    return [body.full_name for body in removed if {body.full_name.casefold(), body.name.casefold()} & said]


def page_count(pdf: bytes) -> int:
    """Of a PDF made here; those from outside are read by `layout.inspect`."""
    with pikepdf.open(io.BytesIO(pdf)) as file:
        return len(file.pages)


def subject_of(outgoing: Outgoing) -> str:
    """A công văn prints its own "V/v" before the subject (box 5b), so a typed one is taken off."""
    return _ABOUT.sub("", outgoing.subject, count=1) if _starts_about(outgoing) else outgoing.subject


def notation_of(outgoing: Outgoing) -> str:
    """Ký hiệu: "QĐ-UBND" for a named kind, "SNV-TCBC" for a công văn (Phụ lục I.II.3)."""
    _, abbreviation = KINDS[outgoing.kind]
    own = (outgoing.board or outgoing.organisation).abbreviation
    if abbreviation:
        return f"{abbreviation}-{own}"
    unit = outgoing.drafter.unit
    return f"{own}-{unit.abbreviation}" if unit and unit.abbreviation else own


def letterhead_of(organisation: Organisation) -> Letterhead:
    name = organisation.letterhead_name or organisation.name.upper()
    return Letterhead(
        organisation.letterhead_superior, tuple(name.split("|")), organisation.place or "Hà Nội"
    )


def _letterhead(outgoing: Outgoing) -> Letterhead:
    """A board stands under the office that set it up (Phụ lục I.II.2)."""
    office = letterhead_of(outgoing.organisation)
    if outgoing.board_id is None:
        return office
    return Letterhead(" ".join(office.name_lines), (outgoing.board.name.upper(),), office.place)


def _block(outgoing: Outgoing, at: datetime, draft: bool) -> SignatureBlock:
    """Box 7a from the right to sign at that second (Phụ lục I.II.7); it is never typed."""
    try:
        chairs(outgoing, at)
        lines = lines_of(outgoing, authority_of(outgoing.signer_id, outgoing.kind, at), at)
    except ValidationError:
        if not draft:
            raise
        lines = ()
    return SignatureBlock(lines, str(outgoing.signer.user))


def _drafted(outgoing: Outgoing) -> str:
    """Box 12: who drafted it, by his initials, and how many copies are issued: "TQM.(30)"."""
    copies = f"({outgoing.issued_amount})" if outgoing.issued_amount else ""
    mark = outgoing.drafter_mark.rstrip(".")
    return f"{mark}.{copies}" if mark else ""


def _contact(office: Organisation) -> str:
    """Box 13: what the registry knows of where the office is found."""
    known = {
        "Địa chỉ": office.address,
        "ĐT": office.phone,
        "Thư điện tử": office.email,
        "Trang thông tin": office.website,
    }
    return "; ".join(f"{label}: {value}" for label, value in known.items() if value)


def _secretary(outgoing: Outgoing) -> SignatureBlock | None:
    """Who signs minutes beside their chair (Phụ lục III, mẫu 1.9), or a contract for the other party."""
    name = outgoing.secretary or (str(outgoing.drafter.user) if outgoing.kind == "BB" else "")
    lines = TWO_SIDES.get(outgoing.kind, ())
    return SignatureBlock(lines, name) if lines and name else None


def _starts_about(outgoing: Outgoing) -> bool:
    return outgoing.kind == "CV" and _ABOUT.match(outgoing.subject) is not None


def _recipients(outgoing: Outgoing, chosen: Iterable[Organisation]) -> tuple[str, ...]:
    named = [recipient.full_name for recipient in chosen]
    own = _lines(outgoing.other_recipients)
    if outgoing.addressees.strip():
        listed = {_bare(line) for line in _lines(outgoing.addressees)}
        named = ["Như trên", *[name for name in named if _bare(name) not in listed]]
        own = tuple(line for line in own if _bare(line) not in listed)
    if len(named) > MANY:
        named = [*named[:1], "Các cơ quan theo danh sách gửi"]
    return (*named, *own)


def _archive_line(outgoing: Outgoing) -> str:
    unit = outgoing.drafter.unit
    return f"Lưu: VT, {unit.abbreviation}." if unit and unit.abbreviation else "Lưu: VT."


def _bare(name: str) -> str:
    return name.strip("-–;., ").casefold()


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())
