"""A draft of ours: its page as any other, and its text as it is typed, where a mend is one press."""

import re
from dataclasses import replace

from documents.pdf.reading import measured

from .checking import Report, in_order, judged
from .findings import Change, Finding
from .rules import RULES
from .sheets import paper_of
from .typed import PROSE, Typed, typed
from .typed import RULES as OF_TEXT
from .values import Line, Paper

# Of these the text says more than the page: what the page has against them is left out where the text has it too.
_BY_TEXT = {"B03", "B05", "C12", "T06", "T07", "X01", "X01b", "X01c", "X02", "X03"}
_ROWS = {rule.id: rule for rule in (*RULES, *OF_TEXT)}
_BEFORE, _AFTER = 30, 20  # letters by which a place is recognised on the page


def check_draft(pdf: bytes, fields: dict[str, str], kind: str) -> Report:
    """`fields`: what is typed, by name (typed.PROSE). Of a draft in which nothing is typed yet nothing is found: its blanks are
    no faults. Raises PdfError where the page cannot be read."""
    measures = measured(pdf)
    report = judged(measures)
    if not any(fields.get(name, "").strip() for name in PROSE):
        return replace(report, findings=())
    places = _Places(paper_of(measures))
    own = [_finding(one, fields[one.field], places) for one in typed(fields, kind)]
    said = {(one.rule, one.box) for one in own}
    by_text = {one.rule for one in own} & _BY_TEXT
    if not fields.get("subject", "").strip():
        by_text = by_text | {"T05b"}  # "V/v" with nothing behind it: the subject is still to be typed
    others = [one for one in report.findings if one.rule not in by_text and (one.rule, one.box) not in said]
    return replace(report, findings=in_order([*own, *others]))


def about(rule: str) -> str:
    """What the rule of this number is about; empty where there is none."""
    return _ROWS[rule].about if rule in _ROWS else ""


def _finding(one: Typed, text: str, places: "_Places") -> Finding:
    row = _ROWS[one.rule]
    line = places.of(text, one.at, one.end)
    page, box = (line.page, tuple(round(max(part, 0), 1) for part in line.box)) if line else (0, None)
    change = None if one.new is None else Change(one.field, one.at, text[one.at : one.end], one.new)
    return Finding(
        row.id, row.severity, row.about, page, box, one.found, row.allowed, row.clause, row.mend, change
    )


class _Places:
    """Where words of a field came to lie on the page: blanks and lines are others there, the letters are the same."""

    def __init__(self, paper: Paper):
        self._ends: list[tuple[int, Line]] = []
        parts, length = [], 0
        for line in paper.lines:
            parts.append(_squeezed(line.text))
            length += len(parts[-1])
            self._ends.append((length, line))
        self._text = "".join(parts)

    def of(self, text: str, at: int, end: int) -> Line | None:
        for start, stop in (
            (max(at - _BEFORE, 0), end + _AFTER),
            (max(at - _BEFORE, 0), at),
            (at, end + _AFTER),
        ):
            words = _squeezed(text[start:stop])
            if len(words) > 3 and (found := self._text.find(words)) >= 0:
                where = found + len(_squeezed(text[start:at]))
                return next((line for length, line in self._ends if length > where), None)
        return None


def _squeezed(text: str) -> str:
    return re.sub(r"[\s*\\]", "", text)
