"""The numbers of decree 30/2020, Appendix I, held against what stands on a page: millimetres from its top left, points.

Read by PDFium, judged here: nothing of the layout and nothing of the checker is asked. Each failure names the box.
"""

import itertools
import re
from typing import NamedTuple

from documents.pdf.reading import measured

MM = 25.4 / 72
LEFT, RIGHT, TOP, BOTTOM = 30, 195, 20, 277  # the text area: margins 30, 15, 20, 20
MIDDLE = (LEFT + RIGHT) / 2
STATE = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"
URGENT = {1: ("KHẨN", 20), 2: ("THƯỢNG KHẨN", 40), 3: ("HỎA TỐC", 30)}
ROOM = 25  # mm between a power and a name


class Words(NamedTuple):
    """Words of one line, as far as they stand together."""

    text: str
    left: float
    right: float
    base: float
    size: float
    bold: bool
    italic: bool
    colour: str
    page: int

    @property
    def centre(self) -> float:
        return (self.left + self.right) / 2

    @property
    def wide(self) -> float:
        return self.right - self.left


class Paper:
    def __init__(self, pdf: bytes):
        self.raw = measured(pdf)
        self.pages = self.raw["pages"]
        self.words = [one for number in range(len(self.pages)) for one in self._words(number)]

    def _words(self, number: int) -> list[Words]:
        rows: list[list] = []
        for text, font, size, colour, left, right, base, _ in sorted(
            self.pages[number]["runs"], key=lambda run: (round(run[6], 1), run[4])
        ):
            face = self.raw["fonts"][font]
            right -= (len(text) - len(text.rstrip())) * size * MM / 4
            near = rows and abs(rows[-1][3] - base) < 0.3 and left - rows[-1][2] < 3
            same = near and rows[-1][4:7] == [size, face["bold"], face["italic"]]
            if same:
                rows[-1][0] += (
                    " " if left - rows[-1][2] > 0.5 and not rows[-1][0].endswith(" ") else ""
                ) + text
                rows[-1][2] = right
            else:
                rows.append([text, left, right, base, size, face["bold"], face["italic"], colour])
        return [Words(row[0].strip(), *row[1:], number + 1) for row in rows if row[0].strip()]

    def find(self, pattern: str, page: int = 0) -> list[Words]:
        return [one for one in self.words if re.search(pattern, one.text) and (not page or one.page == page)]

    def one(self, pattern: str, page: int = 0) -> Words:
        found = self.find(pattern, page)
        assert found, f"not on the paper: {pattern}"
        return found[0]

    def line_below(self, words: Words, within: float = 5) -> tuple[float, float, float]:
        """(left, right, height) of the drawn line nearest below the words."""
        below = [
            (top, left, right)
            for left, top, right, bottom, *_ in self.pages[words.page - 1]["lines"]
            if bottom - top < 1 and words.base < top < words.base + within and left < words.centre < right
        ]
        assert below, f"no line below: {words.text}"
        top, left, right = min(below)
        return left, right, top


def near(value: float, wanted: float, by: float, what: str) -> None:
    assert abs(value - wanted) <= by, f"{what}: {value:.1f}, not {wanted:.1f} ± {by}"


def looks(words: Words, what: str, *, size: tuple[float, float], bold=False, italic=False, caps=None) -> None:
    assert size[0] - 0.05 <= words.size <= size[1] + 0.05, f"{what} is of {words.size} points"
    assert (words.bold, words.italic) == (bold, italic), f"{what}: bold {words.bold}, italic {words.italic}"
    if caps is not None:
        assert words.text.isupper() == caps, f"{what}: capitals {not caps}"


def third_to_half(line: tuple[float, float, float], words: Words, what: str) -> None:
    share = (line[1] - line[0]) / words.wide
    assert 1 / 3 <= share <= 1 / 2 + 0.005, f"line below {what} is {share:.2f} of it"
    near((line[0] + line[1]) / 2, words.centre, 1, f"middle of the line below {what}")


def letterhead(paper: Paper, page, number: int = 1) -> tuple[Words, Words]:
    """Boxes 1 and 2; (the state's name, the last line of the issuer's name)."""
    state, motto = paper.one(f"^{STATE}$", number), paper.one(f"^{MOTTO}$", number)
    looks(state, "box 1", size=(12, 13), bold=True, caps=True)
    looks(motto, "box 1, motto", size=(13, 14), bold=True)
    near(state.base, TOP + 4, 1.2, "first line of the page")
    near(state.centre, 147, 3, "middle of box 1")
    near(motto.centre, state.centre, 0.6, "middle of the motto")
    assert 4.5 < motto.base - state.base < 6.5, "the two lines of box 1 are single spaced"
    line = paper.line_below(motto)
    near(line[1] - line[0], motto.wide, 0.05 * motto.wide, "line below the motto")
    head = page.letterhead
    if head.superior:
        superior = paper.one(f"^{re.escape(head.superior)}$", number)
        looks(superior, "box 2, above", size=(12, 13), caps=True)
        near(superior.base, state.base, 0.5, "level of box 2")
    names = [paper.one(f"^{re.escape(name)}$", number) for name in head.name_lines]
    for name in names:
        looks(name, "box 2", size=(12, 13), bold=True, caps=True)
        near(name.centre, 64.7, 3, "middle of box 2")
    third_to_half(paper.line_below(names[-1]), names[-1], "box 2")
    return state, names[-1]


