"""The lines of a draft as units that have a rank: a chapter, an article, a clause, a point; each with what belongs to it."""

import re
from dataclasses import dataclass, replace

_RANKS = {"Phần": 1, "Chương": 2, "Mục": 3, "Tiểu mục": 3}
_PART = re.compile(r"(Phần|Chương|Mục|Tiểu mục) ([IVXLC]+|\d+)(\.?)$")
_LABELS = (
    ("article", re.compile(r"(\*{0,3}Điều )(\d{1,4}[a-zđ]?)(\.)(?=\*{0,3}(\s|$))")),
    ("clause", re.compile(r"(\*{0,3})(\d{1,3}(?:\.\d{1,3}){0,2})(\.)(?=\*{0,3}(\s|$))")),
    ("point", re.compile(r"(\*{0,3})([a-zđ])(\))(?=\*{0,3}(\s|$))")),
    ("heading", re.compile(r"(\*{0,3})([IVXLC]{1,8})(\.)(?=\*{0,3}(\s|$))")),
    ("dash", re.compile(r"()([-–+•])()(?=\s|$)")),
)
_NUMERALS = (
    (100, "C"),
    (90, "XC"),
    (50, "L"),
    (40, "XL"),
    (10, "X"),
    (9, "IX"),
    (5, "V"),
    (4, "IV"),
    (1, "I"),
)
PLAIN = 11


@dataclass(frozen=True)
class Unit:
    """Lines that move together. `gap`: line ends before it; `label` is "before number after" as typed; `number` plain."""

    line: int
    gap: int
    text: str
    kind: str
    rank: int
    number: str = ""
    shape: tuple[str, str, str] = ("", "", "")
    spot: object = None
    twice: frozenset = frozenset()

    @property
    def label(self) -> str:
        return self.number if self.kind not in ("dash", "plain", "appendix", "quoted") else ""

    def numbered(self, number: str) -> "Unit":
        before, typed, after = self.shape
        rest = self.text[len(before) + len(typed) + len(after) :]
        written = roman(int(number)) if typed and typed[0] in "IVXLC" else number
        return replace(self, text=f"{before}{written}{after}{rest}", shape=(before, written, after))

    def at(self, spot, twice: frozenset) -> "Unit":
        return replace(self, spot=spot, twice=twice)

    @property
    def bare(self) -> str:
        """What stands behind its label."""
        return self.text[sum(map(len, self.shape)) :]


def roman(number: int) -> str:
    written = ""
    for value, letters in _NUMERALS:
        while number >= value:
            written += letters
            number -= value
    return written


