"""How the played participants answer a paper: which status, after how long, in which words."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """One status; `delay` is seconds after the step before, at pace 1. `text` may name {arrival}."""

    code: str
    delay: float
    text: str


_ARRIVED = Step("01", 0, "Đã đến. Phần mềm quản lý văn bản đã nhận, văn thư chưa xử lý")

ACCEPTING = (
    _ARRIVED,
    Step("03", 2, "Tiếp nhận văn bản điện tử. Vào sổ văn bản đến số {arrival}"),
    Step("04", 2, "Lãnh đạo cơ quan đã phân công đơn vị chủ trì xử lý"),
    Step("05", 2, "Chuyên viên đang xử lý văn bản đến"),
    Step("06", 4, "Đã hoàn thành xử lý văn bản đến"),
)
REFUSING = (
    _ARRIVED,
    Step("02", 2, "Từ chối tiếp nhận: nội dung văn bản không thuộc thẩm quyền giải quyết của cơ quan nhận"),
)
WITHOUT_FILE = (_ARRIVED, Step("02", 1, "Từ chối tiếp nhận: gói tin không có tệp văn bản kèm theo"))
AGREEING = (Step("15", 1, "Đồng ý yêu cầu: văn bản đã được hủy trên hệ thống của cơ quan nhận"),)
UPDATING = (Step("15", 1, "Đồng ý yêu cầu cập nhật văn bản"),)
TOO_LATE = (Step("16", 1, "Từ chối yêu cầu lấy lại: văn bản đã được xử lý xong"),)

_REFUSERS = {"H17"}


def answer_to(code: str, *, attachments: int) -> tuple[Step, ...]:
    """The script of a desk for a new paper with this many files."""
    if not attachments:
        return WITHOUT_FILE
    return REFUSING if code.split(".", 1)[0] in _REFUSERS else ACCEPTING