def number_and_date(paper: Paper, page, state: Words, issuer: Words) -> None:
    number = paper.one("^Số: ", 1)
    assert number.text == f"Số: {page.number}/{page.notation}"
    looks(number, "box 3", size=(13, 13))
    near(number.centre, issuer.centre, 1.5, "middle of box 3")
    days = paper.find("^Hà Nội, ngày", 1)
    if page.kind_code == "BB":
        assert not days, "minutes have no place and date"
        return
    day = days[0]
    assert day.text == "Hà Nội, ngày 05 tháng 01 năm 2026"
    looks(day, "box 4", size=(13, 14), italic=True)
    near(day.centre, state.centre, 3, "middle of box 4")
    near(day.base, number.base, 0.3, "boxes 3 and 4 on one line")


def title(paper: Paper, page, issuer: Words) -> None:
    if page.kind_code == "CV":
        about = paper.one("^V/v ", 1)
        looks(about, "box 5b", size=(12, 13))
        near(about.centre, issuer.centre, 3, "middle of box 5b")
        number = paper.one("^Số: ", 1)
        assert (about.base - number.base) / MM - about.size >= 6, "6 points above box 5b"
        return
    last = None
    if page.kind_code != "TCg":
        last = paper.one(f"^{re.escape(page.kind_name.upper())}$", 1)
        looks(last, "box 5a", size=(13, 14), bold=True, caps=True)
        near(last.centre, MIDDLE, 0.6, "middle of box 5a")
    if page.kind_code not in ("GGT", "GNP"):
        words = page.subject.split()
        subject = [
            one for one in paper.words
            if one.page == 1 and one.bold and not one.text.isupper() and set(one.text.split()) <= set(words) and 100 < one.centre < 125
        ]  # fmt: skip
        assert " ".join(" ".join(one.text for one in subject).split()) == page.subject
        for one in subject:
            looks(one, "box 5a, subject", size=(13, 14), bold=True)
            near(one.centre, MIDDLE, 0.6, "middle of the subject")
        assert len(subject) <= 3, "the subject takes more than three lines"
        last = subject[-1]
    third_to_half(paper.line_below(last), last, "box 5a")


def content(paper: Paper) -> None:
    """Margins, size, indent, pitch and gaps of what is written in the measure of the page."""
    for one in paper.words:
        sheet = paper.pages[one.page - 1]
        right, bottom = sheet["width"] - 15, sheet["height"] - 20
        assert one.left >= LEFT - 0.3 and one.right <= right + 0.6, f"over the margin: {one.text}"
        assert one.base <= bottom + 0.1, f"below the margin: {one.text}"
    named = {(one.page, one.base) for one in paper.words if one.bold}  # "Điều 1." and what follows it
    rows = [
        one for one in paper.words
        if one.size == 14 and not one.bold and one.wide > 100 and paper.pages[one.page - 1]["width"] < 211
        and (one.page, one.base) not in named and not one.text.startswith(("(Kèm theo", "Kính gửi"))
    ]  # fmt: skip
    assert rows, "no line of the content"
    for one in rows:
        assert one.left < LEFT + 0.4 or abs(one.left - LEFT - 12.7) < 0.5, f"indent of {one.text}"
    full = [one.right > RIGHT - 0.5 for one in paper.words if one.size == 14 and not one.bold]
    assert any(full), "no line reaches the right margin: the content is not set to both"
    column = [
        one for one in paper.words
        if one.size == 14 and not one.bold and one.left < LEFT + 14 and paper.pages[one.page - 1]["width"] < 211
        and (one.page, one.base) not in named
    ]  # fmt: skip
    for above, below in itertools.pairwise(column):
        pitch = (below.base - above.base) / MM
        if above.page != below.page or above.italic != below.italic or not 0 < pitch < 35:
            continue
        if below.left < LEFT + 0.4:
            assert 1.1 <= pitch / 14 <= 1.75, f"pitch {pitch / 14:.2f} at {below.text}"
        elif abs(below.left - LEFT - 12.7) < 0.5:
            assert pitch >= 14 * 1.1 + 6 - 0.3, f"less than 6 points above {below.text}"


