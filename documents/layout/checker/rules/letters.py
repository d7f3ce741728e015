"""G07 to G09: fonts, codes and colours of the letters."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator

from ..findings import Found
from ..sheets import dark
from ..values import Line, Paper

_SCRIPTS = "\u2e80"  # from here on letters that no face of the decree has
_SIGNED = re.compile(
    r"^(Ký bởi|Người ký|Ngày ký|Thời gian ký|Cơ quan:|Email:|Digitally|Signature|Signed by|Date:)",
    re.IGNORECASE,
)
_FEW, _FEW_OLD = 20, 8  # letters: fewer in another font are a mark, not text


def fonts(paper: Paper) -> Iterator[Found]:
    for name, (count, line) in _others(
        paper, lambda font: not (font.times or font.symbol or font.old_code or font.nameless)
    ).items():
        yield Found(f"{count} chữ dùng phông {name}.", line)


def old_codes(paper: Paper) -> Iterator[Found]:
    for name, (count, line) in _others(paper, lambda font: font.old_code, _FEW_OLD).items():
        yield Found(f"{count} chữ dùng phông {name} (bảng mã cũ).", line)


def _others(paper: Paper, is_other, few: int = _FEW) -> dict[str, tuple[int, Line]]:
    counts: Counter = Counter()
    first: dict[str, Line] = {}
    for line in _text(paper):
        for span in line.drawn:
            letters = sum(char.isalpha() and char < _SCRIPTS for char in span.text)
            if letters and is_other(span.font):
                name = span.font.name.split(",")[0].split("-Bold")[0].split("-Italic")[0] or "không tên"
                counts[name] += letters
                first.setdefault(name, line)
    return {name: (count, first[name]) for name, count in counts.most_common() if count >= few}


def _text(paper: Paper) -> list[Line]:
    """Lines of the paper itself: what a signature or a stamp writes over it, or beside it in the margins, is not."""
    scanned = {sheet.number for sheet in paper.sheets if sheet.scanned}
    heights = {sheet.number: sheet.height for sheet in paper.sheets}
    added = set(map(id, paper.parts.attached))  # lists and forms are made by others
    return [
        line for line in paper.lines
        if id(line) not in added and line.page not in scanned and line.size > 8.5 and (not paper.placed or 18 < line.base < heights[line.page] - 14)
        and not _SIGNED.match(line.text) and not _drawn_beside(paper, line)
    ]  # fmt: skip


def _drawn_beside(paper: Paper, line: Line) -> bool:
    """In a table or a drawing of another's making: put in, not written here."""
    return paper.foreign and paper.placed and paper.sheets[line.page - 1].in_table(line)


def colours(paper: Paper) -> Iterator[Found]:
    lines = [line for one in (*paper.parts.bases, *paper.parts.body) for line in one.lines]
    by_colour: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        if _plain(line) and (colour := _colour(line)) and not (paper.foreign and _blue(colour)):
            by_colour[colour].append(line)
    for colour, some in by_colour.items():
        yield Found(f"{len(some)} dòng có chữ màu #{colour}.", some[0])


def _plain(line: Line) -> bool:
    return "http" not in line.text and "@" not in line.text and "www" not in line.text


def _colour(line: Line) -> str:
    letters: Counter = Counter()
    for span in line.drawn:
        letters[span.colour] += sum(char.isalpha() for char in span.text)
    light = {colour: count for colour, count in letters.items() if not dark(colour)}
    return max(light, key=light.get) if light and sum(light.values()) > 0.5 * sum(letters.values()) else ""


def _blue(colour: str) -> bool:
    """What programs write links in, also the second line of one, which names no address."""
    red, _, blue = (int(colour[i : i + 2], 16) for i in (0, 2, 4))
    return blue >= 0x90 and blue > 2 * red
