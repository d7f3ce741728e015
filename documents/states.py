"""Every journey as one table of steps: name, label on the button, from where, to where, who may.

The table drives `journey.move`, the buttons, the timeline and the test that tries every step from every state.
"""

from dataclasses import dataclass
from enum import nonmember

from django.db import models

STATE_LABELS = {
    # incoming (law-and-practice §4.4)
    "awaiting_reception": "Chờ tiếp nhận",
    "rejected": "Đã trả lại nơi gửi",
    "registered": "Đã vào sổ",
    "awaiting_direction": "Chờ cho ý kiến",
    "assigned": "Đã chuyển xử lý",
    "processing": "Đang xử lý",
    "completed": "Đã hoàn thành",
    "recalled": "Nơi gửi đã thu hồi",
    # outgoing
    "draft": "Dự thảo",
    "in_review": "Chờ kiểm tra nội dung",
    "returned": "Bị trả lại",
    "content_checked": "Chờ kiểm tra thể thức",
    "format_checked": "Chờ ký",
    "awaiting_secretary": "Đã duyệt, chờ thư ký hoặc bên kia ký số",
    "awaiting_signature": "Đã duyệt, chờ ký số",
    "signed": "Đã ký, chờ cấp số",
    "numbered": "Đã cấp số, chờ đóng dấu",
    "sealed": "Đã đóng dấu, chờ phát hành",
    "issued": "Đã phát hành",
    "cancelled": "Đã hủy",
    "revoked": "Đã thu hồi",
}
STATE_TONES = {
    "awaiting_reception": "info",
    "rejected": "muted",
    "recalled": "muted",
    "awaiting_direction": "info",
    "processing": "info",
    "completed": "done",
    "in_review": "info",
    "returned": "warn",
    "content_checked": "info",
    "format_checked": "info",
    "awaiting_secretary": "info",
    "awaiting_signature": "info",
    "signed": "info",
    "numbered": "info",
    "sealed": "info",
    "issued": "done",
    "cancelled": "muted",
    "revoked": "bad",
    "new": "info",
    "in_progress": "info",
    "done": "done",
    "reported": "info",
}
IN_STATES = [
    "awaiting_reception", "rejected", "registered", "awaiting_direction", "assigned", "processing", "completed",
    "recalled",
]  # fmt: skip
IN_OPEN = ["registered", "awaiting_direction", "assigned", "processing"]
OUT_STATES = [
    "draft", "in_review", "returned", "content_checked", "format_checked", "awaiting_secretary", "awaiting_signature",
    "signed", "numbered", "sealed", "issued", "cancelled", "revoked",
]  # fmt: skip
OUT_UNSIGNED = [
    "draft", "in_review", "returned", "content_checked", "format_checked", "awaiting_secretary", "awaiting_signature",
]  # fmt: skip
# Colleagues can be asked about it: it is in the book, or not signed yet.
ASKABLE = frozenset((*IN_OPEN, *OUT_UNSIGNED))
FINISHED = {"rejected", "completed", "recalled", "issued", "cancelled", "revoked"}

ASSIGNMENT_LABELS = {
    "new": "Chưa nhận",
    "in_progress": "Đang xử lý",
    "forwarded": "Đã chuyển tiếp",
    "reported": "Chờ duyệt kết quả",
    "done": "Hoàn thành",
    "returned": "Đã chuyển lại",
    "withdrawn": "Đã thu hồi",
}
ASSIGNMENT_OPEN = ["new", "in_progress", "forwarded", "reported"]
# Forwarded work is late with whoever has it now, and what was reported with whoever is to approve it.
ASSIGNMENT_IN_HAND = ["new", "in_progress"]


