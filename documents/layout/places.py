"""A place in a text that others speak of: the words that stood there, and those before them."""

import re

BEFORE = 80  # letters that tell two places with the same words apart


class Places:
    """A text in which several places are looked for."""

    def __init__(self, text: str):
        self._words, self._where = _bare(text)

    def find(self, quote: str, before: str = "") -> tuple[int, int] | None:
        """As `find_place`."""
        wanted, front = _bare(quote)[0].strip(), _bare(before)[0].strip()
        best, most = -1, -1
        at = self._words.find(wanted) if wanted else -1
        while at >= 0:
            same = _same_end(self._words[max(at - len(front) - 1, 0) : at].rstrip(), front)
            if same > most:
                best, most = at, same
            if same == len(front):
                break
            at = self._words.find(wanted, at + 1)
        return (self._where[best], self._where[best + len(wanted) - 1] + 1) if best >= 0 else None


def find_place(text: str, quote: str, before: str = "") -> tuple[int, int] | None:
    """Where the quoted words begin and end, whatever blanks and marks of bold stand among them; of several such places the
    one that has most of `before` in front of it. None when they stand there no more."""
    return Places(text).find(quote, before)


def replaced(text: str, place: tuple[int, int], words: str) -> str | None:
    """The text with other words at that place; None where a mark of bold begins there and ends elsewhere."""
    first, end = place
    if len(re.findall(r"(?<!\\)\*", text[first:end])) % 2:
        return None
    return text[:first] + words + text[end:]


def before_of(text: str, place: tuple[int, int]) -> str:
    return text[max(place[0] - BEFORE, 0) : place[0]]


def _bare(text: str) -> tuple[str, list[int]]:
    """The letters one reads, blanks as one, and where each stands."""
    letters, where = [], []
    for at, letter in enumerate(text):
        if letter == "*":
            continue
        if letter.isspace():
            if letters and letters[-1] == " ":
                continue
            letter = " "
        letters.append(letter)
        where.append(at)
    return "".join(letters), where


def _same_end(one: str, two: str) -> int:
    count = 0
    for a, b in zip(reversed(one), reversed(two), strict=False):
        if a != b:
            break
        count += 1
    return count
