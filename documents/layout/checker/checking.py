"""From the bytes of a file to findings."""

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from documents.pdf import PdfError
from documents.pdf.reading import measured

from . import elsewhere, guards
from .content import edges, paragraphs_of, rows_between
from .findings import Finding, Found, Rule
from .foot import read_foot
from .head import read_head
from .rules import GENERAL, OF_SIZE, ON_SCANS, RULES
from .sheets import paper_of
from .values import Box, Line, Paper, Sheet, Stroke
from .words import bare

_MOST = 4  # places a rule names
_BASE = re.compile(r"(Căn cứ|Theo|Xét|Thực hiện|Trên cơ sở)\b", re.IGNORECASE)
_DECIDES = ("QUYETDINH", "QUYETNGHI")


@dataclass(frozen=True)
class Report:
    """`state`: "checked", "general" (only the rules of the page), "scan", "size" (not A4), "none"; `why` says so in words where
    not all was looked at. `pages` of the file, `looked_at` of them, `sizes` of these in millimetres."""

    state: str
    why: str
    kind: str
    pages: int
    looked_at: int
    findings: tuple[Finding, ...]
    sizes: tuple[tuple[float, float], ...] = ()

    def as_json(self) -> dict:
        return asdict(self)


def check(data: bytes, *, foreign: bool = False) -> Report:
    """`foreign`: made elsewhere, so that less is known of it and less is said (elsewhere.py). Raises PdfError, a sentence for
    whoever gave the file, where it cannot be read."""
    return judged(measured(data), foreign=foreign)


def judged(measures: dict, *, foreign: bool = False) -> Report:
    """The same from what was measured."""
    paper = paper_of(measures)
    paper.foreign = foreign
    if not paper.sheets:
        raise PdfError("Tệp không có trang nào.")
    state, why = _read(paper)
    if foreign and state == guards.CHECKED:
        state, why = elsewhere.doubt(paper) or (state, why)
    rules = {
        guards.CHECKED: RULES, guards.GENERAL: GENERAL, guards.SCAN: ON_SCANS, guards.SIZE: OF_SIZE,
    }.get(state, ())  # fmt: skip
    findings = [
        found
        for rule in rules
        if (paper.placed or not rule.placed) and not (foreign and rule.id in elsewhere.CUSTOMS)
        for found in _findings(rule, paper, state)
    ]
    looked_at = len(paper.sheets)
    if paper.count > looked_at:
        why = f"{why} Chỉ xét {looked_at} trang đầu trong {paper.count} trang.".strip()
    sizes = tuple((sheet.width, sheet.height) for sheet in paper.sheets)
    return Report(state, why, paper.parts.kind, paper.count, looked_at, in_order(findings), sizes)


def in_order(findings: list[Finding]) -> tuple[Finding, ...]:
    """Against the text of the law first, then as one reads."""
    return tuple(sorted(findings, key=lambda one: ("EWI".index(one.severity), one.page, one.rule)))


def _read(paper: Paper) -> tuple[str, str]:
    if stopped := guards.before_reading(paper):
        return stopped
    sheet, parts = guards.first_sheet(paper), paper.parts
    start = read_head(paper, sheet, parts)
    following = [one for one in paper.sheets if one.number >= sheet.number]
    foot = read_foot(paper, following, start, parts)
    _content(paper, sheet, start, foot)
    state, why = guards.after_reading(paper)
    if state == guards.NONE or guards.a4(sheet):
        return state, why
    return guards.SIZE, guards.NOT_A4


def _content(paper: Paper, sheet: Sheet, start: int, foot: tuple[int, int] | None) -> None:
    parts = paper.parts
    begin = (sheet.number, start)
    rows = rows_between(paper, begin, foot)
    sides = edges(rows)
    decides = next((i for i, row in enumerate(rows[:80]) if len(row) == 1 and _decides(row[0])), None)
    if parts.kind in ("QĐ", "NQ") and decides is not None:
        parts.decides = rows[decides][0]
        first = next((i for i, row in enumerate(rows[:decides]) if _BASE.match(row[0].text)), decides)
        parts.bases = paragraphs_of(paper, rows[first:decides], sides)
        parts.to = [row[0] for row in rows[:first] if row[0].text.lower().startswith("kính gửi")]
        rows = rows[decides + 1 :]
    elif rows and rows[0][0].text.lower().startswith("kính gửi"):
        count = _addressed(rows)
        parts.to = [line for row in rows[:count] for line in row]
        rows = rows[count:]
    if (
        foot is None and paper.placed and paper.foreign
    ):  # what follows may be attached: of the first page it is sure
        rows = [row for row in rows if row[0].page == sheet.number]
    parts.body = paragraphs_of(paper, rows, sides)
    if foot:
        last = parts.signer or (parts.capacity or parts.recipients)[-1]
        after = [one for one in paper.sheets if one.number >= foot[0]]
        parts.attached = [
            line for one in after for row in one.rows for line in row
            if one.number > last.page or line.base > max(last.base, parts.recipients[-1].base) + 2
        ]  # fmt: skip


def _decides(line: Line) -> bool:
    return line.caps and bare(line.text) in _DECIDES and line.left > 60


def _addressed(rows: list[list[Line]]) -> int:
    """How many rows the addressees take: those that begin no further to the left than the first of them, or that go on
    with the sentence of the one above."""
    first, listed = rows[0][0], len(rows) > 1 and rows[1][0].text.startswith(("-", "–", "—", "+"))
    column = (rows[1][0] if listed else first).left
    count = 1
    while (
        count < len(rows)
        and (rows[count][0].left > column - 1.5 or _goes_on(rows[count - 1][-1], rows[count][0]))
        and rows[count][0].base - rows[count - 1][0].base < 12
    ):
        if rows[count - 1][-1].text.endswith(".") and (count > 1 or not listed):
            break
        count += 1
    return count


def _goes_on(before: Line, line: Line) -> bool:
    return not before.text.endswith((";", ".", ":")) and line.text[:1].islower()


def _findings(rule: Rule, paper: Paper, state: str) -> Iterator[Finding]:
    severity = {
        guards.GENERAL: "W" if rule.severity == "E" and rule.id != "G01" else rule.severity,
        guards.CHECKED: "I" if paper.foreign and rule.id in elsewhere.NOTES else rule.severity,
    }
    for count, found in enumerate(rule.judge(paper)):
        if count == _MOST:
            return
        page, box = _place(found, paper)
        yield Finding(
            rule.id, severity.get(state, rule.severity), rule.about, page, box, found.found, rule.allowed, rule.clause, rule.mend
        )  # fmt: skip


def _place(found: Found, paper: Paper) -> tuple[int, tuple | None]:
    at = found.at
    if not paper.placed or at is None:
        return found.page, None
    if isinstance(at, Sheet):
        return at.number, (0.0, 0.0, round(at.width, 1), round(at.height, 1))
    box = at.box if isinstance(at, Line) else Box(*at[:4]) if isinstance(at, Stroke) else Box(*at)
    return (at.page if isinstance(at, Line) else found.page), tuple(round(max(part, 0), 1) for part in box)