class DeliveryState(models.TextChoices):
    """Where the copy of one recipient is, in the axis's words also inside the city (edXML §1.8)."""

    QUEUED = "queued", "Chờ gửi"
    SENT = "sent", "Đã gửi lên trục"
    ARRIVED = "arrived", "Đã đến"
    ACCEPTED = "accepted", "Đã tiếp nhận"
    ASSIGNED = "assigned", "Đã phân công"
    PROCESSING = "processing", "Đang xử lý"
    COMPLETED = "completed", "Đã hoàn thành"
    REJECTED = "rejected", "Từ chối tiếp nhận"
    CANCELLED = "cancelled", "Đã hủy theo thu hồi"
    FAILED = "failed", "Không gửi được"

    UNSENT = nonmember(("queued", "failed"))  # it has not left us
    AWAITED = nonmember(("sent", "arrived"))  # it left, and was neither accepted nor refused
    OPEN = nonmember(("queued", "sent", "arrived"))
    CAME_BACK = nonmember(("rejected", "failed"))
    GIVEN_BACK = nonmember(
        ("rejected", "cancelled")
    )  # the recipient had it, or was to have it, and has it no more
    NOT_THERE = nonmember(("queued", "failed", "rejected", "cancelled"))
    ENDED = nonmember(("completed", "rejected", "cancelled"))


class TaskState(models.TextChoices):
    """Where a task without a paper is, at this office (docs/decisions/0014)."""

    ARRIVED = "arrived", "Chờ tiếp nhận"  # another organisation gave it, and nobody has taken it up
    WAITING = "waiting", "Chờ giao"
    ASSIGNED = "assigned", "Đã giao"
    PROCESSING = "processing", "Đang thực hiện"
    REPORTED = "reported", "Đã báo cáo, chờ nơi giao duyệt"
    COMPLETED = "completed", "Đã hoàn thành"
    REFUSED = "refused", "Đã trả lại nơi giao"
    CALLED_OFF = "called_off", "Đã thu hồi"

    OPEN = nonmember(("arrived", "waiting", "assigned", "processing", "reported"))
    IN_HAND = nonmember(("waiting", "assigned", "processing"))  # it is this office's to go on


TASK_TONES = {
    "arrived": "info", "waiting": "warn", "assigned": "info", "processing": "info", "reported": "info",
    "completed": "done", "refused": "muted", "called_off": "muted",
}  # fmt: skip
DELIVERY_TONES = {
    "queued": "muted", "sent": "info", "arrived": "info", "accepted": "info", "assigned": "info",
    "processing": "info", "completed": "done", "rejected": "bad", "cancelled": "muted", "failed": "bad",
}  # fmt: skip
ANSWERS = ("15", "16")  # edXML §1.8: yes and no to a recall or an update
# edXML §1.8: status code → the delivery's state, in the order a paper passes them.
STATUS_STATES = {
    "01": "arrived", "03": "accepted", "04": "assigned", "05": "processing", "06": "completed", "02": "rejected",
    "15": "cancelled",
}  # fmt: skip


@dataclass(frozen=True)
class Step:
    label: str
    frm: tuple[str, ...]
    to: str  # empty: it stays where it is
    permission: str
    done: str  # the sentence of the timeline: "đã …"
    form: bool = False  # needs more than a press: reason, recipients, text
    tone: str = ""
    report: str = ""  # status code owed to the sender (edXML §1.8)


INCOMING = {
    "register": Step("Vào sổ", ("awaiting_reception",), "registered", "register_incoming", "vào sổ văn bản đến", True, "main", "03"),
    "refuse": Step("Từ chối", ("awaiting_reception",), "rejected", "register_incoming", "từ chối tiếp nhận", True, "bad", "02"),
    "present": Step("Trình lãnh đạo", ("registered",), "awaiting_direction", "present_incoming", "trình lãnh đạo", True, "main"),
    "present_again": Step("Trình người khác", ("awaiting_direction",), "awaiting_direction", "present_incoming", "trình lại, người khác cho ý kiến", True),
    "direct": Step("Cho ý kiến, phân công", ("registered", "awaiting_direction"), "assigned", "direct_incoming", "cho ý kiến chỉ đạo", True, "main", "04"),
    "hand_back": Step("Chuyển lại văn thư", ("awaiting_direction",), "registered", "direct_incoming", "chuyển lại văn thư", True),
    "take_back": Step("Nhận lại để giao lại", ("assigned", "processing"), "awaiting_direction", "take_back_incoming", "nhận lại văn bản để giao lại"),
    "amend": Step("Sửa chỉ đạo", ("assigned", "processing"), "assigned", "amend_direction", "sửa chỉ đạo", True),
    "retract": Step("Rút lại chỉ đạo", ("assigned",), "awaiting_direction", "amend_direction", "rút lại chỉ đạo khi chưa ai bắt đầu", True, "bad"),
    "start": Step("Bắt đầu xử lý", ("assigned",), "processing", "handle_incoming", "bắt đầu xử lý", report="05"),
    "complete": Step("Hoàn thành", ("assigned", "processing"), "completed", "handle_incoming", "hoàn thành xử lý", True, "main", "06"),
    "recall": Step("Trả lời yêu cầu thu hồi", (*IN_OPEN, "awaiting_reception", "completed"), "recalled", "answer_recall", "hủy văn bản theo yêu cầu thu hồi của nơi gửi", True, "bad"),
}  # fmt: skip

