"""References inside a draft: "điểm a khoản 2 Điều 3", "các khoản 1, 2 và 3 Điều này", "Mục 1 Chương II", "Phụ lục I"; which of
them are its own."""

import re
from dataclasses import dataclass, replace

from .units import Unit, arabic, roman

_PAPER = (
    "Bộ luật|Luật|Hiến pháp|Pháp lệnh|Nghị định|Nghị quyết|Thông tư|Quyết định|Chỉ thị|Quy chế|Quy định|Điều lệ|Nội quy"
    "|Lệnh|Công văn|Kế hoạch|Hướng dẫn|Thông báo|Hiệp định|Công ước|Hợp đồng|Quy chuẩn|Tiêu chuẩn"
)
_NUMBER = r"\d{1,3}(?:\.\d{1,3}){0,2}"
_POINT = r"[a-zđ](?![\wÀ-ỹ])"
_LIST = r"(?:(?:, | và | hoặc |; )(?:{0})(?=[ ,.;:)]|$))"
# One reference with the numbers that go on behind it; a list only where "các" or what follows says that it is one.
_ATOM = (
    rf"(?:[Đđ]iểm (?:{_POINT}){_LIST.format(_POINT)}*"
    rf"|[Kk]hoản (?:{_NUMBER}(?![\d/]){_LIST.format(_NUMBER)}*|này)"
    rf"|các Điều \d{{1,4}}[a-zđ]?{_LIST.format(r'[0-9]{1,4}[a-zđ]?')}*"
    r"|[Đđ]iều (?:\d{1,4}[a-zđ]?(?![\wÀ-ỹ/])|này))"
)
_RUN = re.compile(rf"(?<![\wÀ-ỹ])(?:{_ATOM})(?:(?:,? |, và |; | và | hoặc )(?:các )?(?:{_ATOM}))*")
_NUMERAL = r"(?:[IVXLC]{1,8}|\d{1,3})(?![\wÀ-ỹ/])"
# Parts and appendices by their capital: "mục" and "phần" in small letters are words.
_PARTS = ("Phần", "Chương", "Mục", "Tiểu mục")
_PART_ATOM = rf"(?:[Cc]ác )?(?:Phần|Chương|Mục|Tiểu mục) {_NUMERAL}{_LIST.format(_NUMERAL)}*"
_PART_RUN = re.compile(rf"(?<![\wÀ-ỹ]){_PART_ATOM}(?: {_PART_ATOM})*")
_PART_ONE = re.compile(_PART_ATOM)
_APPENDIX_RUN = re.compile(
    rf"(?<![\wÀ-ỹ])(?:[Cc]ác )?Phụ lục [IVXLC]{{1,8}}(?![\wÀ-ỹ/]){_LIST.format(r'[IVXLC]{1,8}')}*"
)
_PART_NUMBER = re.compile(rf"(?<![\wÀ-ỹ]){_NUMERAL}")
_ENDED = re.compile(r"[Đđ]iều \w+(?P<mark>; )")
_ONE = re.compile(_ATOM)
_OTHERS = re.compile(rf",? *(?:của )?(?:các )?(?:{_PAPER})(?![\wÀ-ỹ])(?P<rest>.{{0,40}})", re.IGNORECASE)
_OWN = re.compile(r"^ này(?![\wÀ-ỹ])")
_PIECE = re.compile(rf"\d{{1,4}}(?:\.\d{{1,3}}){{0,2}}[a-zđ]?(?![\wÀ-ỹ])|(?<![\wÀ-ỹ]){_POINT}")


@dataclass(frozen=True)
class Spot:
    """Where a unit stands: numbers by rank, as they were typed and as they are given. Scope: the paper, or an appendix."""

    scope: int
    was: dict[int, str]
    now: dict[int, str]
    is_new: bool = False

    def own_place(self, rank: int) -> tuple[tuple[int, str], ...]:
        return _place(self.was, rank)


