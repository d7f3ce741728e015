"""The 29 kinds of administrative document (decree 30/2020 art. 7) and their abbreviations (Phụ lục III.I)."""

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
OTHER = "KHAC"  # what comes from outside: Party papers, legal normative documents, petitions …

CHOICES = [(code, name) for code, (name, _) in KINDS.items()]
CHOICES_IN = [*CHOICES, (OTHER, "Loại khác")]


def kind_named(name: str) -> str:
    """The code for a kind as a correspondent writes it ("Quyết định (cá biệt)"), or OTHER."""
    wanted = name.split("(")[0].strip().casefold()
    return next((code for code, (own, _) in KINDS.items() if own.casefold() == wanted), OTHER)


def series_of(kind: str) -> str:
    """The number series a kind belongs to: each kind its own, thư công with công văn."""
    return "CV" if kind == "TCg" else kind
