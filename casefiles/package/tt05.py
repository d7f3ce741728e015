"""The fields and code lists of TT 05/2025/TT-BNV as two tables beside this module, and what they ask of a value."""

import csv
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE, PAPER = "hoso", "van_ban"  # levels
_DATE = r"\d{2}/\d{2}/\d{4}"  # of an AIP also a month or a year: a year is the least that is known
_AIP_DATE = r"((\d{2}/)?\d{2}/)?\d{4}"
_TAIL = re.compile(r"[^.]*\.(.*)")


@dataclass(frozen=True)
class Field:
    key: str
    name: str
    type: str
    length: int | None
    required: str  # R, O, or C:key=value|value
    aip: bool

    @property
    def pattern(self) -> str:
        """A regular expression of what it may hold, "" of any words."""
        kind = {
            "Number": rf"\d{{1,{self.length or 10}}}",
            "Boolean": "[01]",
            "Date": _AIP_DATE if self.aip else _DATE,
        }
        return kind.get(self.type, "")

    def asked(self, values: dict[str, str]) -> bool:
        """Whether it must be filled in beside these."""
        if not self.required.startswith("C:"):
            return self.required == "R"
        key, _, wanted = self.required[2:].partition("=")
        return values.get(key, "") in wanted.split("|")


@cache
def fields(package: str, level: str) -> tuple[Field, ...]:
    """In the order of the circular; of `package` "SIP" or "AIP"."""
    return tuple(
        Field(
            row["key"],
            row["name"],
            row["type"],
            int(row["length"] or 0) or None,
            row["required"],
            package == "AIP",
        )
        for row in _table("tt05_fields.csv")
        if row["package"] == package and row["level"] == level
    )


@cache
def codes(field: str) -> dict[str, str]:
    """Name by code."""
    return {row["code"]: row["name"] for row in _table("tt05_codes.csv") if row["field"] == field}


def code_of(field: str, name: str, *, other: str) -> str:
    """The code that a list has for a name ("Quyết định (cá biệt)" is "Quyết định"), else that of "Khác"."""
    wanted = name.split("(")[0].strip().casefold()
    return next((code for code, said in codes(field).items() if said.casefold() == wanted), other)


def faults(values: dict[str, str], package: str, level: str) -> list[str]:
    """What the circular does not allow, a sentence each."""
    found = []
    for field in fields(package, level):
        value = values.get(field.key, "")
        if not value:
            if field.asked(values):
                found.append(f"thiếu “{field.name}” ({field.key})")
        elif field.type == "String" and field.length and len(value) > field.length:
            found.append(f"“{field.name}” dài {len(value)} ký tự, nhiều nhất {field.length}")
        elif field.pattern and not re.fullmatch(field.pattern, value):
            found.append(f"“{field.name}” ghi “{value[:40]}”, không đúng kiểu {field.type}")
    return found


def fitted(value: str, length: int) -> str:
    """Words that do not fit are cut where one sees it; the whole stands in documentation/ho-so.xml."""
    return value if len(value) <= length else value[: length - 1] + "…"


def short_id(whole: str, length: int = 25) -> str:
    """docId: of a code that is too long for the circular's 25 characters the end, cut at a dot; docCode has all of it."""
    while len(whole) > length and (tail := _TAIL.fullmatch(whole)):
        whole = tail[1]
    return whole[-length:]


def _table(name: str) -> list[dict[str, str]]:
    with (Path(__file__).parent / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
