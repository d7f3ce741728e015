"""X: capitals and spelling, only what is sure by the letters alone."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator

from ..findings import Found, Rule
from ..values import Line, Paper, Paragraph

CITED = re.compile(
    r"(?<=[\wà-ỹ,] )(Khoản|Điểm) (?=\d|[a-zđ][ ,)]).{0,20}|(?<=[\w,;] )(điều) (?=\d+[ ,.;]).{0,14}"
)
# What is wrong, and what is written instead; also read by typed.py, which mends it.
PLACES = (
    (re.compile(r"(?<=[a-zà-ỹ,] )Thành Phố\b(?! Hồ Chí Minh)"), "thành phố"),
    (re.compile(r"\b[ỦU][yỷ] (?:[Bb]an Nhân [Dd]ân|Ban nhân dân)\b"), "Ủy ban nhân dân"),
    (re.compile(r"\b(?:Ủy|Uỷ) Ban\b(?! [Nn]hân)"), "Ủy ban"),
    (re.compile(r"\bHội [Đđ]ồng Nhân [Dd]ân\b"), "Hội đồng nhân dân"),
)
SPECIAL = re.compile(r"\b([tT]hành Phố Hồ Chí Minh|thành phố Hồ Chí Minh|thủ đô Hà Nội)\b")
WEEKDAY = re.compile(r"\b(sáng|chiều|tối) thứ (hai|ba|tư|năm|sáu|bảy)\b(?! \w+ (nhất|hai))")
# As syllables end.
_TONES = (("ủy", "uỷ"), ("úy", "uý"), ("óa", "oá"), ("òa", "oà"), ("ỏa", "oả"), ("ọa", "oạ"))


def _sentences(paper: Paper):
    for one in (*paper.parts.bases, *paper.parts.body):
        if not one.text.isupper():
            yield one


def cited(paper: Paper) -> Iterator[Found]:
    yield from _each(paper, CITED)


def own_words(text: str) -> str:
    """Blanks in the place of what is quoted: others wrote that."""
    return re.sub(r"“[^”]*(?:”|$)", lambda quoted: " " * len(quoted[0]), text)


def _line_at(one: Paragraph, at: int) -> Line:
    """Of the paragraph's lines the one in which its letter number `at` stands."""
    for line in one.lines:
        if at < len(line.text):
            return line
        at -= len(line.text) + 1
    return one.line


def places(paper: Paper) -> Iterator[Found]:
    for one in _sentences(paper):
        for pattern, right in PLACES:
            if found := pattern.search(own_words(one.text)):
                yield Found(f"Ghi “{found[0]}” (đúng: {right}).", _line_at(one, found.start()))
                break


def special(paper: Paper) -> Iterator[Found]:
    yield from _each(paper, SPECIAL)


def weekday(paper: Paper) -> Iterator[Found]:
    yield from _each(paper, WEEKDAY)


def _each(paper: Paper, pattern: re.Pattern) -> Iterator[Found]:
    for one in _sentences(paper):
        if found := pattern.search(own_words(one.text)):
            yield Found(f"Ghi “{found[0].strip()}”.", _line_at(one, found.start()))


def one_way(paper: Paper) -> Iterator[Found]:
    """The same word in two ways. Of a PDF the order of marks may be the reader's doing, so only whole letters are compared."""
    text = " ".join(unicodedata.normalize("NFC", one.text.lower()) for one in _sentences(paper))
    words = Counter(re.findall(r"\b[^\W\d_]+\b", text))
    both = [
        (word, other)
        for old, new in _TONES
        for word in words
        if word.endswith(old)
        and not word.endswith(f"q{old}")
        and (other := word.removesuffix(old) + new) in words
    ]
    # One habit, told once: by the word that is most at home both ways.
    for pair in sorted(both, key=lambda pair: -min(words[one] for one in pair))[:1]:
        first, second = (f"“{one}” ({words[one]} lần)" for one in pair)
        yield Found(f"Viết cả {first} và {second}.")


RULES = (
    Rule("X01", "Viện dẫn", "Điều viết hoa; khoản, điểm viết thường", "Phụ lục II.V.7", "W", "S", cited),
    Rule("X01b", "Tên riêng đặc biệt", "Thành phố Hồ Chí Minh, Thủ đô Hà Nội", "Phụ lục II.III.1c", "W", "S", special),
    Rule("X01c", "Thứ trong tuần", "thứ Hai, thứ Tư …", "Phụ lục II.V.8", "W", "S", weekday),
    Rule("X02", "Tên đơn vị, cơ quan", "thành phố …, Ủy ban nhân dân …", "Phụ lục II.III, IV", "W", "S", places),
    Rule("X03", "Dấu thanh", "Một cách viết trong một văn bản", "Thông lệ", "I", "A", one_way),
)  # fmt: skip
