"""What is written in a .docx, as paragraphs and tables with their numbers, bold and italic; and what was left out. Tracked
changes are taken as accepted. Run by worker.py only, under the limits of word.py; nothing is fetched, nothing runs.
"""

import io
import lzma
import re
import struct
import zipfile
import zlib

import word
from legacy_fonts import coding_of, unicode_of
from lxml import etree
from word_numbers import Numbers
from word_styles import Styles, W, value_of

_MOST_BLOCKS = 6000
_MOST_LETTERS = 250_000
_MOST_CELLS = 40_000
_BULLETS = {"Symbol", "Wingdings", "Wingdings 2", "Wingdings 3", "Webdings"}
_BROKEN = (
    zipfile.BadZipFile, KeyError, etree.XMLSyntaxError, NotImplementedError, RuntimeError, EOFError, OSError, zlib.error,
    lzma.LZMAError, struct.error,
)  # fmt: skip
_WRAPS = {
    "sdtContent",
    "sdt",
    "customXml",
    "smartTag",
    "ins",
    "moveTo",
    "hyperlink",
    "fldSimple",
    "dir",
    "bdo",
}
_LEFT_OUT = {
    "drawing": "pictures", "pict": "pictures", "object": "objects", "oMath": "equations", "oMathPara": "equations",
    "footnoteReference": "footnotes", "endnoteReference": "footnotes", "commentReference": "comments",
}  # fmt: skip


