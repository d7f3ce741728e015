"""What was read in a Word file as lines and grids, before it is known what each of them is."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from documents.layout.blocks import Run
from ui.text import fold


@dataclass
class Line:
    """A paragraph: `runs` with its number before them."""

    runs: tuple[Run, ...]
    centred: bool
    across: bool | None  # of the section that ends here

    @property
    def text(self) -> str:
        return " ".join("".join(run.text for run in self.runs).split())

    @property
    def italic(self) -> bool:
        return all(run.italic for run in self.runs if run.text.strip())

    @property
    def bold(self) -> bool:
        return all(run.bold for run in self.runs if run.text.strip())


@dataclass
class Grid:
    """A table: lines of each cell."""

    rows: list[list[list[Line]]]
    aligns: list[list[str]]
    head: int

    @property
    def lines(self) -> Iterator[Line]:
        return (line for row in self.rows for cell in row for line in cell if line.text)

    @property
    def said(self) -> str:
        return fold(" ".join(line.text for line in self.lines))


def items_of(block: dict) -> list[Line | Grid]:
    """One, or of words in the middle of the page one for each of their lines."""
    item = _item(block)
    if isinstance(item, Grid) or not item.centred:
        return [item]
    return [Line(tuple(line), True, item.across) for line in broken(item.runs)]


def _item(block: dict) -> Line | Grid:
    if "rows" in block:
        rows = [[[_item(one) for one in cell if "runs" in one] for cell in row] for row in block["rows"]]
        return Grid(rows, block["aligns"], block["head"])
    runs = [Run(_clean(text), bold, italic) for text, bold, italic in block["runs"]]
    if block["label"]:
        runs.insert(0, Run(_clean(block["label"]) + " "))
    return Line(tuple(runs), block["align"] == "center", block["section"])


def _clean(text: str) -> str:
    kept = "".join(
        " " if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp", "Co") and c != "\n" else c for c in text
    )
    return unicodedata.normalize("NFC", kept)


def broken(runs: tuple[Run, ...]) -> list[list[Run]]:
    """The runs of each line that was broken by hand."""
    lines: list[list[Run]] = [[]]
    for run in runs:
        for count, part in enumerate(run.text.split("\n")):
            if count:
                lines.append([])
            lines[-1].append(Run(part, run.bold, run.italic))
    return lines
