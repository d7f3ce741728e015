"""How Vietnamese words are folded for search and ordered, without help from the database's collations."""

import re
import unicodedata

_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
RANKS = {letter: chr(0x41 + rank) for rank, letter in enumerate(_ALPHABET)}
TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}


def nfc(text: str) -> str:
    """The one spelling we store: NFC, single blanks, no control characters."""
    kept = "".join(" " if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp") else c for c in text)
    return " ".join(unicodedata.normalize("NFC", kept).split())


# Other letters that look like đ (U+00D0, U+0189), and every dash a word processor puts in place of a hyphen.
_LOOKALIKES = str.maketrans("ðɖ‐‑‒–—―−", "đđ-------")


def fold(text: str) -> str:
    """Lower case without diacritics, so that "so noi vu" finds "Sở Nội vụ", ủy finds uỷ and - finds –."""
    plain = unicodedata.normalize("NFD", text.lower().translate(_LOOKALIKES).replace("đ", "d"))
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())


def fold_code(code: str) -> str:
    """The same for every way to write one number and notation: 07/QĐ–UBND, 7 / QÐ-UBND."""
    number, slash, notation = re.sub(r"\s*([/-])\s*", r"\1", fold(code)).partition("/")
    return f"{number.lstrip('0') or number}{slash}{notation}"


def sort_key(text: str) -> str:
    """A string whose byte order is the Vietnamese alphabet: letters first, then tones, then case."""
    letters, tones, cases = [], [], []
    for char in unicodedata.normalize("NFC", text):
        parts = unicodedata.normalize("NFD", char)
        base = unicodedata.normalize("NFC", "".join(c for c in parts if c not in TONES))
        lower = base.lower()
        if lower in RANKS:
            letters.append(RANKS[lower])
            tones.append(next((TONES[c] for c in parts if c in TONES), "0"))
            cases.append("1" if base != lower else "0")
        elif char.isdigit():
            letters.append(char)
        else:
            letters.append(" " if not char.isalnum() else "z" + char)
    return "".join(letters) + "\x01" + "".join(tones) + "\x01" + "".join(cases)


_SHORT = {"ubnd": "ủy ban nhân dân", "hđnd": "hội đồng nhân dân"}


def name_key(name: str) -> str:
    """The same for two spellings of one name: case, "uỷ" and "ủy", "UBND"; different for different names."""
    words = []
    for word in nfc(name).lower().translate(_LOOKALIKES).split():
        for part in _SHORT.get(word, word).split():
            letters = unicodedata.normalize("NFD", part)
            tone = "".join(c for c in letters if c in TONES)
            words.append("".join(c for c in letters if c not in TONES) + tone)
    return " ".join(words)
