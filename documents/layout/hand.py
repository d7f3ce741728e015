"""Writing with the paper's own letters: how wide words are, where lines end, what a file needs of the fonts."""

import io
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from documents.fonts import FONTS

_SIZE = 10
_JOINTS = "/-@._;,"
_WORDS = 50_000  # remembered with their widths
NOTHING = "Sổ chưa có dòng nào."


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


class Hand:
    """Writes in one face, and knows which of its letters were used."""

    def __init__(self, face: str):
        self._face, self._font = face, _font(face)
        self._used: dict[int, str] = {}
        self._known: dict[str, tuple[float, str]] = {}
        for text in ("0123456789/Trang ", NOTHING):
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
