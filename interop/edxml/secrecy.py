"""Does a package say of itself that it is a state secret? Such papers may not enter the system at all.

Only labels count: "Mật" standing alone or in front, not "bảo mật", "bí mật" or "mật độ" in running text.
"""

from __future__ import annotations

import re

from .fields import clean, short
from .tables import TYPE_NAMES
from .xmltree import Node

_MARKS = frozenset(
    [
        "secrecy",
        "secrecylevel",
        "secret",
        "secretlevel",
        "security",
        "securitylevel",
        "securityclassification",
        "confidential",
        "confidentiality",
        "confidentiallevel",
        "classified",
        "domat",
        "mucdomat",
        "mucmat",
        "capdomat",
    ]
)
_HARMLESS = frozenset(
    [
        "",
        "0",
        "00",
        "thường",
        "thuong",
        "bình thường",
        "binh thuong",
        "không",
        "khong",
        "không mật",
        "khong mat",
        "không có",
        "công khai",
        "cong khai",
        "none",
        "no",
        "false",
        "null",
        "normal",
        "public",
        "unclassified",
        "n/a",
        "-",
    ]
)
# Without tone marks the words mean nothing inside a sentence, so they count only as the whole value.
_WHOLE = frozenset({"mat", "toi mat", "tuyet mat"})
_LABEL = r"(?:tuyệt\s+mật|tối\s+mật|mật)"
_OPENING = r"[\s(\[{<*“\"'–-]*(?:(?:mức\s+)?độ\s+mật\s*[:–-]?\s*)?"
_IN_FRONT = re.compile(rf"{_OPENING}{_LABEL}\s*(?:$|[)\]}}>*”\"':.–—|-]|v/v\b|về việc\b)")
_STRONG_IN_FRONT = re.compile(rf"{_OPENING}(?:tuyệt|tối)\s+mật\b")
_SHOUTED = re.compile(r"[\s(\[]*MẬT\s+(?=\S*[^\W\d_])(\S+)")
_TYPES = "|".join(sorted({re.escape(n.casefold()) for t in TYPE_NAMES.values() for n in t.values()}))
_AFTER_TYPE = re.compile(rf"(?:{_TYPES}|văn bản|tài liệu)\s*[(\[:–-]*\s*{_LABEL}[\s)\].]*")
_IN_BRACKETS = re.compile(rf"[(\[]\s*{_LABEL}\s*[)\]]")


def claim_in(root: Node) -> str:
    """What in the package claims secrecy, as `Element: value`; "" when nothing does."""
    return next((claim for node in root.walk() for claim in _claims_of(node)), "")


def is_label(value: str) -> bool:
    """Is the value of a one-purpose field (circulation limit, type name) a secrecy label, or has it one?"""
    folded = _fold(value)
    return (
        folded in _WHOLE
        or _IN_FRONT.match(folded) is not None
        or _AFTER_TYPE.fullmatch(folded) is not None
        or _IN_BRACKETS.search(folded) is not None
    )


def begins_with_label(subject: str) -> bool:
    """Does a subject open with a secrecy label, as in "[Mật] V/v …" or "MẬT V/v …"?"""
    folded = _fold(subject)
    if _IN_FRONT.match(folded) or _STRONG_IN_FRONT.match(folded):
        return True
    # "MẬT Quyết toán …" is a label; "MẬT ĐỘ DÂN CƯ …" is a title in capitals.
    shouted = _SHOUTED.match(clean(subject))
    return shouted is not None and not shouted[1].isupper()


def _claims_of(node: Node) -> list[str]:
    marks = [(name, value) for name, value in node.attributes.items() if name.lower() in _MARKS]
    if node.name in _MARKS:
        marks.append((node.tag, node.text))
    claims = [f"{name}: {short(clean(value))}" for name, value in marks if _fold(value) not in _HARMLESS]
    labelled = is_label if node.name in ("sphereofpromulgation", "typename") else None
    if node.name == "subject":
        labelled = begins_with_label
    if labelled is not None and labelled(node.text):
        claims.append(f"{node.tag}: {short(clean(node.text))}")
    return claims


def _fold(value: str) -> str:
    return " ".join(clean(value).casefold().split())
