"""How wide words are on paper, in em: the same at every size."""

from collections.abc import Sequence
from functools import lru_cache

from .hand import Hand

# Em in a line of a table, by how small its letters are (165 mm, and 247 mm on its side).
_LINE = {"": 39, "small": 42, "tiny": 46}
_ON_ITS_SIDE = 247 / 165
_PADDING = 1.1  # left and right of a cell together, and its lines
_LONGEST_WORD, _LONGEST_LINE = 12, 34
_FEW, _MANY = 7, 10  # columns from which on letters are smaller


@lru_cache(maxsize=4096)
def width(text: str, bold: bool = False) -> float:
    """Em that this takes on one line."""
    return _hand(bold).width(text, 1)


def balanced(text: str, room: float, *, bold: bool = True) -> list[str]:
    """The words in as few lines as fit the room, all about as long as each other, as titles are set."""
    words = [word for word in text.split(" ") if word]  # what a no-break space joins stays together
    if not words or width(text, bold) <= room:
        return [" ".join(words)] if words else []
    lines = _filled(words, room, bold)
    low, high = width(text, bold) / len(lines), room
    for _ in range(8):
        middle = (low + high) / 2
        tried = _filled(words, middle, bold)
        if len(tried) <= len(lines) and max(width(line, bold) for line in tried) <= room:
            lines, high = tried, middle
        else:
            low = middle
    return lines


def size_of(columns: int) -> str:
    """Which of the sizes of a table's letters suits so many columns."""
    return "tiny" if columns >= _MANY else "small" if columns >= _FEW else ""


def shares(rows: Sequence[Sequence[str]], *, landscape: bool = False) -> list[float]:
    """How many hundredths of the table each column gets: no less than its longest word where all words fit, the rest by
    how much there is to read. Words longer than a column are broken on the page, so that nothing goes over the edge."""
    room = _LINE[size_of(len(rows[0]))] * (_ON_ITS_SIDE if landscape else 1)
    needs, wants = [], []
    for column in zip(*rows, strict=True):
        lines = [line for cell in column for line in cell.split("\n")]
        words = [word for line in lines for word in line.split()]
        need = min(max((width(word, True) for word in words), default=0), _LONGEST_WORD) + _PADDING
        needs.append(need)
        wants.append(max(need, min(max(map(width, lines), default=0), _LONGEST_LINE) + _PADDING))
    spare, wanted = room - sum(needs), sum(wants) - sum(needs)
    if spare < 0:
        needs = _levelled(needs, room)
    elif wanted > 0:
        needs = [need + (want - need) * spare / wanted for need, want in zip(needs, wants, strict=True)]
    return [round(100 * need / sum(needs), 2) for need in needs]


def _levelled(needs: list[float], room: float) -> list[float]:
    """The wide columns cut to one width, so that all fit and the narrow ones keep their words whole."""
    left, many = room, len(needs)
    for need in sorted(needs):
        if need * many > left:
            break
        left, many = left - need, many - 1
    return [min(need, left / many) for need in needs] if many else needs


def _filled(words: Sequence[str], room: float, bold: bool) -> list[str]:
    lines = [words[0]]
    for word in words[1:]:
        longer = f"{lines[-1]} {word}"
        if width(longer, bold) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


@lru_cache(maxsize=2)
def _hand(bold: bool) -> Hand:
    return Hand("Bold" if bold else "Regular")