# A task without a paper passes where a paper does; its own words for the same steps are in `label_of`.
TASK = {
    "direct": Step("Giao", ("waiting",), "assigned", "direct_task", "giao nhiệm vụ", True, "main"),
    "take_back": Step("Nhận lại để giao lại", ("assigned", "processing"), "waiting", "take_back_task", "nhận lại nhiệm vụ để giao lại"),
    "amend": Step("Sửa nhiệm vụ", ("assigned", "processing"), "", "amend_task", "sửa nhiệm vụ", True),
    "retract": Step("Rút lại để giao lại", ("assigned",), "waiting", "amend_task", "rút lại nhiệm vụ khi chưa ai bắt đầu", True, "bad"),
    "start": Step("Bắt đầu xử lý", ("assigned",), "processing", "handle_task", "bắt đầu thực hiện"),
    "complete": Step("Hoàn thành", ("assigned", "processing"), "completed", "handle_task", "hoàn thành nhiệm vụ", True, "main"),
    "call_off": Step("Thu hồi nhiệm vụ", ("waiting", "assigned", "processing"), "called_off", "call_off_task", "thu hồi nhiệm vụ", True, "bad"),
    "ask_above": Step("Xin nơi giao gia hạn", ("waiting", "assigned", "processing"), "", "ask_above", "xin nơi giao gia hạn", True),
    # Given by another organisation; what that one decides is carried here (journey.carried), nobody presses it.
    "take_up": Step("Tiếp nhận", ("arrived",), "waiting", "take_up_task", "tiếp nhận nhiệm vụ", True, "main"),
    "refuse_task": Step("Trả lại nơi giao", ("arrived",), "refused", "take_up_task", "trả lại nhiệm vụ cho nơi giao", True, "bad"),
    "report_above": Step("Báo cáo nơi giao", ("assigned", "processing"), "reported", "handle_task", "báo cáo kết quả lên nơi giao"),
    "approved_above": Step("Nơi giao duyệt kết quả", ("reported",), "completed", "act_above", "được nơi giao duyệt kết quả"),
    "returned_above": Step("Nơi giao trả lại kết quả", ("reported",), "processing", "act_above", "bị nơi giao trả lại kết quả để làm tiếp"),
    "called_off_above": Step("Nơi giao thu hồi", ("arrived", "waiting", "assigned", "processing", "reported"), "called_off", "act_above", "được nơi giao thu hồi"),
}  # fmt: skip

