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
WHILE = (WHILE_IN_FORCE, WHILE_IT_STANDS)
# What a term may count from (archive.md §5); the words of the column `trigger` of the table of periods.
EVENTS = {
    "end_of_work": "Năm kết thúc công việc", "text_ceases": "Văn bản hết hiệu lực", "asset_life": "Công trình, thiết bị thôi sử dụng",
    "contract_ended": "Hợp đồng chấm dứt", "person_died": "Người được bảo vệ, theo dõi qua đời",
}  # fmt: skip
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
    return MOST + 1 if value in WHILE else int(value or 0)


def kept_until(
    value: str, ended_on: date | None, trigger: str = "end_of_work", trigger_on: date | None = None
) -> date | None:
    """31/12 of the year in which it ends, counted from the year the work ended (Luật Lưu trữ art. 15.3), or from the later year
    of what the term counts from; None: for ever, or nobody knows yet. As the database reckons it (`CaseFile.expires_on`)."""
    waits = trigger != "end_of_work" or value in WHILE
    if ended_on is None or value == PERMANENT or (waits and trigger_on is None):
        return None
    last = max(ended_on, trigger_on) if waits else ended_on
    return date(last.year + (int(value) if value.isdigit() else 0), 12, 31)


def goes_to_the_archive(value: str) -> bool:
    return length(value) >= HANDED_OVER_FROM
