"""The list of attacks, and what came of each."""

import resource
import time
from collections.abc import Callable
from dataclasses import dataclass

from signatures.verification.guard import Guard

from .cast import Cast

HEAVY = "Tệp nặng, tệp vòng lặp"


@dataclass(frozen=True)
class Attack:
    group: str
    label: str
    build: Callable[[Cast], bytes]


@dataclass(frozen=True)
class Outcome:
    """`seconds` by the clock on the wall, from the file to the verdict."""

    verdict: str
    sentence: str
    seconds: float
    size: int


ATTACKS: list[Attack] = []


def attack(group: str, label: str):
    """Enter a builder in the list."""

    def keep(build):
        ATTACKS.append(Attack(group, label, build))
        return build

    return keep


def run(cast: Cast, attacks: list[Attack]) -> dict[tuple[str, str], Outcome]:
    """Every file through the guard, as the desks do it."""
    guard, found = Guard(), {}
    try:
        for one in attacks:
            pdf = one.build(cast)
            guard.warm()
            begun = time.monotonic()
            verdict = guard.verify(pdf, trust_roots=cast.roots, fetch=False)
            spent = time.monotonic() - begun
            found[one.group, one.label] = Outcome(verdict.verdict, verdict.sentence(), spent, len(pdf))
    finally:
        guard.close()
    return found


def most_memory() -> int:
    """Bytes: the most any process we started and ended has held."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024


def rows(found: dict[tuple[str, str], Outcome]) -> list[str]:
    """Lines of the table: the group as a heading, the attacks under it."""
    lines, groups = [], dict.fromkeys(group for group, _ in found)
    words = {
        "invalid": "không hợp lệ",
        "unknown": "chưa kiểm tra được",
        "unsigned": "không có chữ ký",
        "valid": "HỢP LỆ",
    }
    for group in groups:
        lines += ["", f"## {group}", "", "| tấn công | kết luận |", "|---|---|"]
        said = words
        if group == HEAVY:  # whether time or memory ends before a fault is found depends on the machine
            said = words | dict.fromkeys(("invalid", "unknown"), "không hợp lệ, hoặc dừng vì quá nặng")
        lines += [f"| {label} | {said[one.verdict]} |" for (of, label), one in found.items() if of == group]
    return lines