OUTGOING = {
    "submit": Step("Trình duyệt", ("draft", "returned"), "in_review", "edit_outgoing", "trình dự thảo", tone="main"),
    "revise": Step("Sửa nội dung", ("in_review",), "in_review", "check_content", "sửa dự thảo khi kiểm tra nội dung", True),
    "check_content": Step("Đồng ý nội dung", ("in_review",), "content_checked", "check_content", "kiểm tra nội dung: đồng ý", tone="main"),
    "check_format": Step("Đạt thể thức", ("content_checked",), "format_checked", "check_format", "kiểm tra thể thức: đạt", tone="main"),
    "approve": Step("Xem và ký", ("format_checked",), "awaiting_signature", "sign_outgoing", "duyệt dự thảo", True, "main"),
    # Of minutes whose secretary signs too: follows from the approval (journey.carried), nobody presses it.
    "ask_secretary": Step("Chuyển thư ký hoặc bên kia ký", ("awaiting_signature",), "awaiting_secretary", "ask_secretary", "chuyển thư ký hoặc bên kia ký số trước"),
    "sign_secretary": Step("Xem và ký số bên trái", ("awaiting_secretary",), "awaiting_signature", "sign_beside", "ký số ở chỗ thư ký hoặc bên kia", True, "main"),
    "sign": Step("Ký số", ("awaiting_signature",), "signed", "sign_outgoing", "ký số", tone="main"),
    "number": Step("Cấp số, đóng dấu, phát hành", ("signed",), "numbered", "issue_outgoing", "cấp số, ngày", tone="main"),
    "seal": Step("Đóng dấu, phát hành", ("numbered",), "sealed", "issue_outgoing", "ký số của cơ quan, đóng dấu", tone="main"),
    "issue": Step("Phát hành", ("sealed",), "issued", "issue_outgoing", "phát hành", tone="main"),
    "send_back": Step("Trả lại", ("in_review", "content_checked", "format_checked", "awaiting_secretary", "awaiting_signature"), "returned", "send_back_outgoing", "trả lại dự thảo", True, "bad"),
    "refuse_number": Step("Từ chối cấp số", ("signed",), "returned", "issue_outgoing", "từ chối cấp số", True, "bad"),
    "void_number": Step("Hủy số đã cấp", ("numbered", "sealed"), "returned", "issue_outgoing", "hủy số đã cấp", True, "bad"),
    "update": Step("Cập nhật văn bản", ("issued",), "issued", "issue_outgoing", "cập nhật văn bản đã phát hành", True),
    "revoke": Step("Thu hồi văn bản", ("issued",), "revoked", "issue_outgoing", "thu hồi văn bản đã phát hành", True, "bad"),
    "cancel": Step("Hủy dự thảo", ("draft", "returned"), "cancelled", "edit_outgoing", "hủy dự thảo", True, "bad"),
}  # fmt: skip

ASSIGNMENT = {
    "start": Step("Bắt đầu xử lý", ("new",), "in_progress", "handle_assignment", "nhận việc", tone="main"),
    "hand_on": Step("Chuyển tiếp", ("new", "in_progress"), "forwarded", "hand_on_assignment", "giao việc", True),
    "finish": Step("Hoàn thành", ("new", "in_progress"), "done", "handle_assignment", "hoàn thành", True, "main"),
    "report": Step("Báo cáo kết quả", ("new", "in_progress"), "reported", "handle_assignment", "báo cáo kết quả, chờ duyệt", True, "main"),
    "report_progress": Step("Báo cáo tiến độ", ("new", "in_progress", "forwarded"), "", "report_progress", "báo cáo tiến độ", True),
    "ask_extension": Step("Xin gia hạn", ("new", "in_progress", "forwarded"), "", "ask_extension", "xin gia hạn", True),
    "remind_work": Step("Đôn đốc", ("new", "in_progress", "forwarded"), "", "remind_work", "đôn đốc", True),
    "approve_result": Step("Duyệt kết quả", ("reported",), "done", "judge_result", "duyệt kết quả", tone="main"),
    "return_result": Step("Trả lại để làm tiếp", ("reported",), "in_progress", "judge_result", "trả lại kết quả để làm tiếp", True, "bad"),
    "close": Step("Kết thúc nhánh", ("new", "in_progress", "forwarded", "reported"), "done", "close_branch", "kết thúc nhánh xử lý"),
    "pass_up": Step("Báo cáo nơi giao", ("new", "in_progress", "forwarded", "reported"), "reported", "close_branch", "báo cáo kết quả, chờ nơi giao duyệt"),
    "give_back": Step("Chuyển lại", ("new", "in_progress"), "returned", "handle_assignment", "chuyển lại", True, "bad"),
    "reopen": Step("Nhận lại việc", ("forwarded",), "in_progress", "close_branch", "nhận lại việc từ cấp dưới"),
    "withdraw": Step("Thu hồi việc", ("new", "in_progress", "forwarded", "reported"), "withdrawn", "withdraw_assignment", "thu hồi việc", True, "bad"),
}  # fmt: skip

