"""A report as a table for a page, a sheet and a printed page: every count with the address of its list."""

from dataclasses import dataclass, field
from urllib.parse import quote

from progress.reports.kept import Standing, by_office, total_of
from progress.reports.report import Estimate, Line, Ratio, lines, together, whole
from progress.views.asking import Asking

NO_FIGURE = "–"


@dataclass(frozen=True)
class Cell:
    """A number, and the list behind it; `url` is empty for none at all, and for whoever may see counts alone."""

    value: int | float | None
    words: str
    url: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Row:
    label: str
    cells: list[Cell]
    url: str = ""


@dataclass(frozen=True)
class Table:
    columns: list[str]
    rows: list[Row]
    total: Row
    previous: Row | None  # the same of the period before
    change: list[str]  # of the total against it, in words; in the order of the columns
    lines: list[Line] = field(repr=False)
    late: int = 0  # offices of whose last minutes the sums do not know yet


def table_of(ask: Asking) -> Table:
    """At most five queries, whatever the number of rows; of the whole city nine."""
    report, question = ask.report, ask.question
    where = ask.standing()
    found = by_office(report, question, where) if where else lines(report, question, ask.grouping)
    total = together(report, found)
    before = None if report.timeless else _before(ask, where)
    asked = ask.query()
    columns = [one.label for one in (*report.measures, *report.ratios)] + list(report.averages)
    return Table(
        columns=columns,
        rows=[row_of(ask, line, asked=asked) for line in found],
        total=row_of(ask, total, every=True),
        previous=_previous(ask, before) if before else None,
        change=change_of(ask, total, before) if before else [],
        lines=found,
        late=where.late if where else 0,
    )


def _before(ask: Asking, where: Standing | None) -> Line:
    earlier = ask.of(ask.question.period.previous())
    if where:
        return total_of(ask.report, earlier, where)
    return whole(ask.report, earlier)


def row_of(ask: Asking, line: Line, *, asked: str = "", every: bool = False) -> Row:
    """`asked`: the question in an address, where many rows share it."""
    asked = asked or ask.query()
    deeper = ask.grouping.name == "organisation" and ask.has_below and not every and line.key != ask.scope
    url = f"?{ask.query(org=line.key, by='')}" if deeper else ""
    return Row(
        line.label, _cells(ask, line, f"?{asked}" if every else f"?{asked}&row={quote(line.key)}"), url
    )


def _previous(ask: Asking, line: Line) -> Row:
    earlier = ask.question.period.previous()
    asked = f"?{ask.query(**earlier.query)}"
    return Row(f"Kỳ trước: {earlier.label}", _cells(ask, line, asked), asked)


def _cells(ask: Asking, line: Line, asked: str) -> list[Cell]:
    cells = []
    for measure in ask.report.measures:
        count = line.counts[measure.name]
        url = f"{asked}&class={measure.name}" if count and not ask.counts_only else ""
        cells.append(Cell(count, f"{count}", url, measure.tone if count else ""))
    for one in ask.report.ratios:
        cells.append(_reckoned(one, one.of_line(line.counts, ask.question)))
    hours = line.averages.values()
    return cells + [Cell(one, NO_FIGURE if one is None else decimal(one)) for one in hours]


def _reckoned(one: Ratio | Estimate, value: float | None) -> Cell:
    return Cell(value, NO_FIGURE if value is None else f"{decimal(value)}{'%' if one.unit == '%' else ''}")


def change_of(ask: Asking, now: Line, before: Line) -> list[str]:
    """Against the period before: in numbers for what is counted, in points for a share."""
    found = [_signed(now.counts[one.name] - before.counts[one.name]) for one in ask.report.measures]
    for one in ask.report.ratios:
        pair = one.of_line(now.counts, ask.question), one.of_line(before.counts, ask.question)
        found.append(NO_FIGURE if None in pair else _signed(pair[0] - pair[1], " điểm"))
    for label, hours in now.averages.items():
        earlier = before.averages[label]
        found.append(NO_FIGURE if None in (hours, earlier) else _signed(hours - earlier))
    return found


def _signed(value: float, unit: str = "") -> str:
    if not round(value, 1):
        return "không đổi"
    return f"{'+' if value > 0 else '−'}{decimal(abs(value))}{unit}"


def decimal(value: float) -> str:
    """As it is written here: 12,5; whole numbers without a comma."""
    return f"{value:.1f}".removesuffix(".0").replace(".", ",")
