"""The 29 kinds of administrative document (decree 30/2020 art. 7) and their abbreviations (Phụ lục III.I).

Kept on this floor because a right to sign may be limited to some of them (art. 13.3, 13.4).
"""

KINDS: dict[str, tuple[str, str]] = {
    # code: (name on screen and on paper, abbreviation inside the notation)
    "CV": ("Công văn", ""),
    "QĐ": ("Quyết định", "QĐ"),
    "TB": ("Thông báo", "TB"),
    "BC": ("Báo cáo", "BC"),
    "KH": ("Kế hoạch", "KH"),
    "TTr": ("Tờ trình", "TTr"),
    "GM": ("Giấy mời", "GM"),
    "NQ": ("Nghị quyết", "NQ"),
    "CT": ("Chỉ thị", "CT"),
    "QC": ("Quy chế", "QC"),
    "QyĐ": ("Quy định", "QyĐ"),
    "TC": ("Thông cáo", "TC"),
    "HD": ("Hướng dẫn", "HD"),
    "CTr": ("Chương trình", "CTr"),
    "PA": ("Phương án", "PA"),
    "ĐA": ("Đề án", "ĐA"),
    "DA": ("Dự án", "DA"),
    "BB": ("Biên bản", "BB"),
    "HĐ": ("Hợp đồng", "HĐ"),
    "CĐ": ("Công điện", "CĐ"),
    "BGN": ("Bản ghi nhớ", "BGN"),
    "BTT": ("Bản thỏa thuận", "BTT"),
    "GUQ": ("Giấy ủy quyền", "GUQ"),
    "GGT": ("Giấy giới thiệu", "GGT"),
    "GNP": ("Giấy nghỉ phép", "GNP"),
    "PG": ("Phiếu gửi", "PG"),
    "PC": ("Phiếu chuyển", "PC"),
    "PB": ("Phiếu báo", "PB"),
    "TCg": ("Thư công", ""),
}


def kind_names(codes: list[str]) -> str:
    """ "Công văn, Giấy mời": as a sentence names them; an unknown code stands for itself."""
    return ", ".join(KINDS[code][0] if code in KINDS else code for code in codes)
