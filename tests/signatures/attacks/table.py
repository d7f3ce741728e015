"""The list of attacks, and what came of each."""

import re
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass

from signatures.verification.guard import Guard, shared
from signatures.verification.verdict import Verdict

from .cast import Cast

HEAVY = "Tệp nặng, tệp vòng lặp"
# What another run would say otherwise: moments, dates, addresses.
_CHANGING = re.compile(r"\d{2}:\d{2}|\d{2}/\d{2}/\d{4}|127\.0\.0\.1(?::\d+)?")


@dataclass(frozen=True)
class Attack:
    """`seen`: a reader shows other things than what was signed, and the tests look at the pictures to prove it.
    `online`: the revocation services of the certificates answer."""

    group: str
    label: str
    build: Callable[[Cast], bytes]
    seen: bool = False
    online: bool = False


@dataclass(frozen=True)
class Outcome:
    """`seconds` by the clock on the wall, from the file to the verdict. `others`: what other programs say."""

    verdict: str
    words: str
    seconds: float
    size: int
    others: tuple[str, ...] = ()


ATTACKS: list[Attack] = []


def attack(group: str, label: str, *, seen: bool = False, online: bool = False):
    """Enter a builder in the list."""

    def keep(build):
        ATTACKS.append(Attack(group, label, build, seen, online))
        return build

    return keep


def run(cast: Cast, attacks: list[Attack], others: Callable[[bytes, list[bytes], bool], tuple[str, ...]] | None = None,
        look: Callable[[Attack, bytes], None] | None = None, guard: Guard = shared) -> dict[tuple[str, str], Outcome]:  # fmt: skip
    """Every file through the guard, as the desks do it. `others(pdf, roots, online)` asks other programs; `look` sees each
    file as well."""
    found = {}
    for one in attacks:
        pdf = one.build(cast)
        if look:
            look(one, pdf)
        roots = cast.live_roots if one.online else cast.roots
        guard.warm()
        begun = time.monotonic()
        verdict = guard.verify(pdf, trust_roots=roots, fetch=one.online)
        spent = time.monotonic() - begun
        said = others(pdf, roots, one.online) if others else ()
        found[one.group, one.label] = Outcome(verdict.verdict, words_of(verdict), spent, len(pdf), said)
    return found


def words_of(verdict: Verdict) -> str:
    """What the desk adds to the verdict, without what changes from run to run."""
    said = " ".join(verdict.reasons) or verdict.sentence()
    return _CHANGING.sub("…", said).replace("|", "/").replace("\n", " ")


def most_memory() -> int:
    """Bytes: the most any process we started and ended has held."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024


def rows(found: dict[tuple[str, str], Outcome], columns: tuple[str, ...] = ()) -> list[str]:
    """Lines of the table: the group as a heading, the attacks under it. `columns` head what others say; without
    them each line is the beginning of the page's line."""
    lines, groups = [], dict.fromkeys(group for group, _ in found)
    words = {
        "invalid": "không hợp lệ",
        "unknown": "chưa kiểm tra được",
        "unsigned": "không có chữ ký",
        "valid": "HỢP LỆ",
    }
    head = ("tấn công", "kết luận", "lời ở bàn văn thư", *columns)
    for group in groups:
        lines += ["", f"## {group}", "", _line(head), "|" + "---|" * len(head)]
        for (of, label), one in found.items():
            if of != group:
                continue
            verdict, said = words[one.verdict], one.words
            if group == HEAVY and one.verdict in ("invalid", "unknown"):
                # Whether time or memory ends before a fault is found depends on the machine.
                verdict, said = "không hợp lệ, hoặc dừng vì quá nặng", "tệp đã hỏng, hoặc quá nặng"
            lines.append(_line((label, verdict, said, *(one.others if columns else ()))))
    return lines


def _line(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"