EXTENSION_LABELS = {
    "asked": "Chờ duyệt",
    "granted": "Được gia hạn",
    "refused": "Không được gia hạn",
    "withdrawn": "Đã rút",
}
EXTENSION_TONES = {"asked": "info", "granted": "ok", "refused": "bad", "withdrawn": "calm"}
EXTENSION = {
    "grant_extension": Step("Đồng ý gia hạn", ("asked",), "granted", "judge_extension", "đồng ý gia hạn", True, "main"),
    "refuse_extension": Step("Từ chối gia hạn", ("asked",), "refused", "judge_extension", "từ chối gia hạn", True, "bad"),
    "withdraw_extension": Step("Rút đề nghị gia hạn", ("asked",), "withdrawn", "withdraw_extension", "rút đề nghị gia hạn"),
}  # fmt: skip

SLIP_LABELS = {
    "open": "Đang trình",
    "returned": "Bị trả lại",
    "changed": "Dự thảo đã thay đổi, chờ trình lại",
    "approved": "Đã thông qua",
    "taken_back": "Đã thu lại",
}
SLIP_UNDER_WAY = [
    "open",
    "returned",
    "changed",
]  # not concluded: its maker may still go on with it, or take it back
SLIP_TONES = {"open": "info", "returned": "bad", "changed": "warn", "approved": "ok", "taken_back": "calm"}
SLIP = {
    "answer_slip": Step("Cho ý kiến", ("open",), "", "answer_slip", "cho ý kiến về phiếu trình", True, "main"),
    "return_slip": Step("Không đồng ý, trả lại", ("open",), "returned", "answer_slip", "không đồng ý, trả lại phiếu trình", True, "bad"),
    "approve_slip": Step("Đồng ý", ("open",), "approved", "answer_slip", "cho ý kiến cuối cùng, phiếu trình được thông qua", True, "main"),
    "void_slip": Step("Dừng vì dự thảo thay đổi", ("open",), "changed", "edit_slip", "thay đổi dự thảo, các ý kiến về phiếu trình hết hiệu lực"),
    "send_slip_again": Step("Trình lại", ("open", "returned", "changed"), "open", "edit_slip", "trình lại phiếu trình, bắt đầu lại từ nhóm 1", True, "main"),
    "extend_slip": Step("Gia hạn", ("open",), "", "conduct_slip", "gia hạn cho ý kiến phiếu trình", True),
    "replace_in_slip": Step("Thay người", ("open",), "", "conduct_slip", "thay người cho ý kiến phiếu trình", True),
    "take_back_slip": Step("Thu lại", ("open", "returned", "changed"), "taken_back", "conduct_slip", "thu lại phiếu trình", True, "bad"),
}  # fmt: skip

