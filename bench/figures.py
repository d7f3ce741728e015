"""What was measured, as a table for people and as JSON for comparison."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

TIMES = ("s", "ms")


@dataclass(frozen=True)
class Figure:
    """One measured value and, beside it, the most this machine could have done in the same run."""

    name: str
    value: float
    unit: str
    ceiling: float | None = None
    ceiling_name: str = ""

    @property
    def ratio(self) -> float | None:
        """The share of the ceiling that was reached, 1 at best. For times the ceiling is the shortest."""
        if not self.ceiling or not self.value:
            return None
        return self.ceiling / self.value if self.unit in TIMES else self.value / self.ceiling


def table(figures: list[Figure], machine: dict, conditions: dict) -> str:
    rows = [("name", "value", "unit", "ceiling", "ratio", "the ceiling is")]
    rows += [
        (one.name, _short(one.value), one.unit, _short(one.ceiling), _share(one.ratio), one.ceiling_name)
        for one in figures
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [_line(row, widths) for row in rows]
    about = [", ".join(f"{name} {value}" for name, value in facts.items()) for facts in (machine, conditions)]
    return "\n".join([lines[0], "  ".join("-" * width for width in widths), *lines[1:], "", *about])


def save(path: Path, figures: list[Figure], machine: dict, conditions: dict) -> None:
    rows = [asdict(one) | {"ratio": one.ratio} for one in figures]
    path.parent.mkdir(parents=True, exist_ok=True)
    whole = {"machine": machine, "conditions": conditions, "figures": rows}
    path.write_text(json.dumps(whole, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _line(row: tuple[str, ...], widths: list[int]) -> str:
    numbers = (1, 3, 4)
    cells = [
        cell.rjust(width) if column in numbers else cell.ljust(width)
        for column, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]
    return "  ".join(cells).rstrip()


def _short(value: float | None) -> str:
    """Three digits that count; more would pretend to a precision the machine has not."""
    if value is None:
        return ""
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _share(ratio: float | None) -> str:
    return "" if ratio is None else f"{ratio:.3f}" if ratio < 0.1 else f"{ratio:.2f}"
