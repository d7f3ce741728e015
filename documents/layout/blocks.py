"""The text of a draft as blocks: paragraphs with their numbers, tables, pictures, appendices; and back to text.

A draft's body stays one text field. Whatever is not understood is a plain paragraph; nothing here raises.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from .inline import Run, marked, plain, runs

__all__ = [
    "MOST_CELLS", "Appendix", "Block", "Paragraph", "Picture", "Run", "Table", "as_text", "blocks", "cells", "marked", "plain", "runs",
]  # fmt: skip


@dataclass(frozen=True)
class Paragraph:
    """`kind`: "part" (its label alone), "part_title", "heading" (`I.`), "article" (`Điều 3.`), "clause" (`1.`, `1.2.`),
    "point" (`a)`), "dash" (`-`, `+`) or "plain" (no label). `text` may carry the marks of bold and italic."""

    kind: str
    label: str
    text: str


@dataclass(frozen=True)
class Table:
    """All rows have as many cells as `align` has columns ("left", "centre", "right"); the first `head` (0 or 1) are
    repeated on every page. A cell may have several lines."""

    rows: tuple[tuple[str, ...], ...]
    head: int
    align: tuple[str, ...]


@dataclass(frozen=True)
class Picture:
    """A picture of the draft, named by the hash of its bytes."""

    sha256: str
    caption: str


@dataclass(frozen=True)
class Appendix:
    """What follows it, up to the next one, is a "Phụ lục" that begins a page of its own."""

    title: str
    landscape: bool


Block = Paragraph | Table | Picture | Appendix

_PART = re.compile(r"(?:Phần|Chương|Mục|Tiểu mục) [IVXLC\d]+\.?$")
_LABELS = (
    ("article", re.compile(r"(Điều \d+[a-zđ]?\.)(?:\s+|$)")),
    ("clause", re.compile(r"(\d+(?:\.\d+)*\.)(?:\s+|$)")),
    ("point", re.compile(r"([a-zđ]\))(?:\s+|$)")),
    ("dash", re.compile(r"([-–+•])(?:\s+|$)")),
    ("heading", re.compile(r"([IVXLC]+\.)(?:\s+|$)")),
)
# What begins a paragraph in the midst of lines: a number with words behind it.
_STARTS = re.compile(
    r"\*{0,3}(?:Điều \d+[a-zđ]?\.|\d+(?:\.\d+)*[.)]|[a-zđ]\)|[-–+•]|[IVXLC]+\.)(?:\*{1,3})?\s+\S"
    r"|(?:Phần|Chương|Mục|Tiểu mục) [IVXLC\d]+"
)
_PICTURE = re.compile(r"!\[(.*)\]\(sha256:([0-9a-f]{64})\)$")
_APPENDIX = re.compile(r"===(?:\s+(.*))?$")
_ON_ITS_SIDE = re.compile(r"(?:^|\s)\(khổ ngang\)$")
_BAR = re.compile(r"(?<!\\)\|")
# One dash alone is a cell without a value, not a line under the heading.
_RULE = re.compile(r":?-{2,}:?$|:-:?$|-:$")
_ALIGN = {(False, False): "left", (True, False): "left", (True, True): "centre", (False, True): "right"}
LONGEST = 200_000  # letters of the text of a draft: some eighty pages
_MOST_COLUMNS = 40  # what has more is no table anybody can read
# Cells a paper may have in all: each costs a thousandth of a second on the page.
MOST_CELLS = 5000
_RULES = {"left": "---", "centre": ":-:", "right": "--:"}


def blocks(text: str) -> tuple[Block, ...]:
    """The blocks of a typed text. A blank line or a number at the start of a line begins a paragraph."""
    found: list[Block] = []
    for kind, lines in _groups(text):
        if kind == "table" and (table := _table(lines)):
            found.append(table)
        elif kind in ("picture", "appendix"):
            found.append(_alone(kind, lines[0]))
        else:
            _add_paragraphs(found, lines)
    return tuple(found)


def as_text(found: Iterable[Block]) -> str:
    """The text these are the blocks of, each paragraph on one line."""
    parts: list[str] = []
    for block in found:
        if parts:
            close = isinstance(block, Paragraph) and block.kind == "part_title"
            parts.append("\n" if close else "\n\n")
        parts.append(_written(block))
    return "".join(parts)


def cells(found: Iterable[Block]) -> int:
    """How many cells its tables have."""
    return sum(len(one.rows) * len(one.align) for one in found if isinstance(one, Table))


def _groups(text: str) -> Iterable[tuple[str, list[str]]]:
    """Lines that belong together, with what they are."""
    lines = [line.strip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    for kind, group in groupby(lines, key=_kind_of_line):
        if kind in ("picture", "appendix"):
            yield from ((kind, [line]) for line in group)
        elif kind != "blank":
            yield kind, list(group)


def _kind_of_line(line: str) -> str:
    if not line:
        return "blank"
    if line.startswith("|"):
        return "table"
    if _PICTURE.match(line):
        return "picture"
    return "appendix" if _APPENDIX.match(line) else "text"


def _alone(kind: str, line: str) -> Block:
    if kind == "picture":
        caption, sha256 = _PICTURE.match(line).groups()
        return Picture(sha256, caption.strip())
    title = (_APPENDIX.match(line)[1] or "").strip()
    bare = _ON_ITS_SIDE.sub("", title)
    return Appendix(bare.strip(), landscape=bare != title)


def _add_paragraphs(found: list[Block], lines: list[str]) -> None:
    joined: list[str] = []
    for line in lines:
        before = joined[-1] if joined else ""
        if not joined or _STARTS.match(line) or _PART.match(before) or _title_ended(joined, line):
            joined.append(line)
        else:
            joined[-1] += " " + line
    for line in joined:
        found.append(_paragraph(line, found[-1] if found else None))


def _title_ended(joined: list[str], line: str) -> bool:
    """The title of a part is in capitals: the first line that is not belongs to what follows."""
    return len(joined) > 1 and bool(_PART.match(joined[-2])) and joined[-1].isupper() and not line.isupper()


def _paragraph(line: str, before: Block | None) -> Paragraph:
    if _PART.match(line):
        return Paragraph("part", line, "")
    bare = line.lstrip("*")
    stars = line[: len(line) - len(bare)]
    for kind, pattern in _LABELS if len(stars) <= 3 else ():
        # "**1. Tiêu đề**" and "**1.** Tiêu đề" are the clause 1 as well.
        inner = (
            re.sub(rf"^([^\s*]+(?: \d+[a-zđ]?\.)?){re.escape(stars)}(?=\s)", r"\1", bare) if stars else bare
        )
        if match := pattern.match(inner):
            rest = inner[match.end() :]
            return Paragraph(kind, match[1], rest if inner != bare else stars + rest if rest else "")
    if before and isinstance(before, Paragraph) and before.kind == "part" and line.isupper():
        return Paragraph("part_title", "", line)
    return Paragraph("plain", "", line)


def _table(lines: list[str]) -> Table | None:
    """None where nothing stands in it, or too much side by side."""
    rows = [_cells(line) for line in lines]
    head = int(len(rows) > 1 and all(_RULE.match(cell) for cell in rows[1]))
    marks = rows.pop(1) if head else []
    if not any(cell for row in rows for cell in row):
        return None
    count = max(map(len, rows))
    if count > _MOST_COLUMNS:
        return None
    align = [_ALIGN[mark.startswith(":"), mark.endswith(":")] for mark in marks[:count]]
    align += ["left"] * (count - len(align))
    return Table(tuple(tuple(row + [""] * (count - len(row))) for row in rows), head, tuple(align))


def _cells(line: str) -> list[str]:
    parts = _BAR.split(line[1:])
    if len(parts) > 1 and not parts[-1].strip():
        parts.pop()
    return [" ".join(part.split()).replace(" // ", "\n").replace(r"\|", "|") for part in parts]


def _written(block: Block) -> str:
    if isinstance(block, Paragraph):
        return " ".join(part for part in (block.label, block.text) if part)
    if isinstance(block, Picture):
        return f"![{block.caption}](sha256:{block.sha256})"
    if isinstance(block, Appendix):
        return " ".join(part for part in ("===", block.title, "(khổ ngang)" * block.landscape) if part)
    lines = [
        f"| {' | '.join(cell.replace('|', chr(92) + '|').replace(chr(10), ' // ') for cell in row)} |"
        for row in block.rows
    ]
    if block.head:
        lines.insert(1, f"|{'|'.join(_RULES[align] for align in block.align)}|")
    return "\n".join(lines)
