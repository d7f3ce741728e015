"""The numbers of a draft in order, and the references inside it that follow them ("khoản 2 Điều 3").

No Django, nothing raises. References to other papers stay ("Điều 3 Nghị định số 30/2020/NĐ-CP"), and so does what
stands in quotation marks: it is another paper's text.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from .references import Spot, follow
from .units import Unit, joined, moved, roman, units

POINTS = "abcdđeghiklmnopqrstuvxy"  # as laws count: no f, j, w, z
_KEYS = {"part": 1, "chapter": 2, "section": 3, "heading": 4, "article": 5, "point": 9}


@dataclass(frozen=True)
class Renumbered:
    """`line`: where the unit that was asked about begins now; `unclear`: labels that stood twice, so that nothing says
    which of the two a reference means. Such references were left as they are."""

    text: str
    line: int
    unclear: tuple[str, ...]


def renumber(text: str, *, line: int = 0, move: str = "", is_new: bool = False) -> Renumbered:
    """The text with its numbers in order. `move`: "up" or "down", the unit that begins in `line`, with all that belongs to
    it, changes places with its neighbour first. `is_new`: that unit was just written, nothing refers to it yet."""
    found = units(text)
    at = next((n for n, unit in enumerate(found) if unit.line >= line), len(found) - 1)
    if move in ("up", "down") and found:
        found, at = moved(found, at, up=move == "up")
    counted, unclear = _counted(found, at if is_new else -1)
    done = follow(counted)
    text = joined(done)
    begins = sum(unit.gap + unit.text.count("\n") for unit in done[:at]) + done[at].gap if done else 0
    return Renumbered(text, begins, unclear)


@dataclass
class _Count:
    """Numbers given so far under one roof: the last of each kind, and how deep clauses stand now."""

    last: dict[int, str] = field(default_factory=dict)

    def below(self, rank: int) -> None:
        """A new unit of this rank: what lies under it begins anew."""
        for key in [key for key in self.last if key > rank]:
            del self.last[key]


def _counted(found: list[Unit], new: int) -> tuple[list[Unit], tuple[str, ...]]:
    """Each unit with its label in order, and for references where each labelled unit stood and stands."""
    spots: dict[int, Spot] = {}
    scope, before, now = 0, _Count(), _Count()
    runs_on = _headings_run_on(found)
    given: list[Unit] = []
    newest = _with_its_parts(found, new)
    for n, unit in enumerate(found):
        if unit.kind == "appendix":
            scope, before, now = scope + 1, _Count(), _Count()
        label = unit.label
        if label:
            # Articles go on through chapters, and clauses through headings where they did so before.
            keep = {5: before.last.get(5, ""), 6: before.last.get(6, "") if runs_on else ""}
            kept_now = {5: now.last.get(5, ""), 6: now.last.get(6, "") if runs_on else ""}
            before.below(unit.rank)
            now.below(unit.rank)
            for key in (5, 6):
                if key > unit.rank and unit.rank < 5 and kept_now[key]:
                    before.last[key], now.last[key] = keep[key], kept_now[key]
            label = _next(unit, now)
            before.last[unit.rank], now.last[unit.rank] = unit.number, label
            given.append(unit.numbered(label))
        else:
            given.append(unit)
        spots[n] = Spot(scope, dict(before.last), dict(now.last), is_new=n in newest)
    seen = Counter(
        (spot.scope, spot.own_place(unit.rank))
        for n, unit in enumerate(found)
        if unit.label and unit.kind not in ("dash", "heading") and not (spot := spots[n]).is_new
    )
    twice = frozenset(key for key, count in seen.items() if count > 1)
    labels = dict.fromkeys(_said(place) for _, place in twice)
    return [unit.at(spots[n], twice) for n, unit in enumerate(given)], tuple(labels)


def _with_its_parts(found: list[Unit], new: int) -> range:
    """That unit and what lies under it; none where `new` is negative."""
    if new < 0:
        return range(0)
    below = (n for n in range(new + 1, len(found)) if found[n].rank <= found[new].rank)
    return range(new, next(below, len(found)))


def _headings_run_on(found: list[Unit]) -> bool:
    """Whether clauses are counted through headings (I. 1, 2; II. 3, 4): none of them but the first begins at 1."""
    firsts, waits = [], False
    for unit in found:
        if unit.kind in ("heading", "appendix"):
            waits = True
        elif unit.kind == "article":
            return False
        elif unit.rank == 6 and waits:
            firsts.append(unit.number)
            waits = False
    return len(firsts) > 1 and firsts.count("1") == 1


def _next(unit: Unit, now: _Count) -> str:
    last = now.last.get(unit.rank, "")
    if unit.kind == "point":
        return POINTS[min(POINTS.find(last[:1]) + 1 if last else 0, len(POINTS) - 1)]
    number = int(last.rpartition(".")[2] or 0) + 1 if last else 1
    if unit.kind == "clause" and unit.rank > 6:
        above = now.last.get(unit.rank - 1, "")
        return f"{above}.{number}" if above else unit.number
    return str(number)


def _said(place: Iterable[tuple[int, str]]) -> str:
    """A place in words: "khoản 2 Điều 3"."""
    words = {1: "Phần", 2: "Chương", 3: "Mục", 5: "Điều", 6: "khoản", 7: "khoản", 8: "khoản", 9: "điểm"}
    return " ".join(
        f"{words[rank]} {roman(int(number)) if rank < 3 else number}"
        for rank, number in sorted(place, reverse=True)
        if rank in words
    )
