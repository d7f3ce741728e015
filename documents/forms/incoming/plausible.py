"""What looks odd about a paper's number, notation and dates: each a sentence that a clerk confirms or mends.

Nothing here is forbidden. The notation is built after decree 30/2020 Phụ lục I.II.3; papers of the Party, of courts and
of abroad are built otherwise, and arrive all the same.
"""

import re
from datetime import date, timedelta

from orgs.kinds import KINDS
from orgs.models import Organisation

OLD = timedelta(days=366)
FAR = timedelta(days=366)
_NUMBER = re.compile(r"\d{1,5}[a-zđ]?", re.IGNORECASE)
_NOTATION = re.compile(r"[\w&.]+([/-][\w&.]+)*")


def odd_fields(
    *,
    kind: str,
    number: str,
    notation: str,
    issued_on: date | None,
    due_on: date | None,
    issuer: Organisation | None,
    today: date,
) -> dict[str, str]:
    """A sentence by the name of each field that is odd. Empty of a paper with nothing odd about it."""
    found = {
        "number": _number(kind, number, notation),
        "notation": _notation(kind, number, notation),
        "issued_on": _issued(issued_on, today),
        "due_on": _due(due_on, today),
        "issuer": _issuer(issuer, issued_on),
    }
    return {name: sentence for name, sentence in found.items() if sentence}


def _number(kind: str, number: str, notation: str) -> str:
    if not number and not notation and kind in KINDS:
        return "Văn bản không có số, ký hiệu."
    if not number and notation:
        return "Có ký hiệu mà không có số."
    if number and not _NUMBER.fullmatch(number):
        return f"Số “{number}” không giống số của một văn bản."
    return ""


def _notation(kind: str, number: str, notation: str) -> str:
    if number and not notation:
        return "Có số mà không có ký hiệu."
    if not notation:
        return ""
    if not _NOTATION.fullmatch(notation) or not any(letter.isupper() for letter in notation):
        return f"Ký hiệu “{notation}” không giống ký hiệu của một văn bản, ví dụ QĐ-UBND."
    name, short = KINDS.get(kind, ("", ""))
    if short and short.casefold() not in re.split(r"[/-]", notation.casefold()):
        return f"Ký hiệu “{notation}” không có “{short}” của loại {name}."
    return ""


def _issued(issued_on: date | None, today: date) -> str:
    if issued_on and today - issued_on > OLD:
        return f"Ngày văn bản {issued_on:%d/%m/%Y} cách đây hơn một năm."
    return ""


def _due(due_on: date | None, today: date) -> str:
    if due_on and due_on < today:
        return f"Hạn giải quyết {due_on:%d/%m/%Y} đã qua."
    if due_on and due_on - today > FAR:
        return f"Hạn giải quyết {due_on:%d/%m/%Y} còn hơn một năm."
    return ""


def _issuer(issuer: Organisation | None, issued_on: date | None) -> str:
    if issuer and issued_on and not issuer.open_on(issued_on):
        if issuer.valid_to and issuer.valid_to <= issued_on:
            return f"{issuer.name} đã đóng mã từ {issuer.valid_to:%d/%m/%Y}, trước ngày văn bản."
        return f"{issuer.name} hoạt động từ {issuer.valid_from:%d/%m/%Y}, sau ngày văn bản."
    return ""
