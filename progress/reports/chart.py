"""Charts as shapes for an SVG that the server draws: whole numbers in a box a thousand wide. The table stands beside."""

from dataclasses import dataclass

from progress.reports.report import Line, Report

WIDE, HIGH = 1000, 100
MOST = 12  # rows drawn; the table has them all


@dataclass(frozen=True)
class Shape:
    x: int
    y: int
    width: int
    height: int
    tone: str
    words: str


@dataclass(frozen=True)
class Bar:
    label: str
    shapes: list[Shape]
    words: str


@dataclass(frozen=True)
class Chart:
    legend: list[tuple[str, str]]  # tone, word
    bars: list[Bar]
    left_out: int = 0


def bars(report: Report, lines: list[Line]) -> Chart | None:
    """The largest rows, each as long as what it counts, its classes side by side. None where there is nothing to draw."""
    parts = [one for one in report.measures if one.part]
    sums = {line.key: sum(line.counts[one.name] for one in parts) for line in lines}
    drawn = sorted((line for line in lines if sums[line.key]), key=lambda line: -sums[line.key])
    if not drawn:
        return None
    most = sums[drawn[0].key]
    return Chart(
        [(one.tone, one.label) for one in parts if any(line.counts[one.name] for line in drawn)],
        [_bar(line, parts, most) for line in drawn[:MOST]],
        max(0, len(drawn) - MOST),
    )


def columns(months: list[tuple[str, int]], tone: str) -> list[Shape]:
    """One column a month, the highest as high as the box; they share its width."""
    most = max((count for _, count in months), default=0) or 1
    step = WIDE // max(len(months), 1)
    return [
        Shape(n * step + step // 8, HIGH - round(HIGH * count / most), step * 3 // 4, round(HIGH * count / most), tone, f"{label}: {count}")
        for n, (label, count) in enumerate(months)
    ]  # fmt: skip


def _bar(line: Line, parts, most: int) -> Bar:
    shapes, x, said = [], 0, []
    for one in parts:
        count = line.counts[one.name]
        if not count:
            continue
        width = max(1, round(WIDE * count / most))
        shapes.append(Shape(x, 0, min(width, WIDE - x), HIGH, one.tone, f"{one.label}: {count}"))
        said.append(f"{one.label.lower()} {count}")
        x += width
    return Bar(line.label, shapes, ", ".join(said))
