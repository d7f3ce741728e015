"""What the checker speaks of: letters and lines as measured, the paper put together from them, a finding.

Lengths are millimetres from the top left of a page, sizes are points. Pure data: no file, no PDF, no Django.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

MM = 25.4 / 72  # of a point
SIZE, LENGTH, CENTRE = 0.35, 1.0, 5.0  # how far a measure may be off (Word writes 13.6 for 13.5)
_TIMES = ("timesnewroman", "tinos", "liberationserif", "nimbusrom", "termes", "timesroman", "timesnew")
_SYMBOLS = ("symbol", "wingdings", "webdings", "cambriamath", "dingbats", "mathematica", "openSymbol".lower())
_NAMELESS = re.compile(
    r"|(CID)?(Font)?[-_]?[A-Z]{0,3}[-_]?\d+|(unnamed|noname|type3|t3font|untitled).*", re.IGNORECASE
)
_OLD_CODES = ("vni-", ".vn", "vntime", "vnarial", "vps", "vni ")


class Font(NamedTuple):
    name: str
    bold: bool
    italic: bool

    @property
    def times(self) -> bool:
        bare = re.sub(r"[^a-z]", "", self.name.lower())
        return bare.startswith(_TIMES) or bare in ("times", "timesbold", "timesitalic", "timesbolditalic")

    @property
    def nameless(self) -> bool:
        """What printing programs write in the place of the face's name."""
        return bool(_NAMELESS.fullmatch(self.name.rsplit("+", 1)[-1]))

    @property
    def symbol(self) -> bool:
        return any(word in re.sub(r"[^a-z]", "", self.name.lower()) for word in _SYMBOLS)

    @property
    def old_code(self) -> bool:
        """Not Unicode: its letters are other letters to every program that does not have it."""
        return self.name.lower().startswith(_OLD_CODES)


class Span(NamedTuple):
    """Letters of one font; `font` is None for what lies over the page as a field of a form, or below it. `covered`: in the file,
    and in its place the page is white."""

    text: str
    font: Font | None
    size: float
    colour: str
    left: float
    right: float
    base: float
    covered: bool = False