def foot(paper: Paper, page) -> None:
    """Boxes 7 and 9b."""
    name = [one for one in paper.find(f"^{re.escape(page.block.name)}$") if one.bold][-1]
    looks(name, "box 7b", size=(13, 14), bold=True)
    above = [paper.find(f"^{re.escape(line)}$", name.page)[-1] for line in page.block.lines]
    for one in above:
        looks(one, "box 7a", size=(13, 14), bold=True, caps=True)
        near(one.centre, name.centre, 0.6, "middle of box 7")
    assert name.left > MIDDLE, "box 7 is in the right half"
    assert name.base - above[-1].base >= ROOM, f"{name.base - above[-1].base:.1f} mm for a signature"
    to = paper.one("^Nơi nhận:$", name.page)
    looks(to, "box 9b", size=(12, 12), bold=True, italic=True)
    near(to.left, LEFT, 0.5, "left edge of box 9b")
    if page.beside is None:
        near(to.base, above[0].base, 2, "box 9b on the level of box 7a")
    else:
        other = paper.find(f"^{re.escape(page.beside.name)}$", name.page)[-1]
        looks(other, "who signs at the left", size=(13, 14), bold=True)
        assert other.right < MIDDLE and to.base > other.base
        near(other.base, name.base, 1, "both names on one level")
    listed = [
        one
        for one in paper.words
        if one.page == name.page and to.base < one.base and one.text.startswith("- ")
    ]
    assert listed and re.match(r"^- Lưu: VT\b", listed[-1].text)
    for one in listed:
        looks(one, "list of box 9b", size=(11, 11))
        near(one.left, LEFT, 0.5, "left edge of the list")
    assert all(one.text.endswith(";") for one in listed[:-1] if one.right < 100)


def marks(paper: Paper, page) -> None:
    """Boxes 10b, 11 and 13."""
    if page.urgency:
        word, wide = URGENT[page.urgency]
        mark = paper.one(f"^{word}$", 1)
        looks(mark, "box 10b", size=(13, 14), bold=True)
        assert mark.colour == "e30613", "the mark of urgency is red"
        frame = _frame_around(paper, mark)
        near(frame[2] - frame[0], wide, 0.6, "width of box 10b")
        near(frame[3] - frame[1], 8, 0.6, "height of box 10b")
        assert mark.centre < MIDDLE
    if page.circulation:
        mark = paper.one(f"^{page.circulation.upper()}$", 1)
        looks(mark, "box 11", size=(13, 14), bold=True, caps=True)
        frame = _frame_around(paper, mark)
        assert frame[3] < TOP and frame[0] > MIDDLE, "box 11 stands in the top margin, right of the middle"
    if page.contact:
        first = paper.one("^Địa chỉ", 1)
        looks(first, "box 13", size=(11, 12))
        lines = [line for line in paper.pages[0]["lines"] if line[2] - line[0] > 164 and line[1] < first.base]
        assert lines and first.base > 255, "box 13 stands below a full line at the foot of page 1"
        assert not paper.find("^Địa chỉ", 2)


def _frame_around(paper: Paper, words: Words) -> tuple[float, float, float, float]:
    around = [
        frame[:4] for frame in paper.pages[words.page - 1]["frames"]
        if frame[0] < words.left and frame[2] > words.right and frame[1] < words.base < frame[3]
    ]  # fmt: skip
    assert around, f"no frame around {words.text}"
    return min(around, key=lambda frame: frame[2] - frame[0])


def page_numbers(paper: Paper) -> None:
    """Hidden on the first page of the paper and of each appendix; each counts for itself."""
    expected = 1
    for number, _ in enumerate(paper.pages, start=1):
        begins = number == 1 or paper.find(r"^Phụ lục\b", number) or paper.find(f"^{STATE}$", number)
        expected = 1 if begins else expected + 1
        shown = [one for one in paper.words if one.page == number and one.base < TOP and one.text.isdigit()]
        if begins:
            assert not shown, f"page {number} shows its number"
            continue
        assert [one.text for one in shown] == [str(expected)], f"page {number} says {shown}"
        looks(shown[0], "number of a page", size=(13, 14))
        near(
            shown[0].centre,
            (LEFT + paper.pages[number - 1]["width"] - 15) / 2,
            0.6,
            "middle of a page number",
        )


def hold(pdf: bytes, page) -> Paper:
    """Every box of the paper against the law; AssertionError names the first that is wrong."""
    paper = Paper(pdf)
    near(paper.pages[0]["width"], 210, 0.3, "width of the page")
    near(paper.pages[0]["height"], 297, 0.3, "height of the page")
    assert all(face["name"].startswith("Tinos") for face in paper.raw["fonts"]), "another font"
    state, issuer = letterhead(paper, page)
    number_and_date(paper, page, state, issuer)
    title(paper, page, issuer)
    content(paper)
    foot(paper, page)
    marks(paper, page)
    page_numbers(paper)
    return paper
