"""The content of a paper from Word as blocks: what stands above the signature, and the appendices below it."""

import re
from collections.abc import Iterable, Iterator

from documents.layout.blocks import (
    LONGEST,
    Appendix,
    Block,
    Paragraph,
    Run,
    Table,
    as_text,
    blocks,
    marked,
    plain,
)
from documents.layout.word_lines import Grid, Line, broken
from orgs.kinds import KINDS
from ui.text import fold

STATE = "cong hoa xa hoi chu nghia viet nam"
NAMES = {fold(name): code for code, (name, _) in KINDS.items()}
LABELLED = re.compile(
    r"(Điều \d+[a-zđ]?\.|\d+(?:\.\d+)*\.|[a-zđ]\)|[-–+•]|[IVXLC]+\.|(?:Phần|Chương|Mục) [IVXLC\d]+)(?:\s|$)"
)
_APPENDIX = re.compile(r"phu luc(?: (?:so )?[ivxlc\d]+)?\.?$")
_NOTE = ("(kem theo", "(ban hanh kem")
_END = "./."
_MOST_COLUMNS = 40  # as blocks.py has it: what has more is no table there


def content_of(items: list, behind: list, across: bool, found: dict) -> str:
    """The text of a draft. `behind`: what stands behind the signature; `across`: whether the last page lies on its side;
    `found` counts what could not be kept."""
    body = [*_ended([*_body(items, found)])]
    for appendix, rest in _appendices(behind, across, found):
        body += [appendix] if appendix else []
        body += _ended([*_body(rest, found)])
    text = as_text(
        blocks(as_text(body))
    )  # together they say more: a line in capitals below "Chương I" is its title
    return _fitting(body, text, found)


def _appendices(items: list, across: bool, found: dict) -> Iterator[tuple[Appendix | None, list]]:
    """What stands behind the signature, cut where a "Phụ lục" or a text of its own kind begins."""
    starts = [n for n, item in enumerate(items) if _begins(item)]
    if items[: starts[0]] if starts else items:
        yield None, items[: starts[0]] if starts else items
    for n, start in enumerate(starts):
        title, at = _title(items, start)
        rest = items[at : starts[n + 1] if n + 1 < len(starts) else len(items)]
        turn = next((one.across for one in rest if isinstance(one, Line) and one.across is not None), across)
        found["appendices"] = found.get("appendices", 0) + 1
        yield Appendix(" ".join(title.split()), bool(turn)), rest


def _begins(item: Line | Grid) -> bool:
    if isinstance(item, Grid):
        return STATE in item.said
    return bool(_APPENDIX.match(fold(item.text))) and (item.centred or item.bold)


def _title(items: list, start: int) -> tuple[str, int]:
    """The lines in the middle below its first, without "(Kèm theo …)"; where they end."""
    at, title = start + 1, []
    while at < len(items) and isinstance(items[at], Line) and (items[at].centred or not items[at].text):
        text = items[at].text
        at += 1
        if fold(text).startswith(_NOTE):
            while (
                not text.endswith(")")
                and at < len(items)
                and isinstance(items[at], Line)
                and items[at].centred
            ):
                text, at = items[at].text, at + 1
            break
        # A text of its own kind says it in capitals, and the title of an appendix as words.
        title.append(KINDS[NAMES[fold(text)]][0] if not title and fold(text) in NAMES else text)
    return " ".join(title), at


def _body(items: Iterable[Line | Grid], found: dict) -> Iterator[Block]:
    for item in items:
        if isinstance(item, Grid):
            yield from _table(item, found)
        else:
            if item.centred and item.text and not item.text.isupper() and not LABELLED.match(item.text):
                found["centred"] = found.get("centred", 0) + 1
            for text in _marked_lines(item.runs):
                yield from blocks(_plain_start(text))


def _marked_lines(runs: tuple[Run, ...]) -> list[str]:
    """Text with marks, one for each line that was broken; bold that the layout gives anyway is not marked."""
    found = []
    for line in broken(runs):
        text = "".join(run.text for run in line).strip()
        if not text:
            continue
        label = LABELLED.match(text)
        if (label and (label[1][0] in "IVXLCPM" or label[1].startswith(("Điều", "Chương")))) or (
            text.isupper() and all(run.bold for run in line if run.text.strip())
        ):
            line = [Run(run.text, False, run.italic) for run in line]
        found.append(" ".join(marked(_joined(line)).split()))
    return found


def _joined(line: list[Run]) -> list[Run]:
    """Runs of one look together; a blank between two takes the look of the first."""
    found: list[Run] = []
    for run in line:
        if found and (not run.text.strip() or (found[-1].bold, found[-1].italic) == (run.bold, run.italic)):
            found[-1] = Run(found[-1].text + run.text, found[-1].bold, found[-1].italic)
        elif run.text:
            found.append(run)
    return found


def _plain_start(text: str) -> str:
    """What begins a table, a picture or an appendix here began none there."""
    return f"– {text}" if text.startswith(("|", "===", "![")) else text


def _table(grid: Grid, found: dict) -> Iterator[Block]:
    columns = max(map(len, grid.rows), default=0)
    if not any(True for _ in grid.lines):
        return
    if columns == 1:  # a frame around some lines
        yield from _body(grid.lines, found)
        return
    if columns > _MOST_COLUMNS:
        found["wide"] = found.get("wide", 0) + 1
        for row in grid.rows:
            yield from blocks("; ".join(one for cell in row if (one := _cell(cell).replace("\n", " "))))
        return
    rows = [[_cell(cell) for cell in row] + [""] * (columns - len(row)) for row in grid.rows]
    first = [line for cell in grid.rows[0] for line in cell if line.text]
    head = 1 if len(rows) > 1 and (grid.head or (first and all(line.bold for line in first))) else 0
    if head:
        rows[0] = [plain(cell) for cell in rows[0]]
    align = tuple(_align(grid.aligns, column, head) for column in range(columns))
    yield Table(tuple(map(tuple, rows)), head, align)


def _cell(lines: list[Line]) -> str:
    return "\n".join(text for line in lines for text in _marked_lines(line.runs))


def _align(aligns: list[list[str]], column: int, head: int) -> str:
    said = [row[column] for row in aligns[head:] if column < len(row)]
    usual = max(set(said), key=said.count, default="left")
    return {"center": "centre", "right": "right", "end": "right"}.get(usual, "left")


def _ended(body: list[Block]) -> list[Block]:
    """The "./." at the end is put there by the layout."""
    last = body[-1] if body else None
    if not isinstance(last, Paragraph) or not last.text.endswith(_END):
        return body
    text = last.text.removesuffix(_END).rstrip()
    if not text and not last.label:
        return body[:-1]
    return [*body[:-1], Paragraph(last.kind, last.label, f"{text}.")]


def _fitting(body: list[Block], text: str, found: dict) -> str:
    """As many blocks as the field takes."""
    if len(text) <= LONGEST:
        return text
    found["long"] = len(text)
    kept, length = [], 0
    for block in body:
        length += len(as_text([block])) + 2
        if length > LONGEST:
            break
        kept.append(block)
    return as_text(kept)
