"""What the tools found, and what was decided about it."""

import tomllib
from collections import Counter
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

NOT_SEEN = "not seen"  # a tool could not look: said, and counted as neither found nor clean
_REASONS = Path(__file__).parent / "reasons.toml"


@dataclass(frozen=True)
class Finding:
    tool: str
    rule: str  # the tool's own name of it
    where: str  # file:line, package, or method and address
    text: str


@dataclass(frozen=True)
class Reason:
    """Accepts the findings of a rule of a tool at places like `where` (shell pattern; line numbers are left out).

    `sometimes`: the tool does not find it in every run, so that it is no fault when it is not there."""

    tool: str
    rule: str
    where: str
    reason: str
    sometimes: bool = False

    def fits(self, found: Finding) -> bool:
        place = found.where.rsplit(":", 1)[0] if found.tool == "bandit" else found.where
        return (self.tool, self.rule) == (found.tool, found.rule) and fnmatchcase(place, self.where)


def reasons(path: Path = _REASONS) -> list[Reason]:
    """Raises ValueError for a reason that is none."""
    read = [Reason(**row) for row in tomllib.loads(path.read_text())["accepted"]]
    for one in read:
        if len(one.reason) < 30:
            raise ValueError(f"{one.tool} {one.rule} {one.where}: say why")
    return read


def judge(found: list[Finding], accepted: list[Reason], tools: list[str]) -> int:
    """Prints the report; 1 while something is open or a reason fits nothing any more."""
    used: set[Reason] = set()
    left: list[Finding] = []
    blind = [one for one in found if one.rule == NOT_SEEN]
    found = [one for one in found if one.rule != NOT_SEEN]
    for one in found:
        fitting = [reason for reason in accepted if reason.fits(one)]
        used.update(fitting)
        if not fitting:
            left.append(one)
    stale = [one for one in accepted if one.tool in tools and one not in used and not one.sometimes]
    for one in sorted(set(left), key=lambda one: (one.tool, one.rule, one.where)):
        print(f"OPEN   {one.tool} {one.rule} {one.where}: {one.text}")
    for one in stale:
        print(f"STALE  {one.tool} {one.rule} {one.where}: no such finding any more; take the reason away")
    for one in blind:
        print(f"NOT SEEN {one.tool} {one.where}: {one.text}")
    for tool in tools:
        total = Counter(one.tool for one in found)[tool]
        still = Counter(one.tool for one in left)[tool]
        unseen = ", not everything seen" if any(one.tool == tool for one in blind) else ""
        print(f"{tool}: {total} found, {total - still} with a reason, {still} open{unseen}")
    return 1 if left or stale else 0
