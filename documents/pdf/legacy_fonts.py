"""Vietnamese letters of before Unicode: what a run in a VNI or TCVN3 (ABC) font says, in today's letters.

Beside worker.py, and run with it: knows nothing of the rest of the system.
"""

import re

# TCVN 5712:1993, VN3: one byte a letter. Fonts whose name ends in H show small letters as capitals.
_TCVN3 = dict(
    zip(
        "¸µ¶·¹¨¾»¼½Æ©ÊÇÈÉË®ÐÌÎÏÑªÕÒÓÔÖÝ×ØÜÞãßáâä«èåæçé¬íêëìîóïñòô\xadøõö÷ùýúûüþ¡¢§£¤¥¦",
        "áàảãạăắằẳẵặâấầẩẫậđéèẻẽẹêếềểễệíìỉĩịóòỏõọôốồổỗộơớờởỡợúùủũụưứừửữựýỳỷỹỵĂÂĐÊÔƠƯ",
        strict=True,
    )
)
# VNI: a letter, and its mark as a letter behind it.
_MARKS = dict(zip("ùøûõï", "\u0301\u0300\u0309\u0303\u0323", strict=True))
_HATS = {
    "ê": "\u0306",
    "é": "\u0306\u0301",
    "è": "\u0306\u0300",
    "ú": "\u0306\u0309",
    "ü": "\u0306\u0303",
    "ë": "\u0306\u0323",
}
_ROOFS = {
    "â": "\u0302",
    "á": "\u0302\u0301",
    "à": "\u0302\u0300",
    "å": "\u0302\u0309",
    "ã": "\u0302\u0303",
    "ä": "\u0302\u0323",
}
_ALONE = {"ñ": "đ", "ô": "ơ", "ö": "ư", "í": "í", "ì": "ì", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}


def _vni() -> dict[str, str]:
    import unicodedata

    found = dict(_ALONE)
    for base in "aeouy" + "ôö":
        marks = dict(_MARKS)
        if base == "a":
            marks |= _HATS
        if base in "aeo":
            marks |= _ROOFS
        for mark, accents in marks.items():
            found[base + mark] = unicodedata.normalize("NFC", _ALONE.get(base, base) + accents)
    for key, letter in list(found.items()):
        found[key.upper()] = letter.upper()
        found[key[0].upper() + key[1:]] = letter.upper()
    return found


_VNI = _vni()
_VNI_RUN = re.compile("|".join(sorted(map(re.escape, _VNI), key=len, reverse=True)))


def coding_of(font: str) -> str:
    """ "tcvn3", "vni" or "" by the font's name."""
    name = font.strip().lower()
    if name.startswith(".vn"):
        return "tcvn3"
    return "vni" if name.startswith(("vni-", "vni ")) or name == "vni" else ""


def unicode_of(text: str, font: str) -> str:
    """The letters that are seen. A symbol font's private letters (U+F0xx) are those of the byte."""
    coding = coding_of(font)
    if not coding:
        return text
    text = "".join(chr(ord(c) - 0xF000) if 0xF020 <= ord(c) <= 0xF0FF else c for c in text)
    if coding == "vni":
        return _VNI_RUN.sub(lambda found: _VNI[found[0]], text)
    seen = "".join(_TCVN3.get(letter, letter) for letter in text)
    return seen.upper() if font.strip().upper().endswith("H") else seen
