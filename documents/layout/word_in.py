"""A paper that was written in Word taken apart: what it says goes into the fields of a draft, what the system lays out by
itself (head, number, capacity, page numbers) is left behind. What was changed or left out is told, sentence by sentence.
"""

import re
from dataclasses import dataclass

from documents.layout.forms import CONFIRMED, DECIDES, SAYS
from documents.layout.word_content import LABELLED, NAMES, STATE, content_of
from documents.layout.word_lines import Grid, Line, items_of
from documents.layout.word_said import sentences
from ui.text import fold

MOST_SUBJECT, MOST_BASES, MOST_NAMES = 2000, 4000, 2000  # letters of the fields
_DECIDES = {"quyet dinh:", "quyet nghi:"}
_BASED = ("QĐ", "NQ", "GNP")
_ABOUT = re.compile(r"(?:V/v|Về việc)[\s:]+", re.IGNORECASE)
_BASE = re.compile(r"(?:Căn cứ|Theo|Xét|Thực hiện|Trên cơ sở)\s")
_URGENT = (("hoa toc", 3), ("thuong khan", 2), ("khan", 1))
_NUMBER = re.compile(r"so\s*:|.*\bngay\b.*\bthang\b.*\bnam\b.*")
_BULLET = re.compile(r"^[-–+•*]\s*")
_ALREADY = re.compile(r"luu\s*:|nhu tren")


@dataclass(frozen=True)
class FromWord:
    """Empty where nothing was recognised. `said`: what was changed or left out, in sentences."""

    kind: str
    subject: str
    urgency: int
    addressees: str
    bases: str
    body: str
    other_recipients: str
    signer: str
    said: tuple[str, ...]


def taken_apart(told: dict) -> FromWord:
    """`told` is what documents.pdf.word_text gives."""
    items = [item for block in told["blocks"] for item in items_of(block)]
    found = dict(told["found"])
    items, subject, urgency = _without_head(items)
    items, recipients, signer, behind = _without_foot(items)
    kind, title, bases, addressees, items = _opening(items, "CV" if subject else "")
    if not kind and addressees:
        kind = "CV"
    behind = [one for one in behind if not (isinstance(one, Line) and one.text == CONFIRMED)]
    text = content_of(items, behind, told.get("across", False), found)
    fields = {
        "subject": (_ABOUT.sub("", title or subject) if kind == "CV" else title or subject, MOST_SUBJECT),
        "addressees": ("\n".join(addressees), MOST_NAMES),
        "bases": ("\n".join(bases), MOST_BASES),
        "other_recipients": ("\n".join(recipients), MOST_NAMES),
    }  # fmt: skip
    cut = [name for name, (value, most) in fields.items() if len(value) > most]
    return FromWord(
        kind=kind, urgency=urgency, signer=signer, body=text,
        said=sentences(told, found, cut), **{name: value[:most] for name, (value, most) in fields.items()},
    )  # fmt: skip


def _without_head(items: list) -> tuple[list, str, int]:
    """What is left, the subject beside "V/v", and the urgency that is stamped there."""
    for at, item in enumerate(items[:8]):
        if isinstance(item, Grid) and STATE in item.said:
            cells = [cell for row in item.rows for cell in row]
            return items[at + 1 :], _about(cells), _urgency(list(item.lines))
        if isinstance(item, Line) and STATE in fold(item.text):
            end = at + 1
            head = items[:end]
            while end < min(len(items), at + 10) and isinstance(items[end], Line) and _of_head(items[end]):
                head.append(items[end])
                end += 1
            lines = [one for one in head if isinstance(one, Line)]
            return items[end:], _about([[line] for line in lines]), _urgency(lines)
    return items, "", 0


def _of_head(line: Line) -> bool:
    text = fold(line.text)
    return not text.strip("-_ .") or text.startswith(("doc lap", "v/v")) or bool(_NUMBER.match(text))


def _about(cells: list[list[Line]]) -> str:
    """What stands beside "V/v" and below it in the same cell."""
    for lines in cells:
        for at, line in enumerate(lines):
            if _ABOUT.match(line.text):
                more = [
                    one.text for one in lines[at + 1 :] if one.text.strip("-_ ") and not one.text.isupper()
                ]
                return _ABOUT.sub("", " ".join([line.text, *more]), count=1)
    return ""


def _urgency(lines: list[Line]) -> int:
    said = {fold(line.text) for line in lines}
    return next((level for word, level in _URGENT if word in said), 0)


def _without_foot(items: list) -> tuple[list, list[str], str, list]:
    """What is left, Nơi nhận, the signer's name, what stands behind the signature."""
    for at in range(len(items) - 1, -1, -1):
        item = items[at]
        if isinstance(item, Grid) and "noi nhan" in item.said:
            names, rest = [], []
            for row in item.rows:
                for cell in row:
                    lines = [part for line in cell for part in _parts(line)]
                    at_names = [n for n, one in enumerate(lines) if fold(one).startswith("noi nhan")]
                    if at_names:  # what stands above is who signs at the left
                        names += lines[at_names[0] :]
                    else:
                        rest += lines
            return items[:at], _recipients(names), _signer(rest), items[at + 1 :]
        if isinstance(item, Line) and fold(item.text).startswith("noi nhan"):
            names = [part for one in items[at:] if isinstance(one, Line) for part in _parts(one)]
            mine = [one for one in names if _BULLET.match(one)]
            return items[:at], _recipients(mine), _signer([one for one in names if one not in mine][1:]), []
    return items, [], "", []