EVENT_LABELS = {
    "set_factor": "đặt cách xác thực thứ hai của tài khoản",
    "drop_factor": "bỏ cách xác thực thứ hai của tài khoản",
    "reset_factors": "bỏ các yếu tố xác thực thứ hai của một tài khoản",
    "change_password": "đổi mật khẩu của mình",
    "link_identity": "liên kết tài khoản đăng nhập của nơi khác",
    "unlink_identity": "bỏ liên kết tài khoản đăng nhập của nơi khác",
    "receive": "Văn bản đến",
    "draft": "tạo dự thảo",
    "edit": "sửa dự thảo",
    "remark_draft": "góp ý dự thảo",
    "accept_remark": "sửa dự thảo theo góp ý",
    "refuse_remark": "không sửa theo góp ý",
    "read": "xem lần đầu",
    "share": "cho phép xem",
    "clear_secrecy": "xác nhận không phải độ mật",
    "purge": "hủy nội dung nghi chứa bí mật nhà nước",
    "status": "nơi nhận báo trạng thái",
    "ask_back": "nơi gửi yêu cầu thu hồi",
    "keep": "từ chối yêu cầu thu hồi",
    "ask_change": "nơi gửi yêu cầu cập nhật",
    "change": "cập nhật theo yêu cầu của nơi gửi",
    "correct": "sửa thông tin đã vào sổ",
    "keep_as_it_is": "từ chối yêu cầu cập nhật",
    "replaced": "có văn bản thay thế",
    "rectified": "có công văn đính chính",
    "amended": "có văn bản sửa đổi, bổ sung",
    "urge": "đôn đốc nơi nhận",
    "urged": "nơi gửi đôn đốc",
    "propose": "đề nghị, chờ người khác xác nhận",
    "confirm_proposal": "xác nhận đề nghị",
    "refuse_proposal": "từ chối đề nghị",
    "withdraw_proposal": "rút đề nghị",
    "emergency": "xác nhận khẩn cấp, một mình",
    "delegate": "ủy quyền hộp việc",
    "cancel_delegation": "hủy ủy quyền hộp việc",
    "add_account": "thêm tài khoản",
    "give_post": "giao vị trí công tác",
    "end_post": "kết thúc vị trí công tác",
    "hand_over_work": "bàn giao việc cho người kế nhiệm",
    "hand_over_paper": "bàn giao văn bản cho người kế nhiệm",
    "hand_over_task": "bàn giao nhiệm vụ cho người kế nhiệm",
    "hand_over_draft": "bàn giao dự thảo cho người kế nhiệm",
    "lock_account": "khóa tài khoản",
    "unlock_account": "mở khóa tài khoản",
    "reset_password": "đặt lại mật khẩu",
    "grant_authority": "giao thẩm quyền ký",
    "end_authority": "kết thúc thẩm quyền ký",
    "apply_registry": "cập nhật danh mục cơ quan",
    "consult": "xin ý kiến",
    "circulate": "lấy ý kiến",
    "give_opinion": "cho ý kiến",
    "remind_asked": "nhắc cho ý kiến",
    "extend_consultation": "gia hạn cho ý kiến",
    "close_consultation": "kết thúc lấy ý kiến",
    "take_back_consultation": "thu lại việc xin ý kiến",
    "make_slip": "lập và trình phiếu trình",
    "keep_template": "lưu mẫu văn bản",
    "retire_template": "bỏ mẫu văn bản",
    "keep_standing": "ghi nhớ căn cứ, nơi nhận thường dùng",
    "post_paper": "gửi qua bưu điện",
    "lend_copy": "cho sử dụng bản lưu",
    "mute_rule": "cho rằng một điểm thể thức không phải lỗi",
    "unmute_rule": "lại xem một điểm thể thức là lỗi",
    "receive_copy": "ký nhận bản lưu",
    "return_copy": "nhận lại bản lưu",
    "enter_reserved": "vào sổ văn bản đã ghi số bằng tay",
    "pause_due": "tạm dừng tính hạn giải quyết",
    "resume_due": "tính tiếp hạn giải quyết",
    "add_due_rule": "thêm quy tắc thời hạn",
    "end_due_rule": "kết thúc quy tắc thời hạn",
    "add_own_field": "thêm trường thông tin bổ sung",
    "end_own_field": "kết thúc trường thông tin bổ sung",
    "fill_own_fields": "ghi thông tin bổ sung",
    "add_reference": "thêm căn cứ pháp lý",
    "set_series": "đặt hệ thống số của loại văn bản",
    "add_board": "đặt hệ thống số riêng cho hội đồng, ban, tổ",
    "change_board": "thay người đứng đầu hoặc kết thúc hội đồng, ban, tổ",
    "reserve_numbers": "giữ số để ghi tay khi hệ thống ngừng",
    "void_reserved": "hủy số đã giữ",
    "close_book": "chốt sổ văn bản",
    "make_copy": "sao văn bản",
    "prepare_extract": "lập bản trích sao chờ ký số",
    "hold": "giữ lại tệp có vi-rút",
    "destroy_content": "hủy nội dung văn bản hết thời hạn lưu trữ",
    "prepare_direction": "chuẩn bị ý kiến chỉ đạo",
    "withdraw_prepared": "rút ý kiến chỉ đạo đã chuẩn bị",
    "name_assistant": "cử trợ lý",
    "end_assistant": "cho thôi làm trợ lý",
    "scan": "đưa bản quét vào hàng chờ vào sổ",
    "join_scan": "nối hai bản quét thành một văn bản",
    "split_scan": "tách bản quét thành hai văn bản",
    "turn_scan": "xoay trang của bản quét chờ vào sổ",
    "look_for_marks": "xác nhận không có dấu độ mật trên bản quét máy chưa nhận dạng được",
    "delete_scan": "xóa bản quét chưa vào sổ",
    "let_heads_approve": "đặt cách làm việc: trưởng phòng duyệt kết quả",
    "limit_extensions": "đặt cách làm việc: số lần gia hạn của một việc",
    "look_as": "xem như người dùng khác, chỉ xem",
    "stop_looking": "kết thúc xem như người dùng khác",
    "near_deadline": "nhắc việc sắp đến hạn",
    "past_deadline": "nhắc việc quá hạn",
    "escalate": "báo cấp trên việc quá hạn",
    "take_task": "nhập nhiệm vụ từ danh sách",
    "take_list": "nhập một danh sách nhiệm vụ",
    "set_recurring": "đặt nhiệm vụ định kỳ",
    "end_recurring": "dừng nhiệm vụ định kỳ",
    "task_arrives": "nhiệm vụ cơ quan khác giao",
    "order_taken_up": "cơ quan nhận đã tiếp nhận nhiệm vụ",
    "order_refused": "cơ quan nhận trả lại nhiệm vụ",
    "order_reported": "cơ quan nhận báo cáo kết quả",
    "approve_order": "duyệt kết quả của cơ quan nhận",
    "return_order": "trả lại kết quả của cơ quan nhận",
    "order_asks_extension": "cơ quan nhận xin gia hạn nhiệm vụ",
    "order_withdraws_extension": "cơ quan nhận rút đề nghị gia hạn",
    "extended_above": "được nơi giao gia hạn",
    "not_extended_above": "không được nơi giao gia hạn",
    **{
        name: step.done
        for table in (TASK, INCOMING, OUTGOING, ASSIGNMENT, EXTENSION, SLIP)
        for name, step in table.items()
    },
}


