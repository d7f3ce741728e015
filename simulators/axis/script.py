"""How the played participants answer a paper: which status, after how long, in which words."""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Step:
    """One status; `delay` is seconds after the step before, at pace 1. `text` may name {arrival}.

    `dress`: "" as the format has it, "old" in a dialect of before 2018, "broken" as no receiver can read it.
    """

    code: str
    delay: float
    text: str
    dress: str = ""


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

TAKING_BACK = (Step("13", 2, "Đề nghị lấy lại văn bản: văn bản gửi nhầm, chưa được duyệt phát hành"),)


def _twice(script: tuple[Step, ...]) -> tuple[Step, ...]:
    return tuple(one for step in script for one in (step, replace(step, delay=0)))


def _dressed(script: tuple[Step, ...], dress: str) -> tuple[Step, ...]:
    return tuple(replace(step, dress=dress) for step in script)


def _out_of_order(script: tuple[Step, ...]) -> tuple[Step, ...]:
    return script[1:2] + script[:1] + script[:1:-1]


# How a participant answers a paper it can read; "take back" accepts, and asks its own papers back.
BEHAVIOURS = {
    "accept": ACCEPTING,
    "refuse": REFUSING,
    "silent": (),
    "twice": _twice(ACCEPTING),
    "out of order": _out_of_order(ACCEPTING),
    "old dialect": _dressed(ACCEPTING, "old"),
    "malformed": (*_dressed(ACCEPTING[:1], "broken"), *ACCEPTING),
    "take back": ACCEPTING,
}
USUAL = {"H17": "refuse"}


def answer_to(behaviour: str, *, attachments: int) -> tuple[Step, ...]:
    """The script of a desk for a new paper with this many files."""
    return BEHAVIOURS[behaviour] if attachments or behaviour == "silent" else WITHOUT_FILE
