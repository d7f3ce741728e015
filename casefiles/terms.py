"""How long something is kept: years, for ever, or until something happens. The words of the table of periods (TT 09/2011 and
its successors), the longest of several, the last day. Pure."""

import math
from datetime import date

PERMANENT, WHILE_IN_FORCE, WHILE_IT_STANDS = "vinh_vien", "het_hieu_luc", "tuoi_tho"
WORDS = {
    PERMANENT: "Vĩnh viễn",
    WHILE_IN_FORCE: "Đến khi văn bản hết hiệu lực",
    WHILE_IT_STANDS: "Theo tuổi thọ công trình, thiết bị",
}
YEARS = (5, 10, 15, 20, 30, 50, 70)
CHOICES = [(PERMANENT, WORDS[PERMANENT]), *((str(n), f"{n} năm") for n in reversed(YEARS)),
           (WHILE_IN_FORCE, WORDS[WHILE_IN_FORCE]), (WHILE_IT_STANDS, WORDS[WHILE_IT_STANDS])]  # fmt: skip
MOST = 100  # years: longer is for ever
HANDED_OVER_FROM = 5  # years: shorter ones never go to the archive (decree 30 art. 31.3c)


def is_term(value: str) -> bool:
    return value in WORDS or (value.isascii() and value.isdigit() and 1 <= int(value) <= MOST)


def words_of(value: str) -> str:
    return WORDS.get(value) or (f"{value} năm" if value else "Chưa định")


def term_of(words: str) -> str:
    """The term that somebody wrote, "" for none: "Vĩnh viễn", "20 năm", "20", "VV"."""
    said = " ".join(words.casefold().replace(",", " ").split())
    for value, label in WORDS.items():
        if said in (value, label.casefold()) or (value == PERMANENT and said == "vv"):
            return value
    if said.startswith("đến khi"):
        return WHILE_IN_FORCE
    number = said.removesuffix(" năm").strip().removesuffix(".0").lstrip("0")
    return number if is_term(number) else ""


def length(value: str) -> float:
    """To be compared: for ever is longest; what ends with an event is as long as nobody knows, so it comes next."""
    if value == PERMANENT:
        return math.inf
    return MOST + 1 if value in (WHILE_IN_FORCE, WHILE_IT_STANDS) else int(value or 0)


def kept_until(value: str, ended_on: date | None) -> date | None:
    """31/12 of the year in which it ends, counted from the year the work ended (Luật Lưu trữ art. 15.3); None: for ever,
    or nobody knows yet."""
    if ended_on is None or not value.isdigit():
        return None
    return date(ended_on.year + int(value), 12, 31)


def goes_to_the_archive(value: str) -> bool:
    return length(value) >= HANDED_OVER_FROM
