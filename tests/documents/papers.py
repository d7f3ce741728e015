"""Two papers used by the layout and signature tests: an official letter and a decision of two pages."""

from documents.layout import Letterhead, Page, SignatureBlock

LETTER = Page(
    kind_code="CV",
    kind_name="Công văn",
    letterhead=Letterhead("UBND THÀNH PHỐ HÀ NỘI", ("SỞ NỘI VỤ",), "Hà Nội"),
    notation="SNV-TCBC",
    year=2026,
    subject="đề nghị báo cáo kết quả sắp xếp tổ chức bộ máy năm 2026",
    addressees=("Ủy ban nhân dân các phường, xã;", "Các sở, ban, ngành thành phố"),
    bases=(),
    body=(
        "Thực hiện Kế hoạch số 112/KH-UBND ngày 05 tháng 3 năm 2026, Sở Nội vụ đề nghị:\n\n"
        "1. Báo cáo kết quả sắp xếp; nêu rõ khó khăn & vướng mắc <nếu có>.\n"
        "2. Đề xuất, kiến nghị:\na) Với Ủy ban nhân dân thành phố;\nb) Với Sở Nội vụ:\n- Về biên chế;\n\n"
        "Báo cáo gửi về Sở Nội vụ trước ngày 15 tháng 10 năm 2026\nđể tổng hợp."
    ),
    block=SignatureBlock(("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"), "Vũ Phương Thảo"),
    recipients=("UBND thành phố (để b/c)",),
    archive_line="Lưu: VT, TCBC.",
    urgency=1,
)

_ARTICLES = "\n\n".join(
    f"Điều {n}. Giao Sở Nội vụ chủ trì, phối hợp với các cơ quan có liên quan hướng dẫn, kiểm tra việc "
    "thực hiện Quyết định này; định kỳ hằng quý báo cáo Ủy ban nhân dân thành phố."
    for n in range(1, 10)
)
DECISION = Page(
    kind_code="QĐ",
    kind_name="Quyết định",
    letterhead=Letterhead("", ("ỦY BAN NHÂN DÂN", "THÀNH PHỐ HÀ NỘI"), "Hà Nội"),
    notation="QĐ-UBND",
    year=2026,
    subject="Về việc phê duyệt Kế hoạch số hóa, lưu trữ và ký số văn bản điện tử",
    addressees=(),
    bases=("Căn cứ Luật Tổ chức chính quyền địa phương", "Căn cứ Nghị định số 30/2020/NĐ-CP;"),
    body=_ARTICLES,
    block=SignatureBlock(("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"), "Hoàng Gia Khánh"),
    recipients=("Như Điều 9",),
    archive_line="Lưu: VT, NC.",
)