def _parts(line: Line) -> list[str]:
    text = "".join(run.text for run in line.runs)
    return [" ".join(part.split()) for part in text.split("\n") if part.strip()]


def _recipients(lines: list[str]) -> list[str]:
    """Those that are not said anyway: the paper's own "Như trên" and "Lưu" are put there by the layout."""
    bare = [_BULLET.sub("", line).strip(" ;.,") for line in lines]
    return [
        one for one in bare if one and not fold(one).startswith("noi nhan") and not _ALREADY.match(fold(one))
    ]


def _signer(lines: list[str]) -> str:
    name = next((line for line in reversed(lines) if not line.isupper()), "")
    bare = re.sub(r"^(?:(?:GS|PGS|TS|ThS|BS|CN|KS)\.\s*)+", "", name)
    return bare if 1 < len(bare.split()) < 7 else ""


def _opening(items: list, kind: str) -> tuple[str, str, list[str], list[str], list]:
    """Kind, subject, bases, addressees, and the rest."""
    bases: list[str] = []
    addressees: list[str] = []
    kind, title, at = _title(items, kind)
    while at < len(items):
        item = items[at]
        text = item.text if isinstance(item, Line) else ""
        if isinstance(item, Grid) and item.said.startswith("kinh gui"):
            addressees += _addressed([part for line in item.lines for part in _parts(line)])
        elif fold(text).startswith("kinh gui"):
            at = _take_names(items, at, addressees)
            continue
        elif said := _says(text, kind):
            at = _take_names(items, at, addressees, said)
            continue
        elif isinstance(item, Line) and text and _is_base(item, kind in _BASED):
            bases.append(text.rstrip(" ;.,"))
        elif isinstance(item, Line) and (not text.strip("-_ ") or _decides(item, kind)):
            pass  # who decides, and that he does: the layout says so
        else:
            break
        at += 1
        if kind in DECIDES and fold(text) in _DECIDES:
            break
    return kind, " ".join(title), bases, addressees, items[at:]


def _title(items: list, kind: str) -> tuple[str, list[str], int]:
    """The kind, the lines of the subject, and where they end."""
    at, title = _past_blank(items, 0), []
    first = items[at] if at < len(items) else None
    if not isinstance(first, Line):
        return kind, title, at
    named = NAMES.get(fold(first.text).strip(" .:"))
    if named and (first.centred or first.text.isupper()):
        kind, at = named, _past_blank(items, at + 1)
    elif not kind and first.centred and first.bold and fold(first.text).startswith("thu "):
        kind = "TCg"
    if kind != "CV" and (named or kind == "TCg"):
        while at < len(items) and _of_title(items[at]) and not _is_authority(items, at, title):
            title.append(items[at].text)
            at = _past_blank(items, at + 1)
    return kind, title, at


def _of_title(item) -> bool:
    return isinstance(item, Line) and item.centred and item.bold and not LABELLED.match(item.text)


def _take_names(items: list, at: int, into: list[str], said: str = "") -> int:
    """Those it turns to, on this line and below it; where they end."""
    lines = _parts(items[at])
    if said:
        lines[0] = lines[0][lines[0].find(":") + 1 :].strip() or "-"
    at += 1
    while (
        at < len(items)
        and isinstance(items[at], Line)
        and (_BULLET.match(items[at].text) or not items[at].text)
    ):
        lines += _parts(items[at])
        at += 1
    into += _addressed(lines)
    return at


def _says(text: str, kind: str) -> str:
    """The sentence that the layout puts before those an invitation, an introduction, a telegram turns to."""
    words = SAYS.get(kind, "")
    return words if words and f"{words}:" in text.casefold() else ""


def _decides(line: Line, kind: str) -> bool:
    return kind in DECIDES and line.centred and line.text.isupper()


def _is_authority(items: list, at: int, title: list[str]) -> bool:
    """Below the subject, in capitals: who decides."""
    return bool(title) and items[at].text.isupper()


def _is_base(line: Line, named: bool) -> bool:
    """In italics; of a decision also one in upright letters that begins as a base does."""
    if not named:
        return line.italic and bool(_BASE.match(line.text))
    return not line.centred and (line.italic or bool(_BASE.match(line.text)))


def _addressed(lines: list[str]) -> list[str]:
    first = re.sub(r"^\s*kính gửi\s*:?\s*", "", lines[0], flags=re.IGNORECASE) if lines else ""
    bare = [_BULLET.sub("", one).strip(" ;.,:") for one in [first, *lines[1:]]]
    return [one for one in bare if one]


def _past_blank(items: list, at: int) -> int:
    while at < len(items) and isinstance(items[at], Line) and not items[at].text.strip("-_ "):
        at += 1
    return at
