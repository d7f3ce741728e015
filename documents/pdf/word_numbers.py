"""The numbers that Word puts before paragraphs by itself ("1.", "a)", "Điều 3."). Beside word_text.py, and run with it."""

import re

from word_styles import W, value_of

_MOST = 3000
_ROMAN = ((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"),
          (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))  # fmt: skip
_LETTERS = "abcdefghijklmnopqrstuvwxyz"  # as Word counts, whatever the alphabet of the language is


class Numbers:
    """Counts as the paragraphs are asked for, in their order."""

    def __init__(self, numbering, styles):
        levels = {
            one.get(f"{W}abstractNumId"): {level.get(f"{W}ilvl"): level for level in one.iterfind(f"{W}lvl")}
            for one in list(numbering.iterfind(f"{W}abstractNum"))[:_MOST]
        }
        self._lists = {
            one.get(f"{W}numId"): (
                value_of(one, "abstractNumId"),
                levels.get(value_of(one, "abstractNumId"), {}),
            )
            for one in list(numbering.iterfind(f"{W}num"))[:_MOST]
        }
        self._styled = {
            one.get(f"{W}styleId"): one.find(f"{W}pPr/{W}numPr")
            for one in list(styles.iterfind(f"{W}style"))[:_MOST]
        }
        self._at: dict[tuple, int] = {}

    def label(self, properties) -> str:
        """What stands before this paragraph; "" where Word puts nothing."""
        own = properties.find(f"{W}numPr") if properties is not None else None
        if own is None:
            own = self._styled.get(value_of(properties, "pStyle"))
        key, levels = self._lists.get(value_of(own, "numId"), ("", {}))
        depth = value_of(own, "ilvl") or "0"
        level = levels.get(depth)
        if level is None or not depth.isdigit():
            return ""
        form = value_of(level, "numFmt") or "decimal"
        if form == "bullet":
            return "-"
        count = self._at[key, depth] = self._at.get((key, depth), _start(level) - 1) + 1
        for other in [one for one in self._at if one[0] == key and int(one[1]) > int(depth)]:
            del self._at[other]
        text = value_of(level, "lvlText") or ""

        def said(found: re.Match) -> str:
            above = str(int(found[1]) - 1)
            number = count if above == depth else self._at.get((key, above), 1)
            return _number(number, value_of(levels.get(above), "numFmt") or "decimal")

        return re.sub(r"%([1-9])", said, text)[:40].strip() if form != "none" else ""


def _start(level) -> int:
    said = value_of(level, "start") or "1"
    return int(said) if re.fullmatch(r"\d{1,4}", said) else 1


def _number(value: int, form: str) -> str:
    if form in ("lowerLetter", "upperLetter"):
        letter = _LETTERS[(value - 1) % 26] * min((value - 1) // 26 + 1, 5)
        return letter.upper() if form == "upperLetter" else letter
    if form in ("lowerRoman", "upperRoman"):
        found = ""
        for number, sign in _ROMAN:
            while value >= number:
                found, value = found + sign, value - number
        return found.lower() if form == "lowerRoman" else found
    return str(value)