def _place(numbers: dict[int, str], rank: int) -> tuple[tuple[int, str], ...]:
    """What of these names a unit of this rank: an article by itself, a clause under its article, a point under its clause."""
    roofs = (4, 5) if 5 not in numbers else (5,)
    if rank == 5:
        roofs = ()
    elif rank < 4:
        roofs = range(1, rank)
    clause = max((key for key in numbers if 6 <= key <= 8), default=0) if rank == 9 else 0
    named = [key for key in (*roofs, clause, rank) if key and key in numbers]
    return tuple((key, numbers[key]) for key in named)


def follow(found: list[Unit]) -> list[Unit]:
    """The units with every reference of theirs as the numbers are now."""
    moves: dict[tuple, str] = {}
    for unit in found:
        spot: Spot = unit.spot
        if unit.label and unit.rank <= 9 and unit.kind != "heading" and not spot.is_new:
            key = (spot.scope, spot.own_place(unit.rank))
            if key not in unit.twice:
                moves[key] = spot.now[unit.rank]
    changed = {key: now for key, now in moves.items() if key[1][-1][1] != now}
    if changed:
        found = [_followed(unit, changed) for unit in found]
    appendices = _appendices(found)
    return [_appendices_followed(unit, appendices) for unit in found] if appendices else found


def _appendices(found: list[Unit]) -> dict[str, str]:
    """Numerals of appendices that stand elsewhere now. They are counted by their order, and a single one has none."""
    there = [unit for unit in found if unit.kind == "appendix" and not unit.spot.is_new]
    before = sorted(there, key=lambda unit: unit.line)
    all_now = [unit for unit in found if unit.kind == "appendix"]
    if len(before) < 2:
        return {}
    moves = {roman(n): roman(all_now.index(unit) + 1) for n, unit in enumerate(before, 1)}
    return {was: now for was, now in moves.items() if was != now}


def _appendices_followed(unit: Unit, moves: dict[str, str]) -> Unit:
    if unit.kind in ("quoted", "appendix"):
        return unit
    return _in_own_words(
        unit,
        _APPENDIX_RUN,
        lambda run: _numerals(run, "Phụ lục", lambda numeral: moves.get(numeral, numeral)),
    )


def _in_own_words(unit: Unit, pattern: re.Pattern, rewritten) -> Unit:
    """The unit with every run of the pattern anew that is neither quoted nor said of another paper."""
    head = unit.text[: len(unit.text) - len(unit.bare)]
    pieces, at, body = [head], 0, unit.bare
    for start, end in _outside_quotes(body):
        for run in pattern.finditer(body, start, end):
            if not _of_others(body[run.end() : run.end() + 80]):
                pieces += [body[at : run.start()], rewritten(run[0])]
                at = run.end()
    return replace(unit, text="".join(pieces) + body[at:])


def _numerals(words: str, name: str, now_of) -> str:
    """Each number behind the name of what it counts, in the letters or figures it was written in."""
    first = words.index(name) + len(name)
    return words[:first] + _PART_NUMBER.sub(lambda piece: now_of(piece[0]), words[first:])


def _parts_rewritten(run: str, spot: Spot, moves: dict) -> str:
    """From right to left: what a section belongs to is said behind it, or is one's own."""
    numbers = {rank: number for rank, number in spot.was.items() if rank < 4}
    written, end = "", len(run)
    for atom in reversed(list(_PART_ONE.finditer(run))):
        name = next(word for word in reversed(_PARTS) if f"{word} " in atom[0])
        rank = min(_PARTS.index(name) + 1, 3)
        roof = tuple((key, numbers[key]) for key in range(1, rank) if key in numbers)

        def now(numeral: str, roof=roof, rank=rank) -> str:
            in_letters = numeral[0] in "IVXLC"
            number = str(arabic(numeral)) if in_letters else numeral
            found = moves.get((spot.scope, (*roof, (rank, number))), number)
            return roman(int(found)) if in_letters else found

        if len(said := _PART_NUMBER.findall(atom[0])) == 1:  # of two chapters at once no section is a part
            numbers[rank] = str(arabic(said[0])) if said[0][0] in "IVXLC" else said[0]
        written = _numerals(atom[0], name, now) + run[atom.end() : end] + written
        end = atom.start()
    return run[:end] + written


