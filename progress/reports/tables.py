"""A report as a table for a page, a sheet and a printed page: every count with the address of its list."""

from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import quote

from django.utils import timezone

from orgs.law import cited
from progress.reports.asking import ALL, Asking
from progress.reports.kept import Standing
from progress.reports.many import count_many, names_of
from progress.reports.report import Estimate, Line, Ratio, lines_in_parts, together, whole
from progress.reports.spreadsheet import Sheet

NO_FIGURE = "–"
IN_PART = 25  # offices


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


def table_of(ask: Asking, *, beside: bool = False, said: Callable[[float], None] | None = None) -> Table:
    """At most four queries, whatever the number of rows and of offices. `beside`: made beside the pages, and so up to
    this moment for every office. `said`: somebody is told which part is done, and so it is counted in parts."""
    report, where = ask.report, ask.standing(whole=beside)
    found, before = _of_many(ask, where) if where else _counted(ask, said)
    total = together(report, found)
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


def _counted(ask: Asking, said: Callable[[float], None] | None) -> tuple[list[Line], Line | None]:
    """The rows, and all together in the period before, where there is one."""
    offices, size = ask.question.offices, IN_PART if said else len(ask.question.offices)
    parts = [offices[n : n + size] for n in range(0, len(offices), size)]
    found: list[Line] = []
    for done, so_far in enumerate(lines_in_parts(ask.report, ask.question, ask.grouping, parts), start=1):
        found = so_far
        if said:
            said(done / (len(parts) + 1))
    earlier = None if ask.report.timeless else ask.of(ask.question.period.previous())
    return found, whole(ask.report, earlier) if earlier else None


def _of_many(ask: Asking, where: Standing) -> tuple[list[Line], Line]:
    """The same by office, mostly from their sums."""
    period = ask.question.period
    counts = count_many([ask.report], ask.question, where, [period, period.previous()])[ask.report.name]
    there = {key: mine for key, mine in counts.offices.items() if any(mine.values())}
    found = [Line(name, str(key), there[key]) for key, name in names_of(there).items()]
    return found, Line("Tổng cộng", "", counts.periods[1])


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


def title_of(ask: Asking) -> str:
    return f"{ask.report.title} · {_whose(ask)} · {_when(ask)}"


def sheet_of(ask: Asking, table: Table) -> Sheet:
    """As it is written out, on paper or as a spreadsheet."""
    made = f"Lập lúc {timezone.localtime(ask.question.now):%H:%M %d/%m/%Y}, người lập: {ask.post.operator}"
    rows = [[row.label, *(cell.value for cell in row.cells)] for row in table.rows]
    sums = [[row.label, *(cell.value for cell in row.cells)] for row in (table.total, table.previous) if row]
    sums += [["So với kỳ trước", *table.change]] if table.change else []
    hints = [cited(one) for one in (ask.report.hint, ask.report.missing) if one]
    return Sheet(
        ask.report.title,
        (_whose(ask), _when(ask), *hints, made),
        [ask.grouping.label, *table.columns],
        rows + sums,
        len(sums),
    )


def _whose(ask: Asking) -> str:
    office = ask.body or ask.post.organisation
    return f"{office.name} và các cơ quan trực thuộc" if ask.scope == ALL else office.name


def _when(ask: Asking) -> str:
    return "Tính đến lúc lập" if ask.report.timeless else ask.question.period.words