def written(data: bytes) -> dict:
    """Raises ValueError for what is no .docx (word.TooBig, word.Macros with a reason of their own)."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            return _Reading(packed).told()
    except _BROKEN as error:
        raise ValueError("not a document") from error


class _Reading:
    def __init__(self, packed: zipfile.ZipFile):
        names = packed.namelist()
        if len(names) > word.MOST_FILES:
            raise word.TooBig
        if any("vbaproject" in name.lower() for name in names):
            raise word.Macros

        def part(name: str):
            return word.part(packed, name) if name in names else etree.Element("none")

        self._styles = Styles(
            part("word/styles.xml"), part("word/theme/theme1.xml"), part("word/settings.xml")
        )
        self._numbers = Numbers(part("word/numbering.xml"), part("word/styles.xml"))
        self._body = word.part(packed, "word/document.xml").find(f"{W}body")
        if self._body is None:
            raise ValueError("not a document")
        self._found: dict[str, int] = {}
        self._fonts: dict[str, set] = {"vni": set(), "tcvn3": set()}
        self._boxes: list[str] = []
        self._letters = self._cells = 0
        self._held: list[list] = []  # of a paragraph whose end was deleted: it goes on in the next
        self._blocks: list[dict] = []
        self._pages = _pages(part("docProps/app.xml"))
        self._count("objects", sum(name.startswith("word/embeddings/") for name in names))

    def told(self) -> dict:
        self._walk(self._body, self._blocks)
        last = self._body.find(f"{W}sectPr")
        return {
            "across": last is not None and _across(last), "blocks": self._blocks, "found": self._found, "pages": self._pages, "boxes": self._boxes[:5],
            "fonts": {coding: sorted(names)[:5] for coding, names in self._fonts.items() if names},
        }  # fmt: skip

    def _walk(self, element, into: list[dict]) -> None:
        for child in element:
            if len(self._blocks) >= _MOST_BLOCKS or self._letters >= _MOST_LETTERS:
                self._found["cut"] = 1
                return
            name = _name(child)
            if name == "p":
                self._paragraph(child, into)
            elif name == "tbl":
                self._let_go(into)
                into.append(self._table(child))
            elif name in _WRAPS:
                self._walk(child, into)
        self._let_go(into)

    def _let_go(self, into: list[dict]) -> None:
        """What waits for the next paragraph is one by itself where there is none."""
        if self._held:
            into.append({"runs": self._held, "align": "left", "label": "", "section": None})
            self._held = []

    def _paragraph(self, element, into: list[dict]) -> None:
        own = element.find(f"{W}pPr")
        runs, self._held = self._held, []
        for text, bold, italic in self._runs(element, own):
            if runs and runs[-1][1:] == [bold, italic]:
                runs[-1][0] += text
            elif text:
                runs.append([text, bold, italic])
        if own is not None and own.find(f"{W}rPr/{W}del") is not None:
            self._held = runs
            return
        looks = self._styles.paragraph(own)
        section = own.find(f"{W}sectPr") if own is not None else None
        into.append({
            "runs": runs, "align": looks.get("align", "left"),
            "label": self._numbers.label(own) if any(one[0].strip() for one in runs) else "",
            "section": _across(section) if section is not None else None,
        })  # fmt: skip

    def _runs(self, element, own):
        for child in element:
            name = _name(child)
            if name == "r":
                yield from self._run(child, own)
            elif name in ("del", "moveFrom"):
                self._count("deleted")
            elif name in _LEFT_OUT:
                self._count(_LEFT_OUT[name])
            elif name in _WRAPS:
                if name in ("ins", "moveTo"):
                    self._count("inserted")
                yield from self._runs(child, own)

    def _run(self, run, own):
        looks = self._styles.run(own, run.find(f"{W}rPr"))
        text, font = "", looks.get("font", "")
        for child in run:
            text += self._piece(child)
        if not text:
            return
        if looks.get("vanish"):
            self._count("hidden")
            return
        if coding := coding_of(font):
            self._fonts[coding].add(font)
            text = unicode_of(text, font)
        elif font in _BULLETS:
            text = "-"
        if looks.get("caps"):
            text = text.upper()
        text = text[: max(_MOST_LETTERS - self._letters, 0)]
        self._letters += len(text)
        yield text, bool(looks.get("b")), bool(looks.get("i"))

    def _piece(self, child) -> str:
        name = _name(child)
        if name == "t":
            return child.text or ""
        if name == "sym":
            return "-"
        if name == "AlternateContent" or name in _LEFT_OUT:
            boxes = child.findall(f".//{W}txbxContent")[:1]
            if boxes:
                self._box(boxes[0])
            else:
                kind = _LEFT_OUT.get(name, "pictures")
                self._count("shapes" if kind == "pictures" and not _shows_a_picture(child) else kind)
            return ""
        return {"tab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}.get(name, "")

    def _box(self, content) -> None:
        self._count("boxes")
        text = " ".join("".join(one.text or "" for one in content.iter(f"{W}t")).split())
        if text:
            self._boxes.append(text[:80])

    def _table(self, table) -> dict:
        rows, aligns, heads = [], [], 0
        for row in _inside(table, "tr"):
            mark = row.find(f"{W}trPr")
            if mark is not None and mark.find(f"{W}del") is not None:
                self._count("deleted")
                continue
            cells = self._row(row)
            if self._cells > _MOST_CELLS:
                self._found["cut"] = 1
                break
            heads += len(rows) == 0 and mark is not None and mark.find(f"{W}tblHeader") is not None
            rows.append([cell for cell, _ in cells])
            aligns.append([align for _, align in cells])
        if len({len(row) for row in rows}) > 1:
            self._count("uneven")
        return {"rows": rows, "aligns": aligns, "head": heads}

    def _row(self, row) -> list[tuple[list[dict], str]]:
        cells: list[tuple[list[dict], str]] = []
        for cell in _inside(row, "tc"):
            properties = cell.find(f"{W}tcPr")
            goes_on = properties is not None and properties.find(f"{W}vMerge") is not None
            span = value_of(properties, "gridSpan") or "1"
            wide = min(max(int(span), 1), 60) if span.isdigit() and len(span) < 4 else 1
            if goes_on or wide > 1:
                self._count("merged")
            inside: list[dict] = []
            self._walk(cell, inside)
            for nested in [one for one in inside if "rows" in one]:
                self._count("nested")
                at = inside.index(nested)
                inside[at : at + 1] = [p for line in nested["rows"] for one in line for p in one]
            self._cells += wide
            align = next((one["align"] for one in inside if one["runs"]), "left")
            cells += [(inside, align), *[([], align)] * (wide - 1)]
        return cells

    def _count(self, what: str, number: int = 1) -> None:
        if number:
            self._found[what] = self._found.get(what, 0) + number


def _shows_a_picture(element) -> bool:
    """Else it is drawn of lines: the one below a name, a frame."""
    return any(_name(one) in ("blip", "imagedata") for one in element.iter())


def _inside(element, name: str):
    """Rows of a table, cells of a row: also those that a control or a change wraps."""
    for child in element:
        if _name(child) == name:
            yield child
        elif _name(child) in _WRAPS:
            yield from _inside(child, name)


def _name(element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _across(section) -> bool:
    size = section.find(f"{W}pgSz")
    return size is not None and size.get(f"{W}orient") == "landscape"


def _pages(root) -> int:
    said = "".join(one.text or "" for one in root.iter("{*}Pages"))
    return int(said) if re.fullmatch(r"\d{1,6}", said) else 0