def _followed(unit: Unit, moves: dict) -> Unit:
    if unit.kind == "quoted":
        return unit
    head = unit.text[: len(unit.text) - len(unit.bare)]
    pieces, at, body = [head], 0, unit.bare
    for start, end in _outside_quotes(body):
        for first, last in _runs(body, start, end):
            if not _of_others(body[last : last + 80]):
                pieces += [body[at:first], _rewritten(body[first:last], unit.spot, moves)]
                at = last
    followed = replace(unit, text="".join(pieces) + body[at:])
    if not any(key[1][-1][0] < 4 for key in moves):
        return followed
    return _in_own_words(followed, _PART_RUN, lambda run: _parts_rewritten(run, unit.spot, moves))


def _runs(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """References that belong together. Behind a semicolon after an article another one begins."""
    found = []
    for run in _RUN.finditer(text, start, end):
        first = run.start()
        for mark in _ENDED.finditer(text, run.start(), run.end()):
            found.append((first, mark.start("mark")))
            first = mark.end()
        found.append((first, run.end()))
    return found


def _of_others(behind: str) -> bool:
    other = _OTHERS.match(behind)
    return bool(other) and not _OWN.match(other["rest"])


def _rewritten(run: str, spot: Spot, moves: dict) -> str:
    """From right to left: what a clause belongs to is said behind it."""
    article, clause = spot.was.get(5, ""), None
    written, end = "", len(run)
    for atom in reversed(list(_ONE.finditer(run))):
        words = atom[0]
        kind = words.removeprefix("các ")[:2].lower()
        if kind == "đi" and re.match(r"(các )?[Đđ]iều", words):
            if not words.endswith("này"):
                article = _PIECE.findall(words)[0]
                words = _moved_in(words, lambda number: moves.get((spot.scope, ((5, number),))))
            else:
                article = spot.was.get(5, "")
            clause = None
        elif kind == "kh":
            if not words.endswith("này"):
                clause = _PIECE.findall(words)[0]
                roof = _roof(article, spot)
                words = _moved_in(
                    words, lambda number, roof=roof: moves.get(_clause(spot.scope, roof, number))
                )
            else:
                clause = None
        else:
            roof = (*_roof(article, spot), *_clause_part(clause, article, spot))
            words = _moved_in(words, lambda letter, roof=roof: moves.get((spot.scope, (*roof, (9, letter)))))
        written = words + run[atom.end() : end] + written
        end = atom.start()
    return run[:end] + written


def _roof(article: str, spot: Spot) -> tuple:
    if article:
        return ((5, article),)
    return ((4, spot.was[4]),) if 4 in spot.was else ()


def _clause(scope: int, roof: tuple, number: str) -> tuple:
    return scope, (*roof, (6 + number.count("."), number))


def _clause_part(clause: str | None, article: str, spot: Spot) -> tuple:
    if clause is None and article == spot.was.get(5, ""):  # of one's own clause
        deepest = max((key for key in spot.was if 6 <= key <= 8), default=0)
        return ((deepest, spot.was[deepest]),) if deepest else ()
    return ((6 + clause.count("."), clause),) if clause else ()


def _moved_in(words: str, now_of) -> str:
    first = words.index(" ", len("các ") if words.startswith("các ") else 0) + 1
    return words[:first] + _PIECE.sub(lambda piece: now_of(piece[0]) or piece[0], words[first:])


def _outside_quotes(text: str) -> list[tuple[int, int]]:
    """Stretches that no “…” holds; the whole where the marks do not pair."""
    if text.count("“") != text.count("”"):
        return [(0, len(text))]
    found, at, depth = [], 0, 0
    for mark in re.finditer("[“”]", text):
        if mark[0] == "“":
            if depth == 0:
                found.append((at, mark.start()))
            depth += 1
        else:
            depth -= 1
            at = mark.end()
    return [*found, (at, len(text))]
