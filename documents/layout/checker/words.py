"""How words are compared: without diacritics and blanks where a paper may be read wrong, and the fixed words themselves."""

import re
import unicodedata

from orgs.kinds import KINDS

STATE = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"
PARTY = "DANGCONGSANVIETNAM"
URGENT = ("HỎA TỐC", "THƯỢNG KHẨN", "KHẨN")
CIRCULATION = ("XEM XONG TRẢ LẠI", "LƯU HÀNH NỘI BỘ", "TÀI LIỆU THU HỒI")
SECRET = ("MẬT", "TỐI MẬT", "TUYỆT MẬT")
DECIDING = ("QĐ", "NQ")


def bare(text: str) -> str:
    """Capitals without diacritics, blanks and marks."""
    plain = unicodedata.normalize("NFD", text.upper().replace("Đ", "D"))
    return re.sub(r"[^A-Z0-9]", "", plain)


def one_tone(text: str) -> str:
    """The mark of a tone where the law's own text has it (HÒA, not HOÀ; ủy, not uỷ)."""
    for old, new in zip(_OLD, _NEW, strict=True):
        text = text.replace(old, new)
    return text


def _pairs() -> tuple[list[str], list[str]]:
    old, new = [], []
    for first, second in ("oa", "oe", "uy"):
        for mark in "\u0300\u0301\u0309\u0303\u0323":
            for a, b in ((first, second), (first.upper(), second), (first.upper(), second.upper())):
                old.append(unicodedata.normalize("NFC", a + b + mark))
                new.append(unicodedata.normalize("NFC", a + mark + b))
    return old, new


_OLD, _NEW = _pairs()
_NAMES = {bare(name): code for code, (name, _) in KINDS.items() if code not in ("CV", "TCg")}


def kind_titled(text: str) -> str:
    """The code of the kind whose name this line is, "" for another."""
    return _NAMES.get(bare(text), "")


def kind_name(code: str) -> str:
    return KINDS[code][0] if code in KINDS else ""


def abbreviation(code: str) -> str:
    return KINDS[code][1] if code in KINDS else ""


def figure(value: float, digits: int = 1) -> str:
    """13,5 as a clerk writes it; 13 without a comma."""
    text = f"{value:.{digits}f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")
