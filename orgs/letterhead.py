"""How a body writes its own name: letterhead, abbreviation for notations, place (decree 30 app. I.II)."""

import re
from dataclasses import dataclass

COUNCIL = "Ủy ban nhân dân "
CITY_PLACE = "Hà Nội"
_AREA = r"(?:quận|huyện|thị xã|phường|xã|thị trấn|tỉnh|thành phố|Thành phố)"
_DISTRICT = re.compile(r" (?:quận|huyện|thị xã) .+$")

# Places named after a person keep the common noun: "Quận Hai Bà Trưng" (decree 30 app. II.III.1b).
_PEOPLE = frozenset(
    {"Hai Bà Trưng", "Nguyễn Trung Trực", "Trần Hưng Đạo", "Phan Chu Trinh", "Lý Thái Tổ", "Nguyễn Du"}
    | {"Lê Đại Hành", "Phạm Đình Hổ", "Lê Lợi", "Ngô Quyền", "Quang Trung", "Nguyễn Trãi", "Trần Phú"}
    | {"Minh Khai", "Hoàng Văn Thụ", "Hoàng Diệu", "Tô Hiệu", "Yết Kiêu", "Trương Định", "Đội Cấn"}
)
# Where the initials would clash or nobody uses them.
_KNOWN = {
    "Sở Ngoại vụ": "SNGV",
    "Sở Nông nghiệp và Phát triển nông thôn": "SNN",
    "Sở Quy hoạch - Kiến trúc": "QHKT",
    "Thanh tra thành phố Hà Nội": "TTTP",
    "Ban Quản lý các khu công nghiệp và chế xuất Hà Nội": "BQLKCN",
}
_SKIPPED = frozenset({"và", "của", "các", "cho"})


@dataclass(frozen=True)
class Letterhead:
    superior: str
    name: str  # lines split by "|"
    abbreviation: str
    collective: bool
    place: str


def letterhead(name: str, *, level: int, parent: str = "", parent_place: str = "") -> Letterhead:
    """From the body's name and its parent's. Neither level 1 nor a people's committee has a superior line."""
    area = name.removeprefix(COUNCIL)
    if area != name:
        return Letterhead("", f"{COUNCIL.strip()}|{area}".upper(), "UBND", True, place_of(area))
    own = _DISTRICT.sub("", name)
    if own.startswith("Văn phòng "):
        own = "Văn phòng" if level == 2 else own.replace("Hội đồng nhân dân", "HĐND")
        own = own.replace(COUNCIL.strip(), "UBND")
    superior = parent.replace(COUNCIL.strip(), "UBND").upper() if level > 1 else ""
    return Letterhead(superior, own.upper(), abbreviation(name, level), False, parent_place or CITY_PLACE)


def place_of(area: str) -> str:
    """ "phường Phúc Xá" → "Phúc Xá"; "quận Hai Bà Trưng" → "Quận Hai Bà Trưng"."""
    noun, bare = re.match(rf"({_AREA}) (.+)", area).groups() if re.match(rf"{_AREA} .+", area) else ("", area)
    keeps = bare in _PEOPLE or any(c.isdigit() for c in bare) or noun == "Thành phố"
    return f"{noun[:1].upper()}{noun[1:]} {bare}" if noun and keeps else bare


def abbreviation(name: str, level: int = 2) -> str:
    """First letters; a room of a district leaves out the word "Phòng", an office of any body is "VP"."""
    if name in _KNOWN:
        return _KNOWN[name]
    if name.startswith("Văn phòng ") and ("nhân dân" in name):
        return "VP"
    own = _DISTRICT.sub("", name)
    own = re.sub(r" (?:thành phố )?Hà Nội$| \(mẫu\)$", "", own)
    own = own.removeprefix("Phòng ") if level == 3 and own != name else own
    words = re.findall(r"\w+", own)
    return "".join(w if w.isdigit() else w[0] for w in words if w not in _SKIPPED).upper()[:30]