def label_of(kind: str, *, of_task: bool = False) -> str:
    """What happened, in the words of what it happened to: papers and tasks share the names of their steps."""
    if of_task and kind in TASK and kind not in ASSIGNMENT:
        return TASK[kind].done
    return EVENT_LABELS.get(kind, kind)


# What the log of administration shows; all of them speak of no paper. By tone.
ADMINISTRATION = {
    "propose": "warn", "confirm_proposal": "ok", "refuse_proposal": "bad", "withdraw_proposal": "calm", "emergency": "bad",
    "delegate": "warn", "cancel_delegation": "calm", "name_assistant": "info", "end_assistant": "calm", "add_account": "info", "give_post": "info", "end_post": "calm", "lock_account": "bad", "unlock_account": "info",
    "reset_password": "warn", "reset_factors": "warn", "set_factor": "calm", "drop_factor": "calm", "change_password": "calm",
    "link_identity": "calm", "unlink_identity": "calm", "grant_authority": "info", "end_authority": "calm",
    
    
    "apply_registry": "info", "let_heads_approve": "calm", "limit_extensions": "calm", "set_series": "info", "add_due_rule": "info", "end_due_rule": "warn", "add_own_field": "info", "end_own_field": "warn", "add_reference": "info", "add_board": "info", "change_board": "info",
    "reserve_numbers": "info", "void_reserved": "warn", "close_book": "warn", "look_as": "warn", "stop_looking": "calm",
}  # fmt: skip


def declare_events(labels: dict[str, str], administration: dict[str, str] | None = None) -> None:
    """The kinds of events of an upper floor, said when its app is ready: the sentence of each, and the tone of those
    that the log of administration shows. Raises ValueError for a kind that is there already."""
    if twice := labels.keys() & EVENT_LABELS.keys():
        raise ValueError(f"declared twice: {sorted(twice)}")
    EVENT_LABELS.update(labels)
    ADMINISTRATION.update(administration or {})
