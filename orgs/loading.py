"""The registry the system starts with: Hà Nội of 17/8/2022, the level-1 list, samples of tier 4, days off."""

import csv
from collections import Counter
from datetime import date
from pathlib import Path

from django.db import transaction

from orgs.actions.registry import write
from orgs.calendar import forget_calendar
from orgs.codes import provisional
from orgs.models import Code, DayOff, Lineage, Organisation
from orgs.registry_import.plan import Act, Change
from orgs.registry_import.sheet import KINDS, Row

DATA = Path(__file__).parent / "data"
YEARS = range(2020, 2028)
DECISION = "Quyết định 2918/QĐ-UBND ngày 17/8/2022"
# The package has Friday 2 January 2026 worked; the Government swapped it for Saturday 10 January.
CORRECTIONS = {
    date(2026, 1, 2): (False, "Nghỉ hoán đổi dịp Tết Dương lịch"),
    date(2026, 1, 10): (True, "Làm bù ngày 02/01/2026"),
}


@transaction.atomic
def load(*, samples: bool, on: date) -> Counter:
    """Adds what is missing and touches nothing that is there: an operator's edits survive a second run.

    `on` dates nothing but the codes; returns how many rows of each kind were added.
    """
    added = Counter()
    taken = {
        *Code.objects.values_list("value", flat=True),
        *Organisation.objects.values_list("code", flat=True),
    }
    added["level1"] = _load_level1(taken, on)
    added["hanoi"] = len(_add(_hanoi_rows(), taken, on=on, decision=DECISION))
    if samples:
        added["samples"] = len(_add(_sample_rows(), taken, on=on, decision="", sample=True))
    added["days"] = _load_days()
    return added


def _read(name: str) -> list[dict]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _add(rows: list[tuple[Row, str]], taken: set[str], **options) -> list[Organisation]:
    """A body is known by any code it ever had: a provisional one may have given way to an official one."""
    missing = [(row, parent) for row, parent in rows if row.code not in taken]
    if not missing:
        return []
    above = {parent for _, parent in missing}
    now = dict(Code.objects.filter(value__in=above).values_list("value", "organisation__code"))
    changes = [
        Change(Act.CREATE, row.line, row.name, row.code, parent=now.get(parent, parent), row=row)
        for row, parent in missing
    ]
    return write(changes, **options)


def _hanoi_rows() -> list[tuple[Row, str]]:
    """The public list has no codes below H26: a body's provisional code is its place under its parent."""
    codes, ranks, rows = {"": ""}, Counter(), []
    for line, row in enumerate(_read("hanoi_orgs_2022.csv"), start=2):
        parent = codes[row["parent_name"]]  # no name among tiers 1 and 2 occurs twice
        ranks[parent] += 1
        code = row["code"] or provisional(parent, ranks[parent])
        if row["level"] in "12":
            codes[row["name"]] = code
        kind = "thanh_pho" if row["level"] == "1" else KINDS[row["kind"]]
        old = "000.00.00.H26" if code == "H26" else ""
        rows.append((Row(line, code, row["name"], old, kind=kind, gate=True), parent))
    return rows


def _sample_rows() -> list[tuple[Row, str]]:
    parents = {row.name: row.code for row, _ in _hanoi_rows() if row.code.count(".") == 2}
    ranks, rows = Counter(), []
    for line, row in enumerate(_read("samples_tier4.csv"), start=2):
        parent = parents[row["parent_name"]]
        ranks[parent] += 1
        code = provisional(parent, ranks[parent])
        rows.append((Row(line, code, row["name"], kind="don_vi", gate=row["gate"] == "có"), parent))
    return rows


def _load_level1(taken: set[str], on: date) -> int:
    table = {row["code"]: row for row in _read("level1.csv")}
    rows = [(_level1_row(line, row), "") for line, row in enumerate(table.values(), start=2)]
    made = {body.code: body for body in _add(rows, taken, on=on, decision="Quyết định 20/2020/QĐ-TTg")}
    for code, body in made.items():
        row = table[code]
        body.note = row["note"]
        if row["former_name"]:
            former = {"name": row["former_name"], "until": row["renamed_on"], "decision": row["decision"]}
            body.former_names = [former]
            body.set_keys()
    Organisation.objects.bulk_update(made.values(), ["note", "former_names", "search_key"])
    _link(made, table)
    return len(made)


def _level1_row(line: int, row: dict) -> Row:
    closed = date.fromisoformat(row["valid_to"]) if row["valid_to"] else None
    return Row(
        line,
        row["code"],
        row["name"],
        f"000.00.00.{row['code']}",
        kind=row["kind"],
        gate=True,
        abbreviation=row["abbreviation"],
        valid_to=closed,
    )


def _link(made: dict[str, Organisation], table: dict[str, dict]) -> None:
    wanted = [(code, row) for code, row in table.items() if code in made and row["successors"]]
    heirs = Organisation.objects.in_bulk({row["successors"] for _, row in wanted}, field_name="code")
    Lineage.objects.bulk_create(
        [
            Lineage(
                predecessor=made[code],
                successor=heirs[row["successors"]],
                on=row["valid_to"],
                decision=row["decision"],
            )
            for code, row in wanted
        ],
        ignore_conflicts=True,
    )


def _load_days() -> int:
    """Weekdays off and Saturdays worked. The package is slow: asked only for missing years."""
    have = {day.year for day in DayOff.objects.values_list("date", flat=True)}
    years = [year for year in YEARS if year not in have]
    if not years:
        return 0
    import holidays

    off = holidays.country_holidays("VN", years=years, language="vi")
    days = {day: (False, name) for day, name in off.items() if day.weekday() < 5}
    days |= {day: (True, "Ngày làm bù") for day in off.weekend_workdays if day.year in years}
    days |= {day: what for day, what in CORRECTIONS.items() if day.year in years}
    rows = [DayOff(date=day, working=working, name=name) for day, (working, name) in sorted(days.items())]
    transaction.on_commit(forget_calendar)
    return len(DayOff.objects.bulk_create(rows, ignore_conflicts=True))
