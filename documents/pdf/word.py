"""What stands in a .docx, in the words of measuring.py: runs with their effective font and size, one paragraph below the
other. Run by worker.py only: the standard library and lxml; nothing is fetched, no macro is looked into.

Where Word would break a page nobody knows before it does, so places are told only as "left of", "right of" and "below":
a table's columns stand where its grid has them, a paragraph is one long line. What holds for paragraphs (indents, blanks
around, line pitch) comes beside the runs.
"""

import io
import lzma
import re
import struct
import zipfile
import zlib

from lxml import etree
from word_styles import MM, Styles, W, number, value_of

MOST_FILES = 3000
_MOST_BYTES = 24 * 1024**2  # of one part, unpacked
_MOST_PARAGRAPHS = 6000
_MOST_RUNS = 60_000
_MOST_LETTERS = 250_000  # of all; what comes behind them is not looked at
_MOST_IN_ONE = 20_000  # of a paragraph
_STEP = 6.0  # mm from one made-up line to the next
_LETTER = 0.5 * 25.4 / 72  # how wide a letter is, by its size: enough to tell left from right
_APART = 8.5  # mm left free at the end of a cell: what stands in the next one is another column's
_FULL_PAGE = 3500  # letters; more than A4 holds in 13 points
_SETTINGS = "word/settings.xml"
_LOOKS = ("word/styles.xml", "word/theme/theme1.xml", _SETTINGS)
_RELATIONS = "word/_rels/document.xml.rels"
_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


class TooBig(ValueError):
    """A part is longer unpacked than a paper can be."""


class Macros(ValueError):
    """The file carries a program."""