class Box(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float


class Stroke(NamedTuple):
    """A drawn line, along or down."""

    left: float
    top: float
    right: float
    bottom: float
    colour: str
    dashed: bool

    @property
    def wide(self) -> float:
        return self.right - self.left

    @property
    def along(self) -> bool:
        return self.right - self.left >= self.bottom - self.top


class Picture(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float
    dpi: int
    bits: int


class Frame(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float
    colour: str


@dataclass(eq=False)
class Line:
    """One line of text of one column."""

    page: int
    spans: list[Span]

    @cached_property
    def text(self) -> str:
        words, right = [], None
        for span in self.spans:
            if right is not None and span.left - right > 0.18 * span.size * MM:
                words.append(" ")
            words.append(span.text)
            right = span.right
        return " ".join(unicodedata.normalize("NFC", "".join(words).replace("\xad", "")).split())

    @property
    def left(self) -> float:
        return self.spans[0].left

    @property
    def right(self) -> float:
        return max(span.right - _blanks(span) for span in self.spans)

    @cached_property
    def base(self) -> float:
        return _weighted(self.spans, lambda span: span.base)

    @cached_property
    def size(self) -> float:
        """Of most of its letters; 0 where all lie over the page as fields."""
        seen = self.drawn
        return _weighted(seen, lambda span: span.size) if seen else 0.0

    @property
    def drawn(self) -> list[Span]:
        return [span for span in self.spans if span.font is not None]

    @property
    def centre(self) -> float:
        return (self.left + self.right) / 2

    @property
    def top(self) -> float:
        return self.base - 0.9 * (self.size or 13) * MM

    @property
    def bottom(self) -> float:
        return self.base + 0.25 * (self.size or 13) * MM

    @property
    def box(self) -> Box:
        return Box(self.left, self.top, self.right, self.bottom)

    @property
    def wide(self) -> float:
        return self.right - self.left

    @cached_property
    def bold(self) -> bool | None:
        return _mostly(self.drawn, lambda span: span.font.bold)

    @cached_property
    def italic(self) -> bool | None:
        return _mostly(self.drawn, lambda span: span.font.italic)

    @property
    def caps(self) -> bool:
        return self.text.isupper()


@dataclass(eq=False)
class Paragraph:
    """Lines of the content that belong together. `first` is the indent of its first line, `gap` the blank above it
    in points beyond the pitch, `pitch` that of its lines by their size; None where it cannot be told."""

    lines: list[Line]
    align: str = ""
    first: float | None = None
    gap: float | None = None
    pitch: float | None = None
    numbered: bool = False

    @cached_property
    def text(self) -> str:
        return " ".join(line.text for line in self.lines)

    @property
    def line(self) -> Line:
        return self.lines[0]


@dataclass(eq=False)
class Sheet:
    """One page. `rows`: the lines, those of one height side by side."""

    number: int
    width: float
    height: float
    rows: list[list[Line]]
    strokes: list[Stroke]
    frames: list[Frame]
    pictures: list[Picture]
    scanned: bool = False
    tables: list[tuple[float, float]] = field(default_factory=list)  # from where to where, down the page

    @property
    def portrait(self) -> bool:
        return self.height > self.width

    def in_table(self, line: Line) -> bool:
        return any(top <= line.base <= bottom for top, bottom in self.tables)


@dataclass(eq=False)
class Parts:
    """The boxes of the letterhead and of the foot that were recognised (decree 30 Phụ lục I.IV); None, or empty, where
    there is none."""

    state: Line | None = None  # CỘNG HÒA …
    motto: Line | None = None
    superior: list[Line] = field(default_factory=list)
    issuer: list[Line] = field(default_factory=list)
    number: Line | None = None
    day: Line | None = None
    about: list[Line] = field(default_factory=list)  # V/v of an official letter
    title: Line | None = None
    subject: list[Line] = field(default_factory=list)
    between: list[Line] = field(default_factory=list)  # plain words below the subject
    authority: list[Line] = field(default_factory=list)
    bases: list[Paragraph] = field(default_factory=list)
    decides: Line | None = None
    to: list[Line] = field(default_factory=list)  # from "Kính gửi" on
    body: list[Paragraph] = field(default_factory=list)
    recipients: list[Line] = field(default_factory=list)  # from "Nơi nhận" on
    capacity: list[Line] = field(default_factory=list)
    signer: Line | None = None
    attached: list[Line] = field(default_factory=list)  # whatever follows the foot
    kind: str = ""  # code of one of the 29, "" where unknown


@dataclass(eq=False)
class Paper:
    form: str  # "pdf" or "docx"
    version: int
    count: int
    sheets: list[Sheet]
    parts: Parts = field(default_factory=Parts)
    sections: list[dict] = field(default_factory=list)  # of a .docx: sizes and margins as they are set
    numbers: list[dict] = field(default_factory=list)  # of a .docx: where pages are counted
    paragraphs: list[list] = field(default_factory=list)
    several: bool = False  # of a .docx: whether it is sure to have a second page
    foreign: bool = False  # made elsewhere: neither its text nor its program is known

    @property
    def lines(self) -> Iterator[Line]:
        return (line for sheet in self.sheets for row in sheet.rows for line in row)

    @property
    def placed(self) -> bool:
        """Whether places on the page are known: a .docx has none."""
        return self.form == "pdf"


def _blanks(span: Span) -> float:
    """How much of its end is blanks."""
    count = len(span.text) - len(span.text.rstrip())
    return count * 0.25 * span.size * MM


def _weighted(spans: list[Span], value) -> float:
    """The value most letters have: the median."""
    many = sorted((value(span), max(len(span.text.strip()), 0)) for span in spans)
    half, total = sum(count for _, count in many) / 2, 0
    for each, count in many:
        total += count
        if total >= half:
            return each
    return many[-1][0]


def _mostly(spans: list[Span], is_so) -> bool | None:
    """True or False where nearly all letters agree, else None."""
    letters = [(is_so(span), sum(char.isalpha() for char in span.text)) for span in spans]
    total = sum(count for _, count in letters)
    share = sum(count for so, count in letters if so) / total if total else 0.5
    return True if share > 0.9 else False if share < 0.1 else None
