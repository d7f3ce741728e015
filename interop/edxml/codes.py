"""Organisation codes: QĐ 28/2018 (`000.01.32.H53`, deepest level first) and QĐ 20/2020 (`H53.32.01`).

Use these on entry and to find relations, never to refuse a package: live traffic has codes of neither form.
"""

from __future__ import annotations

import re

_OLD = re.compile(r"(?:(?:(\d{3})\.)?(\d{2})\.)?(\d{2})\.([A-Y]\d{2})", re.ASCII)
_NEW = re.compile(r"[A-Y]\d{2}(?:\.[A-Z0-9]+)*", re.ASCII)
_NEW_MAX = 35  # QĐ 20/2020 Art. 4.1


def parse_2018(code: str) -> tuple[str, ...]:
    """Groups of an old code from level 1 down, unused levels below the deepest one left out.

    Short forms without leading zero groups (`01.19.H44`) are accepted. Raises ValueError on anything else.
    """
    match = _OLD.fullmatch(_tidy(code))
    if match is None:
        raise ValueError(f"Mã định danh “{code}” không theo dạng cũ V1V2V3.Z1Z2.Y1Y2.MX1X2")
    groups = [group for group in reversed(match.groups()) if group is not None]
    while len(groups) > 1 and not groups[-1].strip("0"):
        groups.pop()
    return tuple(groups)


def parse_2020(code: str) -> tuple[str, ...]:
    """Groups of a new code from level 1 down. Raises ValueError on anything else, tax and Z codes too."""
    tidy = _tidy(code)
    if len(tidy) > _NEW_MAX or _NEW.fullmatch(tidy) is None:
        raise ValueError(f"Mã định danh “{code}” không theo dạng mã định danh cơ quan, tổ chức")
    return tuple(tidy.split("."))


def level_of(code: str) -> int:
    """Level of the unit, 1 for a ministry or a province. Raises ValueError on a code of neither form."""
    return len(_groups(code))


def parent_of(code: str) -> str | None:
    """Code of the unit above in the same form; None at level 1. Raises ValueError on neither form."""
    groups = _groups(code)
    if len(groups) == 1:
        return None
    return _old_code(groups[:-1]) if _is_old(code) else ".".join(groups[:-1])


def _groups(code: str) -> tuple[str, ...]:
    return parse_2018(code) if _is_old(code) else parse_2020(code)


def _is_old(code: str) -> bool:
    return _OLD.fullmatch(_tidy(code)) is not None


def _old_code(groups: tuple[str, ...]) -> str:
    """Thirteen characters from groups given from level 1 down."""
    level1, *rest = groups
    zeros = ["00", "00", "000"]
    below = [*rest, *zeros[len(rest) :]]
    return ".".join([*reversed(below), level1])


def _tidy(code: str) -> str:
    return code.strip().upper()