def measured(data: bytes) -> dict:
    """Raises ValueError for what is no .docx (TooBig, Macros with a reason of their own)."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            return _document(packed)
    except (
        zipfile.BadZipFile,
        KeyError,
        etree.XMLSyntaxError,
        NotImplementedError,
        RuntimeError,
        EOFError,
        OSError,
        zlib.error,
        lzma.LZMAError,
        struct.error,
    ) as error:
        raise ValueError("not a document") from error


def _document(packed: zipfile.ZipFile) -> dict:
    names = packed.namelist()
    if len(names) > MOST_FILES:
        raise TooBig
    if any("vbaproject" in name.lower() for name in names):
        raise Macros
    styles = Styles(*(part(packed, name) if name in names else etree.Element("none") for name in _LOOKS))
    body = part(packed, "word/document.xml").find(f"{W}body")
    if body is None:
        raise ValueError("not a document")
    sections = [_section(one) for one in body.iter(f"{W}sectPr")] or [_section(etree.Element("none"))]
    sheet = _Sheet(styles, sections[0])
    for block in body:
        sheet.block(block)
    first = {name: sections[0][name] for name in ("width", "height")}
    page = {"runs": sheet.runs, "fields": [], "lines": [], "frames": [], "pictures": [], **first}
    return {
        "form": "docx", "version": 0, "count": 1, "pages": [page], "paragraphs": sheet.paragraphs, "sections": sections,
        "fonts": [{"name": name, "bold": bold, "italic": italic} for name, bold, italic in sheet.fonts],
        "numbers": _numbers(packed, names, styles, body), "several": _several(body, sheet.letters),
    }  # fmt: skip


def part(packed: zipfile.ZipFile, name: str):
    if packed.getinfo(name).file_size > _MOST_BYTES:
        raise TooBig
    with packed.open(name) as part:
        text = part.read(_MOST_BYTES + 1)  # what the directory says of its length may be wrong
    if len(text) > _MOST_BYTES:
        raise TooBig
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    root = etree.fromstring(text, parser)
    if root.getroottree().docinfo.doctype:
        raise ValueError("a document type is not part of this format")
    return root


class _Sheet:
    """Runs and paragraphs one below the other."""

    def __init__(self, styles: Styles, section: dict):
        self._styles = styles
        self._left, self._right = section["left"], section["width"] - section["right"]
        self._y = section["top"]
        self.runs: list[list] = []
        self.paragraphs: list[list] = []
        self.fonts: dict[tuple, int] = {}
        self.letters = 0
        self._blank = False  # whether an empty paragraph stands before the next

    def block(self, element) -> None:
        name = etree.QName(element).localname if isinstance(element.tag, str) else ""
        if name == "p":
            self._y += _STEP
            self._y = self._paragraph(element, self._y, self._left, self._right, in_table=False)
        elif name == "tbl":
            self._table(element)
        elif name == "sdt":
            for child in element.iterfind(f"{W}sdtContent/*"):
                self.block(child)

    def _table(self, table) -> None:
        grid = [number(one.get(f"{W}w")) or 0 for one in table.iterfind(f"{W}tblGrid/{W}gridCol")]
        ruled = any(_border(borders) for borders in table.iter(f"{W}tblBorders", f"{W}tcBorders"))
        style = value_of(table.find(f"{W}tblPr"), "tblStyle")
        ruled = ruled or ("grid" in (style or "").lower() and table.find(f"{W}tblPr/{W}tblBorders") is None)
        for row in table.iterfind(f"{W}tr"):
            left, column, lowest = self._left, 0, self._y
            for cell in row.iterfind(f"{W}tc"):
                span = int(number(value_of(cell.find(f"{W}tcPr"), "gridSpan")) or 1)
                right = left + sum(grid[column : column + max(span, 1)]) * MM
                y = self._y
                for paragraph in cell.iter(f"{W}p"):
                    y += _STEP
                    y = self._paragraph(paragraph, y, left, right - _APART, in_table=ruled, style=style)
                left, column, lowest = right, column + max(span, 1), max(lowest, y)
            self._y = lowest

    def _paragraph(
        self, element, y: float, left: float, right: float, *, in_table: bool, style: str | None = None
    ) -> float:
        """Where its last line stands. `style` is the one of the table around it."""
        if len(self.paragraphs) >= _MOST_PARAGRAPHS or len(self.runs) >= _MOST_RUNS:
            return y
        own = element.find(f"{W}pPr")
        looks = self._styles.paragraph(own, style)
        pieces = self._pieces(element, own, style)
        text = "".join(piece[0] for piece in pieces)
        if not text.strip():
            self._blank = True
            return y
        size = max(piece[2] for piece in pieces)
        align, first = looks.get("align", "left"), looks.get("first", 0.0) - looks.get("hanging", 0.0)
        inner = left + looks.get("left", 0.0)
        begin = len(self.runs)
        # In the middle of a column names stand one below the other; elsewhere such a break is read as a blank.
        for count, line in enumerate(_lines(pieces) if align == "center" else [pieces]):
            y += _STEP if count else 0
            self._line(line, y, inner + (max(first, 0) if align != "center" else 0), right, align)
        rule, line = looks.get("rule", "auto"), looks.get("line", 12.0)
        pitch = (
            line / 12 * 1.15 if rule == "auto" else line / size if rule == "exact" else max(line / size, 1.15)
        )
        numbered = own is not None and own.find(f"{W}numPr") is not None
        before = looks.get("before", 0) + (size if self._blank else 0)
        self._blank = False
        self.paragraphs.append(
            [begin, len(self.runs), align, _indent(first, text), before, looks.get("after", 0), round(pitch, 3), in_table, numbered]
        )  # fmt: skip
        return y

    def _line(self, pieces: list[list], y: float, left: float, right: float, align: str) -> None:
        wide = sum(len(text) * points for text, _, points, _ in pieces) * _LETTER
        at = left
        if align == "center":
            at = left + max((right - left - wide) / 2, 0)
        elif align in ("right", "end"):
            at = max(right - wide, left)
        for text, font, points, colour in pieces:
            to = max(min(at + len(text) * points * _LETTER, right), at)
            shown = text.replace("\n", " ")
            self.runs.append([shown, font, points, colour, round(at, 2), round(to, 2), round(y, 2), 1])
            at = to

    def _pieces(self, element, properties, style: str | None) -> list[list]:
        found: list[list] = []
        room = min(_MOST_IN_ONE, _MOST_LETTERS - self.letters)
        for run in element.iter(f"{W}r"):
            if room <= 0 or len(self.runs) + len(found) >= _MOST_RUNS:
                break
            above = {etree.QName(one).localname for one in run.iterancestors() if isinstance(one.tag, str)}
            if above & {"del", "moveFrom", "txbxContent", "Fallback"}:
                continue
            looks = self._styles.run(properties, run.find(f"{W}rPr"), style)
            text = "".join(_text(child) for child in run)[:room]
            if not text or looks.get("vanish"):
                continue
            key = looks["font"], looks.get("b", False), looks.get("i", False)
            text = text.upper() if looks.get("caps") else text
            font = self.fonts.setdefault(key, len(self.fonts))
            found.append([text, font, looks.get("size") or 10.0, looks.get("colour", "000000")])
            room, self.letters = room - len(text), self.letters + len(text)
        return found


def _indent(first: float, text: str) -> float | None:
    """How far in the first line begins; a tab goes to the next half inch, of blanks nobody knows how wide they are."""
    if first == 0 and text.startswith("\t"):
        return 12.7
    return None if text.startswith((" ", "\u00a0", "\t")) else round(first, 2)


def _lines(pieces: list[list]) -> list[list[list]]:
    """Broken where a break was typed."""
    found: list[list[list]] = [[]]
    for text, *looks in pieces:
        for count, part in enumerate(text.split("\n")):
            if count:
                found.append([])
            # A blank between two words may be a run of its own; how many there are is for looks.
            part = part if part.strip() else " " if part and found[-1] else ""
            if part:
                found[-1].append([part.lstrip() if count and not found[-1] else part, *looks])
    for line in found:
        while line and not line[-1][0].strip():
            line.pop()
    return [line for line in found if line]


def _text(child) -> str:
    name = etree.QName(child).localname if isinstance(child.tag, str) else ""
    if name == "t":
        return child.text or ""
    return {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}.get(name, "")


def _shown(packed: zipfile.ZipFile, names: list[str], body) -> dict[str, bool]:
    """The parts of headers and footers that some page shows (one for even pages lies there from before, unless asked for),
    and whether the first page does: it has those of the first section alone."""
    files = {}
    if _RELATIONS in names:
        for one in part(packed, _RELATIONS):
            files[one.get("Id")] = "word/" + (one.get("Target") or "").removeprefix("/word/")
    even = _SETTINGS in names and part(packed, _SETTINGS).find(f"{W}evenAndOddHeaders") is not None
    found: dict[str, bool] = {}
    for position, section in enumerate(body.iter(f"{W}sectPr")):
        kinds = {"default"} | ({"even"} if even else set())
        if own := section.find(f"{W}titlePg") is not None:
            kinds.add("first")
        opening = "first" if own else "default"
        for one in (*section.iterfind(f"{W}headerReference"), *section.iterfind(f"{W}footerReference")):
            kind, name = one.get(f"{W}type", "default"), files.get(one.get(_ID))
            if kind in kinds and name in names:
                found[name] = found.get(name, False) or (position == 0 and kind == opening)
    return found


def _several(body, letters: int) -> bool:
    """Whether it is sure to take a second page: Word broke one when it was saved, it is asked to, or a page holds less."""
    broken = next(body.iter(f"{W}lastRenderedPageBreak", f"{W}pageBreakBefore"), None) is not None
    return letters > _FULL_PAGE or broken or any(one.get(f"{W}type") == "page" for one in body.iter(f"{W}br"))


def _border(borders) -> bool:
    return any(one.get(f"{W}val", "nil") not in ("nil", "none") for one in borders)


def _section(properties) -> dict:
    """`sized`: whether it says how large the page is, as Word always does."""
    size, margins = properties.find(f"{W}pgSz"), properties.find(f"{W}pgMar")

    def read(element, name: str, usual: float) -> float:
        value = number(element.get(W + name)) if element is not None else None
        return round((usual if value is None else value) * MM, 2)

    edges = {name: read(margins, name, 1440) for name in ("left", "right", "top", "bottom")}
    edges["left"] = round(edges["left"] + read(margins, "gutter", 0), 2)
    return {
        "width": read(size, "w", 12240), "height": read(size, "h", 15840), "sized": size is not None, "title_page": properties.find(f"{W}titlePg") is not None,
        **edges,
    }  # fmt: skip


def _numbers(packed: zipfile.ZipFile, names: list[str], styles: Styles, body) -> list[dict]:
    """Where a header or a footer that is shown counts the pages."""
    found = []
    for name, first in sorted(_shown(packed, names, body).items())[:12]:
        shown = part(packed, name)
        for paragraph in shown.iter(f"{W}p"):
            said = "".join(one.text or "" for one in paragraph.iter(f"{W}instrText"))
            said += "".join(one.get(f"{W}instr", "") for one in paragraph.iter(f"{W}fldSimple"))
            if re.search(r"\bPAGE\b", said):
                own = paragraph.find(f"{W}pPr")
                runs = [styles.run(own, run.find(f"{W}rPr")) for run in paragraph.iter(f"{W}r")]
                looks = styles.paragraph(own)
                found.append(
                    {"top": shown.tag == f"{W}hdr", "first": first, "align": looks.get("align", "left"), "framed": own is not None and own.find(f"{W}framePr") is not None,
                     "size": max((run.get("size") or 10.0 for run in runs), default=10.0)}
                )  # fmt: skip
    return found
