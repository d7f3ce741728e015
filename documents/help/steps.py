"""What each button does, and what happens next: whoever the new state waits for, by the table of the journey."""

from dataclasses import dataclass

from documents.states import (
    ASSIGNMENT,
    ASSIGNMENT_LABELS,
    EXTENSION,
    EXTENSION_LABELS,
    INCOMING,
    OUTGOING,
    STATE_LABELS,
    Step,
)
from orgs.law import cited

TABLES: dict[str, dict[str, Step]] = {
    "incoming": INCOMING, "outgoing": OUTGOING, "assignment": ASSIGNMENT, "extension": EXTENSION,
}  # fmt: skip

# Of a state: who has it now and what they do.
WAITS = {
    "awaiting_reception": "Văn thư xem chữ ký số, vào sổ hoặc từ chối.",
    "rejected": "Nơi gửi nhận lý do từ chối. Văn bản không vào sổ.",
    "registered": "Văn thư trình lãnh đạo; Chánh Văn phòng cũng phân công được ngay.",
    "awaiting_direction": "Lãnh đạo được trình thấy văn bản ở bàn làm việc và cho ý kiến.",
    "assigned": "Người chủ trì, phối hợp thấy việc mới; người nhận để biết thấy văn bản. Chưa ai bắt đầu.",
    "processing": "Người chủ trì xử lý, soạn văn bản trả lời hoặc báo cáo kết quả.",
    "completed": "Xong. Nơi gửi được báo đã hoàn thành; văn bản vẫn tra cứu được.",
    "recalled": "Nội dung đã hủy theo yêu cầu của nơi gửi; lịch sử còn nguyên.",
    "draft": "Chỉ người soạn thấy, và người được hỏi ý kiến. Người soạn sửa tiếp hoặc trình duyệt.",
    "in_review": "Trưởng phòng kiểm tra nội dung: đồng ý hoặc trả lại.",
    "returned": "Người soạn đọc lý do, sửa rồi trình lại. Mọi lần đồng ý trước đó phải làm lại.",
    "content_checked": "Văn thư kiểm tra thể thức: đạt hoặc trả lại.",
    "format_checked": "Người ký xem đúng bản sẽ ký rồi ký hoặc trả lại.",
    "awaiting_secretary": "Thư ký, hoặc bên kia là người của cơ quan, ký số ở bên trái trang hoặc trả lại; người chủ trì ký sau. Người ký bên trái đã nghỉ thì người chủ trì hoặc người soạn trả lại, để dự thảo ghi người khác.",
    "awaiting_signature": "Chờ khóa ký của người ký trả lời; ký lại được nếu bị ngắt.",
    "signed": "Văn thư cấp số, đóng dấu và phát hành; từ chối cấp số thì chữ ký hết hiệu lực.",
    "numbered": "Số đã lấy trong sổ. Văn thư đóng dấu; nếu bị ngắt, làm tiếp với đúng số ấy.",
    "sealed": "Đã ký số của cơ quan. Văn thư phát hành.",
    "issued": "Hệ thống gửi đến từng nơi nhận; trạng thái từng nơi hiện ở phần “Nơi nhận”.",
    "cancelled": "Dự thảo dừng hẳn, không mở lại được.",
    "revoked": "Các nơi nhận được yêu cầu hủy; câu trả lời hiện ở phần “Nơi nhận”.",
    "new": "Việc nằm ở hộp “Việc mới” của người được giao.",
    "in_progress": "Người được giao làm, báo cáo tiến độ, xin gia hạn hoặc hoàn thành.",
    "forwarded": "Cấp dưới làm. Việc khép lại khi người chủ trì ở dưới hoàn thành.",
    "reported": "Người giao việc duyệt kết quả hoặc trả lại để làm tiếp.",
    "done": "Việc xong. Khi người chủ trì xong, văn bản hoàn thành.",
    "withdrawn": "Việc không còn của người này; lịch sử vẫn ghi.",
    "asked": "Người được đề nghị duyệt thấy ở hộp “Xin gia hạn chờ duyệt”. Hạn cũ vẫn tính đến khi được duyệt.",
    "granted": "Hạn mới có hiệu lực ngay; số lần gia hạn được đếm.",
    "refused": "Hạn cũ giữ nguyên; người xin thấy lý do.",
}
OF_TABLE = {  # where one word names states of two tables
    (
        "assignment",
        "returned",
    ): "Việc về lại người giao, kèm lý do; người giao giao cho người khác hoặc tự làm.",
    ("extension", "withdrawn"): "Đề nghị không còn; hạn cũ giữ nguyên.",
}
STAYS = "Việc giữ nguyên trạng thái; những người liên quan thấy điều vừa ghi."

