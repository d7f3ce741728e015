"""Bold and italic within a paragraph or a cell: `**đậm**`, `*nghiêng*`, `\\*` for a star."""

import re
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Run:
    """Letters of one look."""

    text: str
    bold: bool = False
    italic: bool = False


_TOKEN = re.compile(r"\\\*|\*+|[^*\\]+|\\")


def runs(text: str) -> tuple[Run, ...]:
    """The runs of a text; a star that has no partner stays a star."""
    tokens = _paired(_TOKEN.findall(text), text)
    found: list[Run] = []
    bold = italic = False
    for token, is_mark in tokens:
        if is_mark:
            bold, italic = bold ^ (token == "**"), italic ^ (token == "*")
            continue
        if found and (found[-1].bold, found[-1].italic) == (bold, italic):
            found[-1] = Run(found[-1].text + token, bold, italic)
        elif token:
            found.append(Run(token, bold, italic))
    return tuple(found)


def plain(text: str) -> str:
    """The text without its marks."""
    return "".join(run.text for run in runs(text))


def marked(found: Iterable[Run]) -> str:
    """The text these are the runs of. Blanks at the ends of a run stand outside its marks."""
    parts = []
    for run in found:
        inner = run.text.strip()
        mark = ("**" if run.bold else "") + ("*" if run.italic else "") if inner else ""
        start = len(run.text) - len(run.text.lstrip())
        left, right = run.text[:start], run.text[start + len(inner) :]
        parts.append(f"{left}{mark}{inner.replace('*', chr(92) + '*')}{mark[::-1]}{right}")
    return "".join(parts)


def _paired(parts: list[str], text: str) -> list[tuple[str, bool]]:
    """Each token with whether it is a mark that has its partner."""
    tokens: list[list] = []
    opened: list[int] = []  # places in `tokens` of marks that wait for their end
    at = 0
    for part in parts:
        before, after = text[at - 1 : at], text[at + len(part) : at + len(part) + 1]
        at += len(part)
        if part[0] != "*" or len(part) > 3:
            tokens.append(["*" if part == r"\*" else part, False])
            continue
        _read_mark(part, before, after, tokens, opened)
    return [(token, is_mark) for token, is_mark in tokens]


def _read_mark(part: str, before: str, after: str, tokens: list[list], opened: list[int]) -> None:
    # "5*3", "2 * 3" and "(*)" are no marks.
    between_figures = before.isdigit() and after.isdigit()
    closes = bool(before) and not before.isspace() and before != "(" and not between_figures
    opens = bool(after) and not after.isspace() and after != ")" and not between_figures
    while part:
        waiting = {tokens[place][0]: n for n, place in enumerate(opened)}
        mark = _closed_by(part, waiting) if closes else ""
        if mark:
            place = opened[waiting[mark]]
            tokens[place][1] = True
            tokens.append([mark, True])
            del opened[waiting[mark] :]
        else:
            mark = "**" if len(part) > 1 else "*"
            if opens and mark not in waiting:
                opened.append(len(tokens))
            tokens.append([mark, False])
        part = part[len(mark) :]


def _closed_by(part: str, waiting: dict[str, int]) -> str:
    """Which of the marks that wait is ended here: the one that was opened last."""
    fitting = [mark for mark in waiting if len(mark) <= len(part)]
    return max(fitting, key=waiting.__getitem__, default="")
