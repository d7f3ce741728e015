"""What a line looks like beside what it may look like."""

from collections.abc import Iterable, Iterator

from ..content import edges
from ..findings import Found
from ..values import CENTRE, SIZE, Line, Paper
from ..words import figure

_WIDE = 100.0  # mm


def looks(
    lines: Iterable[Line | None], what: str, *, sizes: tuple[float, float] | None = None, bold: bool | None = None,
    italic: bool | None = None, caps: bool | None = None,
) -> Iterator[Found]:  # fmt: skip
    """One finding a line that differs, naming all that differs. What cannot be told (letters of two kinds, a field laid
    over the page) is no difference."""
    for line in lines:
        if line is None or not line.drawn:
            continue
        wrong = []
        if sizes and line.size and not sizes[0] - SIZE <= line.size <= sizes[1] + SIZE:
            wrong.append(f"cỡ {figure(line.size)}")
        for asked, seen, yes, no in (
            (bold, line.bold, "chữ đậm", "chữ không đậm"), (italic, line.italic, "chữ nghiêng", "chữ không nghiêng"),
            (caps, line.caps, "chữ in hoa", "không in hoa"),
        ):  # fmt: skip
            if asked is not None and seen is not None and seen is not asked:
                wrong.append(yes if seen else no)
        if wrong:
            yield Found(f"{what} “{short(line.text)}”: {', '.join(wrong)}.", line)


def short(text: str, most: int = 60) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def middle(paper: Paper) -> tuple[float, float]:
    """Between which two places (mm) the middle of the text must lie: that of the edges as measured, else of all allowed."""
    lines = [line for one in (*paper.parts.bases, *paper.parts.body) for line in one.lines]
    sides = edges([[line] for line in lines])
    if sides is None:
        return 112.5 - 2.5 - CENTRE, 112.5 + 2.5 + CENTRE
    # Where most of the content stands further in (a list), the edge is that of the few lines that do not.
    outer = min(sides[0], *(line.left for line in lines if line.wide > _WIDE))
    low, high = (outer + sides[1]) / 2 - CENTRE, sum(sides) / 2 + CENTRE
    # Where its text ends is known only of a page laid out here; the middle of the page and of the margins allowed are one, too.
    return (min(low, 105 - CENTRE), max(high, 112.5 + CENTRE)) if paper.foreign else (low, high)


def off_centre(line: Line | None, low: float, high: float, what: str, of: str) -> Iterator[Found]:
    if line is not None and not low <= line.centre <= high:
        away = line.centre - (low + high) / 2
        side = "phải" if away > 0 else "trái"
        yield Found(f"{what} “{short(line.text)}” lệch {figure(abs(away))} mm sang {side} so với {of}.", line)
