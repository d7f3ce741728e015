"""Code tables of the format: document types, statuses, urgency."""

from __future__ import annotations

import datetime as dt
import unicodedata

LEGAL, ADMINISTRATIVE = 1, 2

TYPE_NAMES: dict[int, dict[int, str]] = {
    LEGAL: {
        1: "Hiến pháp",
        2: "Luật",
        3: "Pháp lệnh",
        4: "Lệnh",
        5: "Nghị quyết",
        6: "Nghị quyết liên tịch",
        7: "Nghị định",
        8: "Quyết định",
        9: "Thông tư",
        10: "Thông tư liên tịch",
        11: "Chỉ thị",
        12: "Bộ luật",
        13: "Văn bản quy phạm pháp luật của Hội đồng nhân dân đơn vị hành chính - kinh tế đặc biệt",
    },
    ADMINISTRATIVE: {
        1: "Nghị quyết",
        2: "Quyết định",
        3: "Chỉ thị",
        4: "Quy chế",
        5: "Quy định",
        6: "Thông cáo",
        7: "Thông báo",
        8: "Hướng dẫn",
        9: "Chương trình",
        10: "Kế hoạch",
        11: "Phương án",
        12: "Đề án",
        13: "Dự án",
        14: "Báo cáo",
        15: "Biên bản",
        16: "Tờ trình",
        17: "Hợp đồng",
        18: "Công văn",
        19: "Công điện",
        20: "Bản ghi nhớ",
        21: "Bản cam kết",
        22: "Bản thỏa thuận",
        23: "Giấy chứng nhận",
        24: "Giấy ủy quyền",
        25: "Giấy mời",
        26: "Giấy giới thiệu",
        27: "Giấy nghỉ phép",
        28: "Giấy đi đường",
        29: "Giấy biên nhận hồ sơ",
        30: "Phiếu gửi",
        31: "Phiếu chuyển",
        32: "Thư công",
    },
}
"""Tables A and B of the amendment 1:2022 by Type. B 10-17 and 27-32 are inferred from TT 01/2011/TT-BNV."""

STATUS_NAMES: dict[str, str] = {
    "01": "Đã đến",
    "02": "Từ chối tiếp nhận",
    "03": "Đã tiếp nhận",
    "04": "Phân công",
    "05": "Đang xử lý",
    "06": "Hoàn thành",
    "13": "Lấy lại",
    "15": "Đồng ý",
    "16": "Từ chối",
}
"""StatusCode. 13 is sent by the sender of the document; 15 and 16 answer it, or a recall or update."""

REASONED_STATUSES = frozenset({"02", "13", "16"})
"""Statuses that say no or ask back: the other side must be told why."""

PRIORITIES = range(5)
"""0 thường, 1 khẩn, 2 thượng khẩn, 3 hỏa tốc, 4 hỏa tốc hẹn giờ."""


def type_detail_for(type_name: str) -> int | None:
    """Number in table B for a document type's name; None for a name the table does not have."""
    return _NUMBERS.get(_fold(type_name.replace("(cá biệt)", "")))


def document_id_for(organ_id: str, on: dt.date, code: str) -> str:
    """DocumentId of a document issued `on` under `code` ("number/notation"): made once, at issue."""
    return f"{organ_id},{on:%Y/%m/%d},{code}"


def _fold(name: str) -> str:
    """One spelling of a name: both ways to place the tone mark are in use (thỏa/thoả, ủy/uỷ)."""
    folded = " ".join(unicodedata.normalize("NFC", name).casefold().split())
    return folded.replace("oả", "ỏa").replace("uỷ", "ủy")


_NUMBERS = {_fold(name): number for number, name in TYPE_NAMES[ADMINISTRATIVE].items()}
