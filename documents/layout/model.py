"""What a paper says, before it is laid out. Plain data: no database, no PDF."""

from dataclasses import dataclass

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
