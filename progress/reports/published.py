"""The figures an office may show to everybody: counts and shares of its own reports, never a name, a paper, a list."""

from dataclasses import dataclass, replace

from progress.reports import archive, exchange, papers_in, papers_out, work
from progress.reports.report import Question, Report, whole
from progress.reports.tables import NO_FIGURE, decimal

REPORTS = (
    papers_in.REPORT,
    papers_out.PAPERS_OUT,
    archive.ONLINE,
    papers_out.SIGNED_AND_SENT,
    exchange.RECEIVED,
    work.REPORT,
)


@dataclass(frozen=True)
class Offered:
    report: Report
    label: str
    share: bool

    @property
    def words(self) -> str:
        return f"{self.report.title}: {self.label.lower()}"


OFFERED: dict[str, Offered] = {}
for _one in REPORTS:
    OFFERED |= {
        f"{_one.name}.{measure.name}": Offered(_one, measure.label, False) for measure in _one.measures
    }
    OFFERED |= {
        f"{_one.name}.share_{n}": Offered(_one, share.label, True) for n, share in enumerate(_one.ratios)
    }


@dataclass(frozen=True)
class Figure:
    label: str
    now: str
    before: str


def shown(figures: list[str], question: Question) -> list[tuple[str, list[Figure]]]:
    """By report: its title and the chosen figures, of the period and of the one before. Two queries a report."""
    earlier, found = replace(question, period=question.period.previous()), []
    for report in REPORTS:
        keys = [one for one in figures if one in OFFERED and OFFERED[one].report is report]
        if keys:
            lines = [(whole(report, asked), asked) for asked in (question, earlier)]
            rows = [
                Figure(OFFERED[key].label, *(_said(key, line.counts, asked) for line, asked in lines))
                for key in keys
            ]
            found.append((report.title, rows))
    return found


def _said(key: str, counts: dict[str, int], question: Question) -> str:
    offered, name = OFFERED[key], key.partition(".")[2]
    if not offered.share:
        return f"{counts[name]}"
    value = offered.report.ratios[int(name.removeprefix("share_"))].of_line(counts, question)
    return NO_FIGURE if value is None else f"{decimal(value)}%"
