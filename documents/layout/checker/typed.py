"""A draft as it is typed, before it is laid out: what is wrong in the letters themselves, and the mend where it is
mechanical (decree 30 Phụ lục I.II, Phụ lục II). The layout puts the rest where the law wants it.

Only what is sure by the letters: a name that would have to be known is left to whoever reads. Pure: text in, rows out.
"""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from .findings import Rule
from .rules.spelling import PLACES, SPECIAL, WEEKDAY, own_words
from .words import DECIDING, one_tone

PROSE = ("subject", "bases", "body", "addressees", "other_recipients")
_MOST = 4  # of one rule in one field, as of a page
_MARK = r"(?:\d+(?:\.\d+)*[.)]|[a-zđ]\)|[-–+•])\s+"
_NO_TEXT = ("|", "![", "===")  # a row of a table, a picture, the head of an appendix
_LAW = re.compile(
    r"^(Căn cứ (?:Bộ luật|Luật|Pháp lệnh)\b[^;\n]*?)\s+số\s*\d+/\d{4}/(?:QH|UBTVQH|PL)\w*", re.IGNORECASE
)
_TONES = re.compile(r"\b(?!\w*q)\w*(?:o[àáảãạèéẻẽẹ]|u[ỳýỷỹỵ])\b", re.IGNORECASE)
_BASE = re.compile(
    r"Căn cứ (Hiến pháp|Bộ luật|Luật|Pháp lệnh|Nghị quyết|Nghị định|Quyết định|Thông tư|Chỉ thị|Kế hoạch|Công văn)\b"
)
_LOW = re.compile(rf"^(?:{_MARK})?(?!https?:)([^\W\d_])[^\W\d_]*(?=[ ,;:])")
_FOLLOWING = r"(?: [^\s,.;]+){0,3}"
_BELOW = re.compile(r"(?<=[\w,] )(?:Khoản|Điểm)(?= \d| [a-zđ][ ,)])")
_ABOVE = re.compile(r"(?<=[\w,;] )điều(?= \d+[ ,.;])")
_ROMAN = {"1": "I", "2": "II", "3": "III", "4": "IV", "5": "V", "6": "VI", "7": "VII", "8": "VIII", "9": "IX", "10": "X"}  # fmt: skip
_ARABIC = {roman: figure for figure, roman in _ROMAN.items()}


class Typed(NamedTuple):
    """In `field`, from `at` to `end`. `new`: what stands there once it is mended; None where a person has to say."""

    rule: str
    field: str
    at: int
    end: int
    found: str
    new: str | None = None


class _Hit(NamedTuple):
    at: int
    end: int
    found: str
    new: str | None = None


def typed(fields: dict[str, str], kind: str) -> list[Typed]:
    """What is wrong in the fields of a draft of this kind, in the order of the rules. Lines end with \\n."""
    found: list[Typed] = []
    for rule, names, judge in _CHECKS:
        for name in names:
            hits = judge(fields.get(name, ""), kind)
            found += [Typed(rule, name, *hit) for _, hit in zip(range(_MOST), hits, strict=False)]
    taken = [(one.field, one.at, one.end) for one in found]
    for one in (Typed("X03", *hit) for hit in _tones(fields)):
        if not any(name == one.field and at <= one.at < end for name, at, end in taken):
            found.append(one)
    return found


def _lines(text: str) -> Iterator[tuple[int, str]]:
    at = 0
    for line in text.split("\n"):
        if not line.lstrip().startswith(_NO_TEXT):
            yield at, line
        at += len(line) + 1


def _each(pattern: re.Pattern, new: Callable[[re.Match], str | None], shown: str = "") -> Callable:
    """Every place in a line that is not all capitals; `shown`: what behind it is quoted too."""

    behind = re.compile(shown)

    def judge(text: str, kind: str) -> Iterator[_Hit]:
        for at, line in _lines(text):
            if line.isupper():
                continue
            for match in pattern.finditer(own_words(line)):
                start, end = match.span()
                more = behind.match(line, end)[0]
                yield _hit(at + start, match[0], new(match), at + end, more)

    return judge


def _hit(at: int, old: str, new: str | None, end: int, more: str = "") -> _Hit:
    right = f" (đúng: {_shown(new + more)})" if new else ""
    return _Hit(at, end, f"Ghi “{_shown(old + more)}”{right}.", new)