def arabic(numeral: str) -> int:
    values = [{"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}[letter] for letter in numeral]
    return sum(-one if one < max(values[n:]) else one for n, one in enumerate(values))


def units(text: str) -> list[Unit]:
    """Every line that says something, in a unit: those that go on, and the rows of a table, with the line they began in."""
    found: list[Unit] = []
    quoted = _quoted(text)
    gap = 0
    for n, line in enumerate(text.split("\n")):
        bare = line.strip()
        if not bare:
            gap += 1
            continue
        unit = _unit(n, gap, line, quoted=n in quoted)
        if found and not gap and _goes_on(found[-1], unit, bare):
            found[-1] = replace(found[-1], text=f"{found[-1].text}\n{line}")
        else:
            found.append(replace(unit, gap=gap + (1 if found else 0)))
        gap = 0
    return found


def joined(found: list[Unit]) -> str:
    return "".join("\n" * unit.gap + unit.text for unit in found)


def moved(found: list[Unit], at: int, *, up: bool) -> tuple[list[Unit], int]:
    """The unit with all that belongs to it before or behind its neighbour of the same rank; where it is then. Nothing moves
    out of what it belongs to, but for an article: the first of a chapter becomes the last of the chapter before, the last
    the first of the next."""
    first, end = at, _end(found, at)
    if up:
        other = _before(found, first)
        if other is None and found[first].kind == "article":
            other = _above_its_headings(found, first)
        if other is None:
            return found, at
        second_end, end, first = end, first, other
        return _swapped(found, first, end, second_end), first
    if found[at].kind == "article" and end < len(found) and found[end].kind == "part":
        behind = _behind_headings(found, end)
        return _swapped(found, first, end, behind), first + behind - end
    if end >= len(found) or found[end].rank != found[at].rank:
        return found, at
    second_end = _end(found, end)
    return _swapped(found, first, end, second_end), first + second_end - end


def _swapped(found: list[Unit], first: int, middle: int, end: int) -> list[Unit]:
    one, two = found[first:middle], found[middle:end]
    # Blank lines belong to the place, not to what stands there.
    heads = (found[first].gap, found[middle].gap)
    two[0], one[0] = replace(two[0], gap=heads[0]), replace(one[0], gap=heads[1])
    return [*found[:first], *two, *one, *found[end:]]


def _end(found: list[Unit], at: int) -> int:
    end = at + 1
    while found[at].rank < PLAIN and end < len(found) and found[end].rank > found[at].rank:
        end += 1
    return end


def _before(found: list[Unit], at: int) -> int | None:
    for n in range(at - 1, -1, -1):
        if found[n].rank < found[at].rank:
            return None
        if found[n].rank == found[at].rank:
            return n
    return None


def _above_its_headings(found: list[Unit], at: int) -> int | None:
    """Where the headings begin right above an article, if another chapter of the same text stands before them."""
    first = at
    while (
        first
        and found[first - 1].kind == "part"
        and (first == at or found[first - 1].rank < found[first].rank)
    ):
        first -= 1  # a section, and the chapter it begins
    for unit in reversed(found[:first]):
        if unit.kind == "appendix":
            return None
        if unit.kind == "part":
            return first if first < at else None
    return None


def _behind_headings(found: list[Unit], at: int) -> int:
    end = at + 1
    while end < len(found) and found[end].kind == "part" and found[end].rank > found[end - 1].rank:
        end += 1
    return end


def _unit(n: int, gap: int, line: str, *, quoted: bool) -> Unit:
    bare = line.strip()
    indent = line[: len(line) - len(line.lstrip())]
    if re.match(r"===(\s|$)", bare):
        return Unit(n, gap, line, "appendix", 0)
    if quoted or bare.startswith(("|", "![")):
        return Unit(n, gap, line, "quoted" if quoted else "plain", PLAIN)
    if part := _PART.match(bare):
        word, typed, after = part.groups()
        number = str(arabic(typed)) if typed[0] in "IVXLC" else typed
        return Unit(n, gap, line, "part", _RANKS[word], number, (f"{indent}{word} ", typed, after))
    for kind, pattern in _LABELS:
        if label := pattern.match(bare):
            before, typed, after, _ = (*label.groups(), "")[:4]
            return _labelled(n, gap, line, kind, (indent + before, typed, after))
    return Unit(n, gap, line, "plain", PLAIN)


def _labelled(n: int, gap: int, line: str, kind: str, shape: tuple[str, str, str]) -> Unit:
    typed = shape[1]
    rank = {"heading": 4, "article": 5, "point": 9, "dash": 10}.get(kind, 6 + typed.count("."))
    number = str(arabic(typed)) if kind == "heading" else "" if kind == "dash" else typed
    return Unit(n, gap, line, kind, rank, number, shape)


def _goes_on(last: Unit, unit: Unit, bare: str) -> bool:
    """Without a blank line between: a line without a mark of its own, the title of a part, the next row of a table."""
    was = last.text.strip().rpartition("\n")[2].strip()
    if bare.startswith("![") or was.startswith("![") or last.kind == "appendix":
        return False
    if bare.startswith("|") or was.startswith("|"):
        return bare.startswith("|") and was.startswith("|")
    if last.kind == "part" and unit.kind == "plain":
        return "\n" not in last.text or bare.isupper()
    return (
        unit.kind in ("plain", "quoted")
        and last.kind != "part"
        and (unit.kind == last.kind or unit.kind == "plain")
    )


def _quoted(text: str) -> set[int]:
    """Lines that begin inside “…”: what an amendment puts into another paper. None where the marks do not pair."""
    inside, depth = set(), 0
    for n, line in enumerate(text.split("\n")):
        if depth:
            inside.add(n)
        depth = max(depth + line.count("“") - line.count("”"), 0)
    return inside if depth == 0 else set()
