"""What a paper says, before it is laid out. Plain data: no database, no PDF."""

from dataclasses import dataclass, field
from datetime import date

URGENCY_WORDS = {1: "KHẨN", 2: "THƯỢNG KHẨN", 3: "HỎA TỐC"}


@dataclass(frozen=True)
class Letterhead:
    """Box 2 and the place of box 4 (Decree 30, Appendix I.II). `superior` may be empty."""

    superior: str
    name_lines: tuple[str, ...]
    place: str


@dataclass(frozen=True)
class SignatureBlock:
    """Box 7: the capacity lines as printed, top to bottom, and the signer's name without academic titles."""

    lines: tuple[str, ...]
    name: str


@dataclass(frozen=True)
class Page:
    """One administrative paper.

    `kind_code` "CV" is the official letter (no kind name, subject after "V/v"). `notation` is what
    follows the number ("QĐ-UBND", "SNV-TCBC"). `body` is plain text, a blank line ends a paragraph.
    `urgency` is 0 (none) to 3 (hỏa tốc). `authority` is the caps line above the legal bases of a
    decision; when empty it is worked out from the signature block and the letterhead.

    `issuer` is the body's name as a sentence says it; the letterhead's capitals where it is empty. `beside` is who signs
    at the left: the secretary of minutes, the other party of a contract; `beside_signs`: with a certificate, in a field of the page. `pictures` are (SHA-256, bytes) of the pictures
    the body names. Where `number` and `day` are known, both are printed and no field is left for them. `drafted` is box 12 ("PL.(30)"), `contact` box 13 at the foot of page 1.
    """

    kind_code: str
    kind_name: str
    letterhead: Letterhead
    notation: str
    year: int
    subject: str
    addressees: tuple[str, ...]
    bases: tuple[str, ...]
    body: str
    block: SignatureBlock
    recipients: tuple[str, ...]
    archive_line: str
    urgency: int = 0
    circulation: str = ""
    draft: bool = False
    authority: str = ""
    # Not in its repr, which the digest of a slip is made of: pictures are named in the body, and what was sent round
    # before these were known still says the same.
    issuer: str = field(default="", repr=False)
    beside: SignatureBlock | None = field(default=None, repr=False)
    beside_signs: bool = field(default=False, repr=False)
    pictures: tuple[tuple[str, bytes], ...] = field(default=(), repr=False)
    drafted: str = field(default="", repr=False)
    contact: str = field(default="", repr=False)
    number: str = field(default="", repr=False)
    day: date | None = field(default=None, repr=False)