def _shown(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 60 else f"{text[:58]}…"


def _blanks(text: str, kind: str) -> Iterator[_Hit]:
    for at, line in _lines(text):
        for match in re.finditer(r"(?<=\S)[ \u00a0]{2,}(?=\S)|(?<=\w)[ \u00a0]+(?=[,;:.](?:\s|$))", line):
            start, end = match.span()
            before, after = line[max(start - 12, 0) : start], line[end : end + 12]
            new = "" if after[:1] in ",;:." and line[start - 1] != "." else " "
            yield _Hit(at + start, at + end, f"Dấu cách thừa: “{before}{match[0]}{after}”.", new)


def _ends(text: str, kind: str) -> Iterator[_Hit]:
    for match in re.finditer(r"\./\.(?=\s*\S)", text):
        before = text[: match.start()].rpartition("\n")[2][-25:]
        yield _Hit(*match.span(), f"Dấu “./.” sau “…{before}” không ở cuối nội dung.", ".")


def _apart(text: str, kind: str) -> Iterator[_Hit]:
    """Bases on one line; each is a paragraph of its own."""
    for match in re.finditer(r";[ \t]+(?=Căn cứ\b)", text):
        after = text[match.end() : match.end() + 40].partition("\n")[0]
        yield _Hit(*match.span(), f"“{_shown(after)}…” không ở một dòng riêng.", ";\n")


def _bases(text: str, kind: str) -> Iterator[_Hit]:
    """Bases that were typed into the content: two lines or more, one after the other."""
    rows = [(at, line) for at, line in _lines(text) if line.strip()]
    group: list[tuple[int, str]] = []
    for at, line in [*rows, (0, "")]:
        if _BASE.match(line.strip()) and " thì " not in line:
            group.append((at, line.rstrip()))
            continue
        for start, base in group[:-1] if len(group) > 1 else []:
            kept = base.rstrip(" ;,.")
            if not base.endswith(";"):
                yield _Hit(start + len(kept), start + len(base), f"Căn cứ “…{kept[-30:]}” không kết thúc bằng dấu “;”.", ";")  # fmt: skip
        group = []


def _laws(text: str, kind: str) -> Iterator[_Hit]:
    for at, line in _lines(text):
        if match := _LAW.match(line):
            start, end = match.end(1), match.end()
            yield _Hit(at + start, at + end, f"Ghi số của luật, pháp lệnh: “{_shown(match[0])}”.", "")


def _subject(text: str, kind: str) -> Iterator[_Hit]:
    if kind != "CV" and (match := re.match(r"\s*V\s*/\s*v:?(?=\s)", text, re.IGNORECASE)):
        yield _Hit(*match.span(), f"Ghi “{match[0].strip()}” (đúng: Về việc).", "Về việc")


def _full_stop(text: str, kind: str) -> Iterator[_Hit]:
    end = len(text.rstrip())
    if text[:end].endswith(".") and not text[:end].endswith(("...", "….")):
        yield _Hit(end - 1, end, "Trích yếu kết thúc bằng dấu chấm.", "")


def _articles(text: str, kind: str) -> Iterator[_Hit]:
    for at, line in _lines(text):
        if match := re.match(r"Điều (\d+[a-zđ]?)\s*[:–-]\s*(?=\S)", line):
            yield _hit(at, match[0], f"Điều {match[1]}. ", at + match.end())


def _points(text: str, kind: str) -> Iterator[_Hit]:
    for at, line in _lines(text):
        if match := re.match(r"([a-zđ])\.[ \t]+(?=\S)", line):
            yield _Hit(
                at, at + match.end(), f"“{_shown(line[:30])}”: sau chữ cái là dấu chấm.", f"{match[1]}) "
            )


def _parts(words: str, figures: str, other: dict[str, str]) -> Callable:
    """A line of its own: "CHƯƠNG I", "Chương 1", "Mục I"."""
    pattern = re.compile(rf"({words})\s+(?:({figures})|(\w+))\.?\s*$", re.IGNORECASE)

    def judge(text: str, kind: str) -> Iterator[_Hit]:
        for at, line in _lines(text):
            match = pattern.match(line)
            figure = match and (match[2] or other.get(match[3].upper(), ""))
            if figure and (new := f"{match[1].capitalize()} {figure.upper()}") != match[0].rstrip(" ."):
                yield _hit(at, match[0], new, at + match.end())

    return judge


def _greeting(text: str, kind: str) -> Iterator[_Hit]:
    if match := re.match(r"\s*Kính gửi\s*:?\s*(?:[-–]\s*)?", text, re.IGNORECASE):
        yield _Hit(*match.span(), "“Kính gửi” được đặt tự động nên sẽ in hai lần.", "")


def _greeting_below(text: str, kind: str) -> Iterator[_Hit]:
    if match := re.match(r"\s*Kính gửi\s*:?[^\n]*(?:\n|$)\s*", text, re.IGNORECASE):
        yield _Hit(*match.span(), "“Kính gửi” nằm trong nội dung; nơi nhận ghi ở ô Kính gửi.", "")


def _decides(text: str, kind: str) -> Iterator[_Hit]:
    if kind in DECIDING and (match := re.match(r"\s*(QUYẾT ĐỊNH|QUYẾT NGHỊ)\s*:?\s*(?:\n|$)\s*", text)):
        yield _Hit(*match.span(), f"Dòng “{match[1]}:” được đặt tự động nên sẽ in hai lần.", "")


def _beginnings(text: str, kind: str) -> Iterator[_Hit]:
    """The first letter of a paragraph; a line that goes on from the one before begins none."""
    before = ""
    for at, line in _lines(text):
        own = line.lstrip()
        begins = not before or re.match(_MARK, own)
        if begins and (match := _LOW.match(own)) and match[1].islower():
            start = at + len(line) - len(own) + match.start(1)
            yield _Hit(start, start + 1, f"“{_shown(own[:30])}” không viết hoa chữ đầu.", match[1].upper())
        before = line.strip()


def _tones(fields: dict[str, str]) -> Iterator[tuple]:
    """The other way of setting the mark, where both ways are used: "uỷ" beside "ủy"."""
    words = [(name, match) for name in PROSE for match in _TONES.finditer(fields.get(name, ""))]
    text = " ".join(fields.get(name, "") for name in PROSE).lower()
    left, both = _MOST, {}
    for name, match in words:
        if not left:
            return
        law = one_tone(match[0])
        tail = re.search(r"(?:[òóỏõọ][ae]|[ùúủũụ]y)$", law.lower())
        if law == match[0] or not tail:
            continue
        if tail[0] not in both:  # there are some dozen: the text is looked through once for each
            both[tail[0]] = bool(re.search(rf"(?<!q){tail[0]}\b", text))
        if not both[tail[0]]:
            continue
        left -= 1
        yield name, *match.span(), f"Viết cả “{tail[0]}” và “{match[0].lower()[-len(tail[0]) :]}”.", law


_NAMES = tuple((pattern, lambda match, new=new: new) for pattern, new in PLACES)
_CHECKS: tuple[tuple[str, tuple[str, ...], Callable], ...] = (
    ("K01b", ("addressees",), _greeting),
    ("K01b", ("body",), _greeting_below),
    ("B06", ("body",), _decides),
    ("T06", ("subject",), _subject),
    ("T07", ("subject",), _full_stop),
    ("B01", ("bases", "body"), _apart),
    ("B03", ("body",), _bases),
    ("B05", ("bases", "body"), _laws),
    ("C06", ("body",), _parts("phần|chương", "[IVXLC]+", _ROMAN)),
    ("C07", ("body",), _parts("mục|tiểu mục", r"\d+", _ARABIC)),
    ("C08", ("body",), _articles),
    ("C10", ("body",), _points),
    ("C12", ("body",), _ends),
    ("C14", PROSE, _blanks),
    ("X01", ("bases", "body"), _each(_BELOW, lambda match: match[0].lower(), shown=_FOLLOWING)),
    ("X01", ("bases", "body"), _each(_ABOVE, lambda match: "Điều", shown=_FOLLOWING)),
    ("X01b", PROSE, _each(SPECIAL, lambda match: match[0][0].upper() + match[0][1:].replace("Phố", "phố"))),
    ("X01c", ("body",), _each(WEEKDAY, lambda match: f"{match[1]} thứ {match[2].capitalize()}")),
    ("X01d", ("body",), _beginnings),
    *(("X02", PROSE, _each(pattern, new)) for pattern, new in _NAMES),
    ("X02b", PROSE, _each(re.compile(r"\bBà Rịa(?: ?[–—] ?|-)Vũng Tàu\b"), lambda match: "Bà Rịa - Vũng Tàu")),
    ("X02b", PROSE, _each(re.compile(r"\bPhan Rang(?: ?[–—] ?|-)Tháp Chàm\b"), lambda match: "Phan Rang - Tháp Chàm")),
    ("X02b", PROSE, _each(re.compile(r"\bThừa Thiên ?[-–—] ?Huế\b"), lambda match: "Thừa Thiên Huế")),
)  # fmt: skip


def _nothing(paper) -> Iterator:
    """A page does not tell it: what was typed is no more to be seen there."""
    return iter(())


RULES = (
    Rule("K01b", "Chữ “Kính gửi”", "Ghi một lần; ở dự thảo được đặt tự động", "Phụ lục I.II.9d", "W", "A", _nothing),
    Rule("B01", "Mỗi căn cứ một dòng", "Mỗi căn cứ xuống dòng riêng", "Phụ lục I.II.6a", "W", "A", _nothing),
    Rule("X01d", "Chữ đầu đoạn", "Viết hoa khi xuống dòng", "Phụ lục II.I", "W", "S", _nothing),
    Rule("X02b", "Tên ghép của địa danh", "Bà Rịa - Vũng Tàu, Phan Rang - Tháp Chàm, Thừa Thiên Huế", "Phụ lục II.III.1", "W", "S", _nothing),
)  # fmt: skip
