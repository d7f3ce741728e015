"""A ruled book drawn straight into PDF, A4 on its side: as many lines as there are, in the memory of one page.

WeasyPrint lays out a page of a table in 40 ms and holds the whole of it; a year's register has four thousand. Here a line
is wrapped, drawn and packed as it comes. The cover is WeasyPrint's, and so is the PDF/A-2b that the pages are added to.
"""

import io
import zlib
from collections.abc import Sequence

import pikepdf
from pikepdf import Array, Dictionary, Name

from .hand import NOTHING, Hand

_MM = 72 / 25.4
WIDE, HIGH = 297 * _MM, 210 * _MM
_LEFT, _RIGHT, _TOP, _BOTTOM = 25 * _MM, 12 * _MM, 20 * _MM, 16 * _MM
_SIZE, _LEADING, _PAD_X, _PAD_Y = 10, 12, 3.5, 3
_SMALL = 9
_GAP = 8  # between the words of the running head
_PUSHED = 0.5  # of a page: a line that is higher is broken over two, a lower one begins the next


class Ruled:
    """Pages with one grid: the words of the columns and their numbers (1), (2) … stand at the head of each."""

    def __init__(self, cover: bytes, columns: Sequence[tuple[str, float]], *, running: tuple[str, str, str]):
        """`cover`: a PDF the pages follow; `columns`: words and width, in any one unit; `running`: what stands left,
        in the middle and right above each table."""
        self._file = pikepdf.open(io.BytesIO(cover))
        whole = sum(width for _, width in columns)
        inner = WIDE - _LEFT - _RIGHT
        self._widths = [inner * width / whole for _, width in columns]
        self._plain, self._bold = Hand("Regular"), Hand("Bold")
        self._head = self._head_of([words for words, _ in columns])
        self._running = self._beside_each_other(*running)
        self._pages: list[bytes] = []
        self._drawn: list[str] = []
        self._y = 0.0
        self._begin_page()

    def add(self, cells: Sequence[str], *, least: int = 1) -> None:
        """One line of the book, as high as so many lines of words at the `least`: room for a hand. What is too high for a
        page goes on on the next."""
        lines = [
            self._plain.wrap(text, width - 2 * _PAD_X)
            for text, width in zip(cells, self._widths, strict=True)
        ]
        lines[0] += [""] * (least - len(lines[0]))
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
            self._words(self._plain, NOTHING, _LEFT, self._y - _LEADING)
        self._pages.append(self._packed())
        fonts = Dictionary(F1=self._plain.embedded(self._file), F2=self._bold.embedded(self._file))
        resources = self._file.make_indirect(Dictionary(Font=fonts))
        for number, content in enumerate(self._pages, start=1):
            said = f"Trang {number}/{len(self._pages)}"
            # The letters of a page number are in every font that was embedded: see `Hand`.
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

    def _beside_each_other(self, left: str, middle: str, right: str) -> list[tuple["Hand", str, float]]:
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

    def _row(self, lines: list[list[str]], *, hand: "Hand | None" = None, centred: bool = False) -> None:
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

    def _words(self, hand: "Hand", text: str, x: float, y: float, size: float = _SIZE) -> None:
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