# Of a button: what a press does.
DOES = {
    "incoming": {
        "register": "Lấy số đến trong sổ của năm, ghi hạn giải quyết; có thể trình luôn.",
        "refuse": "Trả lại nơi gửi với lý do, không lấy số. Văn bản mật thì hủy luôn nội dung.",
        "present": "Chuyển văn bản cho lãnh đạo cho ý kiến.",
        "present_again": "Chuyển cho người khác cho ý kiến thay người đang giữ.",
        "direct": "Ghi ý kiến chỉ đạo, chọn một người chủ trì, người phối hợp, người để biết và thời hạn.",
        "hand_back": "Trả văn bản về văn thư kèm lý do khi trình nhầm.",
        "take_back": "Nhận lại văn bản để giao lại; các việc đã giao được thu hồi.",
        "amend": "Ghi ý kiến mới thay ý kiến trước. Ý kiến trước vẫn còn trong lịch sử; mọi người được báo.",
        "retract": "Rút ý kiến khi chưa ai bắt đầu; các việc vừa giao mất đi, mọi người được báo.",
        "start": "Báo đã bắt đầu; nơi gửi nhận trạng thái “đang xử lý”.",
        "complete": "Ghi kết quả và kết thúc xử lý văn bản.",
        "recall": "Trả lời yêu cầu thu hồi của nơi gửi. Đồng ý thì nội dung bị hủy tại đây, không lấy lại được.",
    },
    "outgoing": {
        "submit": "Dựng bản PDF và trình. Từ lúc này bản PDF không đổi nữa.",
        "revise": "Sửa thẳng vào dự thảo thành một bản mới; người soạn được báo, bản trước vẫn còn để so sánh.",
        "check_content": "Đồng ý nội dung của đúng bản đang xem.",
        "check_format": "Xác nhận thể thức đúng {clerical_work} của đúng bản đang xem.",
        "approve": "Xem từng trang của bản sẽ ký, rồi ký số. Duyệt và ký là một việc.",
        "ask_secretary": "Theo ngay sau khi duyệt văn bản có hai người ký số: người ký bên trái ký trước.",
        "sign_secretary": "Ký số ở bên trái trang bằng khóa của chính mình, trước người chủ trì.",
        "sign": "Ký số bằng khóa của chính người ký.",
        "number": "Cấp số và ngày, đóng dấu số, phát hành. Ba việc nối nhau; dừng ở đâu làm tiếp ở đó.",
        "seal": "Ký số của cơ quan (đóng dấu) rồi phát hành.",
        "issue": "Gửi đến mọi nơi nhận đã chọn.",
        "send_back": "Trả dự thảo về người soạn, kèm lý do.",
        "refuse_number": "Không cấp số, trả về người soạn kèm lý do; chữ ký hết hiệu lực.",
        "void_number": "Hủy số đã cấp, kèm lý do, trước khi phát hành: số ở lại trong sổ với chữ “Hủy”, không dùng lại; văn bản về người soạn, chữ ký hết hiệu lực.",
        "update": "Gửi nơi nhận yêu cầu cập nhật thông tin của văn bản đã phát hành.",
        "revoke": "Yêu cầu mọi nơi nhận hủy văn bản, kèm lý do.",
        "cancel": "Bỏ hẳn dự thảo. Số chưa lấy nên không có số bị bỏ trống.",
    },
    "assignment": {
        "start": "Nhận việc và bắt đầu; người giao thấy ngay.",
        "hand_on": "Giao tiếp cho người trong phòng, hạn không muộn hơn hạn của mình.",
        "finish": "Ghi kết quả hoặc văn bản trả lời và kết thúc việc.",
        "report": "Ghi kết quả và trình người giao duyệt.",
        "pass_up": "Gửi kết quả cho cơ quan giao nhiệm vụ, chờ nơi đó duyệt hoặc trả lại.",
        "report_progress": "Ghi phần trăm và việc đã làm, kèm tệp nếu cần.",
        "ask_extension": "Đề nghị ngày mới kèm lý do.",
        "remind_work": "Nhắc nhở, phê bình hoặc kiểm điểm. Số lần được đếm, không sửa, không xóa được.",
        "approve_result": "Đồng ý kết quả; việc kết thúc.",
        "return_result": "Trả kết quả kèm lý do để làm tiếp.",
        "close": "Kết thúc nhánh việc đã giao xuống mà không chờ.",
        "give_back": "Trả việc cho người giao kèm lý do.",
        "reopen": "Nhận lại việc đã giao xuống để tự làm.",
        "withdraw": "Thu hồi việc đã giao, kèm lý do; việc giao tiếp ở dưới cũng thu hồi.",
    },
    "extension": {
        "grant_extension": "Đồng ý ngày xin hoặc cho một ngày khác.",
        "refuse_extension": "Không đồng ý, kèm lý do.",
        "withdraw_extension": "Rút đề nghị của mình khi chưa ai duyệt.",
    },
}  # fmt: skip


@dataclass(frozen=True)
class Told:
    label: str
    does: str
    to: str  # the name of the state it leads to; empty when it stays
    next: str


def told(table: str, name: str) -> Told:
    """Of one step of one table. Without its sentence it says the rest: a page never fails for that."""
    step = TABLES[table][name]
    return Told(step.label, cited(DOES[table].get(name, "")), label_of(table, step.to), waits(table, step.to))


def of_page(url_name: str) -> Told | None:
    """Of the step whose page this is: "incoming_present" is the page of a step of papers that came."""
    prefix, _, name = url_name.partition("_")
    tables = [prefix, "extension"] if prefix == "assignment" else [prefix]
    return next((told(table, name) for table in tables if name in TABLES.get(table, {})), None)


def waits(table: str, state: str) -> str:
    """What happens while it stands there."""
    return OF_TABLE.get((table, state), WAITS.get(state, "")) if state else STAYS


def label_of(table: str, state: str) -> str:
    labels = {"assignment": ASSIGNMENT_LABELS, "extension": EXTENSION_LABELS}.get(table, STATE_LABELS)
    return labels[state] if state else ""
