"""Text, dates and numbers as they stand in packages."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata

from .model import VIETNAM
from .xmltree import Node

# Everything XML 1.0 forbids, and the C1 controls.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_MAX_MARKS = 30  # Unicode's Stream-Safe Text Format
_NOTHING = frozenset({"null", "none", "undefined", "n/a"})  # what careless senders write for "no value"
_YEARS = range(1945, 2101)  # a clerk's date lies in them; programs write year 1 and 9999 for "none"
_INTEGER = re.compile(r"\d{1,9}", re.ASCII)
_YEAR_FIRST = re.compile(r"(?P<y>\d{4})[/-](?P<m>\d{1,2})[/-](?P<d>\d{1,2})", re.ASCII)
_DAY_FIRST = re.compile(r"(?P<d>\d{1,2})[/-](?P<m>\d{1,2})[/-](?P<y>\d{4})", re.ASCII)
_CLOCK = re.compile(
    r"[T ]\s*(?P<h>\d{1,2}):(?P<i>\d{2})(?::(?P<s>\d{2}))?(?:[.,]\d+)?\s*(?P<zone>Z|[+-]\d{2}:?\d{2})?",
    re.ASCII,
)


def clean(value: str) -> str:
    """NFC, without control characters and outer blanks; line ends as \\n."""
    unified = value.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", _few_marks(_FORBIDDEN.sub("", unified))).strip()


def text_at(node: Node | None, *path: str) -> str:
    """Cleaned text of the element down a path; "" when any part of it is missing."""
    found = node.find(*path) if node is not None else None
    return clean(found.text) if found is not None else ""


def identifier_at(node: Node | None, *path: str) -> str:
    """An identifier, byte for byte but for outer blanks, because the other side compares it so (§1.6)."""
    found = node.find(*path) if node is not None else None
    return identifier(found.text) if found is not None else ""


def identifier(value: str) -> str:
    """An identifier's text; "" for the words that stand for nothing."""
    exact = value.strip()
    return "" if exact.lower() in _NOTHING else exact


def integer_at(node: Node | None, warnings: list[str], *path: str) -> int | None:
    """A whole number; None when missing, None and a warning when it is none."""
    written = text_at(node, *path)
    if not written or written.lower() in _NOTHING:
        return None
    if _INTEGER.fullmatch(written) is None:
        warnings.append(f"{_where(node, path)}: “{short(written)}” không phải là số, bỏ qua.")
        return None
    return int(written)


def flag_at(node: Node | None, *path: str) -> bool | None:
    """A 0/1 or true/false element; None when missing or neither."""
    return {"1": True, "true": True, "0": False, "false": False}.get(text_at(node, *path).lower())


def date_at(node: Node | None, warnings: list[str], *path: str) -> dt.date | None:
    """A date in any of the three forms in use; None when missing, None and a warning when unreadable or absurd."""
    written = text_at(node, *path)
    if not written or written.lower() in _NOTHING:
        return None
    moment = _moment(written)
    if moment is None or moment.year not in _YEARS:
        warnings.append(f"{_where(node, path)}: ngày “{short(written)}” không hợp lệ, bỏ qua.")
        return None
    return moment.date()


def time_at(node: Node | None, warnings: list[str], *path: str) -> dt.datetime | None:
    """A moment in the Vietnam zone; None when missing, None and a warning when unreadable."""
    written = text_at(node, *path)
    if not written or written.lower() in _NOTHING:
        return None
    moment = _moment(written)
    if moment is None:
        warnings.append(f"{_where(node, path)}: thời điểm “{short(written)}” không hợp lệ, bỏ qua.")
    return moment


def short(written: str, limit: int = 40) -> str:
    """A stranger's text, on one line and cut to be quoted in a message."""
    line = " ".join(written.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def _few_marks(value: str) -> str:
    """No letter with more than 30 marks: those are no writing, and the time to sort them grows with their square."""
    if len(value) < 100 or value.isascii():
        return value
    kept, run = [], 0
    for character in value:
        run = run + 1 if unicodedata.combining(character) else 0
        if run <= _MAX_MARKS:
            kept.append(character)
    return "".join(kept)


def _moment(written: str) -> dt.datetime | None:
    day = _YEAR_FIRST.match(written) or _DAY_FIRST.match(written)
    if day is None:
        return None
    rest = written[day.end() :].strip(" ")
    clock = _CLOCK.fullmatch(written[day.end() :].rstrip()) if rest else None
    if rest and clock is None:
        return None
    try:
        return _assemble(day, clock)
    except (ValueError, OverflowError):
        return None


def _assemble(day: re.Match[str], clock: re.Match[str] | None) -> dt.datetime:
    date = (int(day["y"]), int(day["m"]), int(day["d"]))
    if clock is None:
        return dt.datetime(*date, tzinfo=VIETNAM)
    time = (int(clock["h"]), int(clock["i"]), int(clock["s"] or 0))
    return dt.datetime(*date, *time, tzinfo=_zone(clock["zone"])).astimezone(VIETNAM)


def _zone(written: str | None) -> dt.timezone:
    """The offset written after a time; packages without one mean Vietnam time."""
    if written is None:
        return VIETNAM
    if written == "Z":
        return dt.UTC
    offset = dt.timedelta(hours=int(written[1:3]), minutes=int(written[-2:]))
    return dt.timezone(-offset if written[0] == "-" else offset)


def _where(node: Node | None, path: tuple[str, ...]) -> str:
    found = node.find(*path) if node is not None else None
    return found.tag if found is not None else path[-1]
