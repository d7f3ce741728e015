"""A ruled book drawn straight into PDF, A4 on its side: as many lines as there are, in the memory of one page.

WeasyPrint lays out a page of a table in 40 ms and holds the whole of it; a year's register has four thousand. Here a line
is wrapped, drawn and packed as it comes. The cover is WeasyPrint's, and so is the PDF/A-2b that the pages are added to.
"""

import io
import unicodedata
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from documents.fonts import FONTS

_MM = 72 / 25.4
WIDE, HIGH = 297 * _MM, 210 * _MM
_LEFT, _RIGHT, _TOP, _BOTTOM = 25 * _MM, 12 * _MM, 20 * _MM, 16 * _MM
_SIZE, _LEADING, _PAD_X, _PAD_Y = 10, 12, 3.5, 3
_SMALL = 9
_GAP = 8  # between the words of the running head
_JOINTS = "/-@._;,"
_PUSHED = 0.5  # of a page: a line that is higher is broken over two, a lower one begins the next
_WORDS = 50_000  # remembered with their widths
_NOTHING = "Sổ chưa có dòng nào."


class Ruled:
    """Pages with one grid: the words of the columns and their numbers (1), (2) … stand at the head of each."""

    def __init__(self, cover: bytes, columns: Sequence[tuple[str, float]], *, running: tuple[str, str, str]):
        """`cover`: a PDF the pages follow; `columns`: words and width, in any one unit; `running`: what stands left,
        in the middle and right above each table."""
        self._file = pikepdf.open(io.BytesIO(cover))
        whole = sum(width for _, width in columns)
        inner = WIDE - _LEFT - _RIGHT
        self._widths = [inner * width / whole for _, width in columns]
        self._plain, self._bold = _Hand("Regular"), _Hand("Bold")
        self._head = self._head_of([words for words, _ in columns])
        self._running = self._beside_each_other(*running)
        self._pages: list[bytes] = []
        self._drawn: list[str] = []
        self._y = 0.0
        self._begin_page()

    def add(self, cells: Sequence[str]) -> None:
        """One line of the book. What is too high for a page goes on on the next."""
        lines = [
            self._plain.wrap(text, width - 2 * _PAD_X)
            for text, width in zip(cells, self._widths, strict=True)
        ]
        while (left := max(map(len, lines))) and not self._fits(left):
            room = int((self._y - _BOTTOM - 2 * _PAD_Y) // _LEADING)
            if self._high(left) > _PUSHED * self._full and room >= 2:
                self._row([part[:room] for part in lines])
                lines = [part[room:] for part in lines]
            self._turn_page()
        self._row(lines)

    def finish(self) -> bytes:
        """The whole book. Nothing can be added afterwards."""
        if self._empty and not self._pages:
            self._words(self._plain, _NOTHING, _LEFT, self._y - _LEADING)
        self._pages.append(self._packed())
        fonts = Dictionary(F1=self._plain.embedded(self._file), F2=self._bold.embedded(self._file))
        resources = self._file.make_indirect(Dictionary(Font=fonts))
        for number, content in enumerate(self._pages, start=1):
            said = f"Trang {number}/{len(self._pages)}"
            # The letters of a page number are in every font that was embedded: see `_Hand`.
            foot = self._plain.drawn(
                said, WIDE - _RIGHT - self._plain.width(said, _SMALL), 9 * _MM, _SMALL, "F1"
            )
            self._add_page(resources, content, f"BT {foot} ET".encode())
        out = io.BytesIO()
        self._file.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        self._file.close()
        return out.getvalue()

    def _begin_page(self) -> None:
        for hand, text, x in self._running:
            self._words(hand, text, x, HIGH - _TOP + 8, _SMALL)
        self._y = HIGH - _TOP
        for hand, lines in self._head:
            self._row(lines, hand=hand, centred=True)
        self._full, self._empty = self._y - _BOTTOM, True

    def _beside_each_other(self, left: str, middle: str, right: str) -> list[tuple["_Hand", str, float]]:
        """Each with its place. What runs into its neighbour is cut: the middle leaves a fifth to each side."""
        inner = WIDE - _LEFT - _RIGHT
        right = self._plain.cut(right, inner / 5 - _GAP, _SMALL)
        middle = self._bold.cut(middle, inner * 3 / 5, _SMALL)
        side = (inner - self._bold.width(middle, _SMALL)) / 2
        left = self._plain.cut(left, side - _GAP, _SMALL)
        return [
            (self._plain, left, _LEFT),
            (self._bold, middle, _LEFT + side),
            (self._plain, right, WIDE - _RIGHT - self._plain.width(right, _SMALL)),
        ]

    def _turn_page(self) -> None:
        self._pages.append(self._packed())
        self._begin_page()

    def _packed(self) -> bytes:
        content = zlib.compress(f"0.5 w {' '.join(self._drawn)}".encode(), 6)
        self._drawn = []
        return content

    def _head_of(self, words: list[str]) -> list:
        named = [
            self._bold.wrap(word, width - 2 * _PAD_X) for word, width in zip(words, self._widths, strict=True)
        ]
        numbered = [self._plain.wrap(f"({n})", width) for n, width in enumerate(self._widths, start=1)]
        return [(self._bold, named), (self._plain, numbered)]

    def _row(self, lines: list[list[str]], *, hand: "_Hand | None" = None, centred: bool = False) -> None:
        hand = hand or self._plain
        high = self._high(max(map(len, lines), default=1))
        x, foot = _LEFT, self._y - high
        self._drawn.append(f"{_LEFT:.2f} {foot:.2f} {WIDE - _LEFT - _RIGHT:.2f} {high:.2f} re S")
        for part, width in zip(lines, self._widths, strict=True):
            if x > _LEFT:
                self._drawn.append(f"{x:.2f} {foot:.2f} m {x:.2f} {self._y:.2f} l S")
            # The words of a column stand in the middle of its box, as the law draws them.
            y = self._y - _PAD_Y - _SIZE + 1 - (high - self._high(len(part) or 1)) / 2 * centred
            for text in part:
                at = x + (width - hand.width(text.rstrip())) / 2 if centred else x + _PAD_X
                self._words(hand, text, at, y)
                y -= _LEADING
            x += width
        self._y, self._empty = foot, False

    def _fits(self, lines: int) -> bool:
        return self._y - self._high(lines) >= _BOTTOM

    @staticmethod
    def _high(lines: int) -> float:
        return max(lines, 1) * _LEADING + 2 * _PAD_Y

    def _words(self, hand: "_Hand", text: str, x: float, y: float, size: float = _SIZE) -> None:
        if text:
            self._drawn.append(f"BT {hand.drawn(text, x, y, size, 'F1' if hand is self._plain else 'F2')} ET")

    def _add_page(self, resources, content: bytes, foot: bytes) -> None:
        body = self._file.make_stream(b"")
        body.write(content, filter=Name.FlateDecode)  # it is packed already
        page = Dictionary(
            Type=Name.Page, MediaBox=[0, 0, round(WIDE, 2), round(HIGH, 2)], Resources=resources,
            Contents=Array([body, self._file.make_stream(foot)]),
        )  # fmt: skip
        self._file.pages.append(pikepdf.Page(page))


@dataclass(frozen=True)
class _Font:
    glyphs: dict[int, int]  # character → glyph
    widths: dict[int, float]  # glyph → thousandths of the size
    names: list[str]
    missing: int
    box: tuple[int, int, int, int]
    ascent: int
    descent: int
    capital: int


@lru_cache(maxsize=4)
def _font(face: str) -> _Font:
    from fontTools.ttLib import TTFont

    with TTFont(FONTS / f"Tinos-{face}.ttf") as font:
        unit, order = 1000 / font["head"].unitsPerEm, font.getGlyphOrder()
        at = {name: gid for gid, name in enumerate(order)}
        glyphs = {code: at[name] for code, name in font.getBestCmap().items()}
        widths = {at[name]: width * unit for name, (width, _) in font["hmtx"].metrics.items()}
        head, line, more = font["head"], font["hhea"], font["OS/2"]
        box = tuple(round(side * unit) for side in (head.xMin, head.yMin, head.xMax, head.yMax))
        return _Font(
            glyphs, widths, order, glyphs.get(0x25A1, glyphs[ord("?")]), box, round(line.ascent * unit),
            round(line.descent * unit), round(more.sCapHeight * unit),
        )  # fmt: skip


class _Hand:
    """Writes in one face, and knows which of its letters were used."""

    def __init__(self, face: str):
        self._face, self._font = face, _font(face)
        self._used: dict[int, str] = {}
        self._known: dict[str, tuple[float, str]] = {}
        for text in ("0123456789/Trang ", _NOTHING):
            self._word(text)

    def width(self, text: str, size: float = _SIZE) -> float:
        return sum(self._word(word)[0] for word in text.split(" ")) * size / 1000 + (
            text.count(" ") * self._word(" ")[0] * size / 1000
        )

    def drawn(self, text: str, x: float, y: float, size: float, name: str) -> str:
        space = self._word(" ")[1]
        shown = space.join(self._word(word)[1] for word in text.split(" "))
        return f"/{name} {size} Tf {x:.2f} {y:.2f} Td <{shown}> Tj"

    def cut(self, text: str, width: float, size: float) -> str:
        """As much of it as there is room for, with “…” where something was left out."""
        if self.width(text, size) <= width:
            return text
        while text and self.width(f"{text}…", size) > width:
            text = text[:-1].rstrip()
        return f"{text}…"

    def wrap(self, text: str, width: float) -> list[str]:
        """Lines no wider than that. A word that is too long for one is cut; where it is not, its space stays at the end of
        the line, so that whoever searches the file finds the words apart."""
        limit, space, lines = width * 1000 / _SIZE, self._word(" ")[0], []
        for paragraph in unicodedata.normalize("NFC", text).splitlines():
            line, so_far = "", 0.0
            for word in paragraph.split():
                for n, piece in enumerate(self._pieces(word, limit)):
                    wide = self._word(piece)[0]
                    between, gap = (" ", space) if line and n == 0 else ("", 0.0)
                    if line and so_far + gap + wide > limit:
                        lines.append(line + between)
                        line, so_far = piece, wide
                    else:
                        line, so_far = f"{line}{between}{piece}", so_far + gap + wide
            if line:
                lines.append(line)
        return lines

    def _pieces(self, word: str, limit: float) -> list[str]:
        if self._word(word)[0] <= limit:
            return [word]
        pieces = []
        while (room := self._letters_in(word, limit)) < len(word):
            # Where it has a joint, there: 12345/QĐ-UBND, not 12345/QĐ-UB ND.
            joints = (word.find(joint, 1, room) + 1 for joint in _JOINTS)
            end = next(filter(None, joints), room)
            pieces.append(word[:end])
            word = word[end:]
        return [*pieces, word]

    def _letters_in(self, word: str, limit: float) -> int:
        """How many of its letters fit; one always does."""
        wide = 0.0
        for n, letter in enumerate(word):
            wide += self._word(letter)[0]
            if n and wide > limit:
                return n
        return len(word)

    def _word(self, word: str) -> tuple[float, str]:
        found = self._known.get(word)
        if found is None:
            font, shown, wide = self._font, [], 0.0
            for letter in word:
                gid = font.glyphs.get(ord(letter), font.missing)
                self._used.setdefault(gid, letter)
                wide += font.widths[gid]
                shown.append(f"{gid:04x}")
            if len(self._known) > _WORDS:
                self._known.clear()
            found = self._known[word] = wide, "".join(shown)
        return found

    def embedded(self, file: pikepdf.Pdf):
        """The font with the letters that were used, and what each of them means, so that the book can be searched."""
        font, name = (
            self._font,
            Name(f"/{'BOOKAA' if self._face == 'Regular' else 'BOOKAB'}+Tinos-{self._face}"),
        )
        data = file.make_stream(self._subset())
        data.Length1 = len(data.read_bytes())
        descriptor = Dictionary(
            Type=Name.FontDescriptor, FontName=name, Flags=4, FontBBox=Array(font.box), ItalicAngle=0,
            Ascent=font.ascent, Descent=font.descent, CapHeight=font.capital, StemV=80, FontFile2=data,
        )  # fmt: skip
        widths = [one for gid in sorted(self._used) for one in (gid, [round(font.widths[gid])])]
        below = Dictionary(
            Type=Name.Font, Subtype=Name.CIDFontType2, BaseFont=name, CIDToGIDMap=Name.Identity, DW=1000,
            CIDSystemInfo=Dictionary(Registry=String("Adobe"), Ordering=String("Identity"), Supplement=0),
            FontDescriptor=file.make_indirect(descriptor), W=Array(widths),
        )  # fmt: skip
        return file.make_indirect(Dictionary(
            Type=Name.Font, Subtype=Name.Type0, BaseFont=name, Encoding=Name("/Identity-H"),
            DescendantFonts=Array([file.make_indirect(below)]), ToUnicode=file.make_stream(self._meaning()),
        ))  # fmt: skip

    def _subset(self) -> bytes:
        from fontTools import subset

        options = subset.Options(retain_gids=True, layout_features=[], notdef_outline=True, hinting=False)
        with subset.load_font(FONTS / f"Tinos-{self._face}.ttf", options) as font:
            cut = subset.Subsetter(options)
            cut.populate(gids=sorted(self._used))
            cut.subset(font)
            out = io.BytesIO()
            font.save(out)
        return out.getvalue()

    def _meaning(self) -> bytes:
        pairs = [
            f"<{gid:04x}> <{letter.encode('utf-16-be').hex()}>" for gid, letter in sorted(self._used.items())
        ]
        blocks = [pairs[n : n + 100] for n in range(0, len(pairs), 100)]
        said = "\n".join(f"{len(one)} beginbfchar\n" + "\n".join(one) + "\nendbfchar" for one in blocks)
        return (
            "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
            "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
            "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
            f"1 begincodespacerange\n<0000> <ffff>\nendcodespacerange\n{said}\n"
            "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend"
        ).encode()
