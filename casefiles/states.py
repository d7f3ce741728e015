"""The journey of a case file as one table of steps (law-and-practice §4.4), in the shape of documents/states.py. A step
without a state to go to leaves the file where it is, and stands in its history."""

from documents.states import Step

LABELS = {
    "open": "Đang mở",
    "closed": "Đã kết thúc",
    "paper": "Xử lý giấy",  # registered as handled on paper: counted, and nothing else
    "submitted": "Đã nộp, chờ kiểm tra",
    "returned": "Lưu trữ trả lại",
    "archived": "Đã nhận vào lưu trữ",
    "disposed": "Đã hủy",  # nothing is left of it but that it was (a tombstone)
}
TONES = {
    "open": "info",
    "closed": "done",
    "paper": "muted",
    "submitted": "info",
    "returned": "bad",
    "archived": "done",
    "disposed": "muted",
}
STATES = list(LABELS)
ENDED = ("closed", "paper", "submitted", "returned", "archived", "disposed")
REVIEWED = ("closed", "archived")  # in which a file may come up for disposal
# What may still be done with a file under a legal hold: who sees it is neither what it says nor where it is.
THROUGH_A_HOLD = frozenset({"let_in", "let_out", "confirm_rights", "undo_rights"})

CASE = {
    "change_file": Step("Sửa thông tin", ("open",), "", "keep_file", "sửa thông tin hồ sơ", True),
    "file_paper": Step("Đưa vào hồ sơ", ("open",), "", "fill_file", "đưa vào hồ sơ", True),
    "add_to_file": Step("Thêm tệp", ("open",), "", "fill_file", "thêm tệp vào hồ sơ", True),
    "take_out": Step("Bỏ khỏi hồ sơ", ("open",), "", "fill_file", "bỏ khỏi hồ sơ", True, "bad"),
    "let_in": Step("Thêm người", ("open",), "", "keep_file", "cho người vào hồ sơ", True),
    "let_out": Step("Bớt người", ("open",), "", "keep_file", "cho người ra khỏi hồ sơ", True, "bad"),
    "confirm_rights": Step("Xác nhận quyền", ("open", "closed", "returned", "submitted", "archived", "paper"), "", "confirm_file_rights", "xác nhận thay đổi quyền đối với hồ sơ"),
    "undo_rights": Step("Không đồng ý", ("open", "closed", "returned", "submitted", "archived", "paper"), "", "confirm_file_rights", "không đồng ý thay đổi quyền, trả quyền như trước", False, "bad"),
    "open_part": Step("Mở hồ sơ con", ("open",), "", "fill_file", "mở hồ sơ con", True),
    "relate_file": Step("Ghi hồ sơ liên quan", ("open",), "", "fill_file", "ghi hồ sơ liên quan", True),
    "unrelate_file": Step("Bỏ hồ sơ liên quan", ("open",), "", "fill_file", "bỏ hồ sơ liên quan", False, "bad"),
    "close_file": Step("Kết thúc hồ sơ", ("open",), "closed", "keep_file", "kết thúc hồ sơ", True, "main"),
    "reopen_file": Step("Mở lại", ("closed", "returned"), "open", "reopen_file", "mở lại hồ sơ", True),
    "keep_longer": Step("Giữ lại", ("closed", "returned"), "", "keep_file", "giữ lại hồ sơ đến hạn nộp lưu", True),
    "submit_file": Step("Nộp lưu", ("closed", "returned"), "submitted", "keep_file", "nộp hồ sơ vào lưu trữ", True, "main"),
    "accept_file": Step("Nhận vào lưu trữ", ("submitted",), "archived", "archive_file", "nhận hồ sơ vào lưu trữ", True, "main"),
    "return_file": Step("Trả lại", ("submitted",), "returned", "archive_file", "trả lại hồ sơ, chưa nhận vào lưu trữ", True, "bad"),
    "record_trigger": Step("Ghi ngày tính thời hạn", ("closed", "submitted", "returned", "archived"), "", "record_trigger", "ghi ngày bắt đầu tính thời hạn bảo quản", True),
    "change_term": Step("Định lại thời hạn", ("open", "closed", "submitted", "returned", "archived"), "", "change_term", "định lại thời hạn bảo quản", True),
    "dispose_file": Step("Hủy hồ sơ", REVIEWED, "disposed", "dispose_file", "hủy nội dung hồ sơ theo quyết định", True, "bad"),
    "dispose_again": Step("Hủy lại", REVIEWED, "disposed", "dispose_file", "hủy lại nội dung hồ sơ đã hủy theo quyết định, sau khi khôi phục bản sao lưu", tone="bad"),
}  # fmt: skip
# What the system does by itself, because of what was decided before (casefiles/actions/destroying_again.py).
UNATTENDED = frozenset({"dispose_again"})
# Of an đợt hủy (casefiles/models/disposal.py), in the same shape: one table, one writer (casefiles/journey.py).
DISPOSAL_LABELS = {
    "listed": "Đã lập danh mục",
    "council": "Hội đồng đang xét",
    "concluded": "Chờ quyết định",
    "decided": "Đã quyết định hủy",
    "destroying": "Đang hủy",
    "done": "Đã hủy xong",
    "given_up": "Thôi hủy",
}
DISPOSAL_TONES = {
    "listed": "info", "council": "info", "concluded": "warn", "decided": "warn", "destroying": "bad", "done": "done", "given_up": "muted",
}  # fmt: skip
DISPOSAL_STATES = list(DISPOSAL_LABELS)
DISPOSAL = {
    "call_council": Step("Lập hội đồng", ("listed",), "council", "propose_disposal", "trình hội đồng xét hủy hồ sơ", True, "main"),
    "vote_disposal": Step("Bỏ phiếu", ("council",), "", "vote_disposal", "bỏ phiếu xét hủy hồ sơ", True, "main"),
    "conclude_disposal": Step("Chốt biên bản", ("council",), "concluded", "conclude_disposal", "chốt biên bản họp hội đồng xét hủy", True, "main"),
    "decide_disposal": Step("Quyết định hủy", ("concluded",), "decided", "decide_disposal", "quyết định hủy hồ sơ", True, "main"),
    "begin_destroying": Step("Thực hiện hủy", ("decided",), "destroying", "carry_out_disposal", "bắt đầu hủy hồ sơ", True, "bad"),
    "end_disposal": Step("Kết thúc", ("destroying",), "done", "carry_out_disposal", "hủy xong, lập chứng nhận hủy"),
    "give_up_disposal": Step("Thôi hủy", ("listed", "council", "concluded", "decided"), "given_up", "give_up_disposal", "thôi không hủy", True, "bad"),
}  # fmt: skip
# To read a file of the archive (casefiles/models/loan.py): asked for by anybody, decided by whoever keeps it.
LOAN_LABELS = {
    "asked": "Chờ duyệt",
    "allowed": "Được đọc",
    "refused": "Không được đọc",
    "ended": "Đã kết thúc",
}
LOAN_TONES = {"asked": "info", "allowed": "ok", "refused": "bad", "ended": "muted"}
LOAN = {
    "allow_reading": Step("Cho đọc", ("asked",), "allowed", "decide_reading", "cho đọc hồ sơ lưu trữ", True, "main"),
    "refuse_reading": Step("Từ chối", ("asked",), "refused", "decide_reading", "không cho đọc hồ sơ lưu trữ", True, "bad"),
    "end_reading": Step("Kết thúc sớm", ("allowed",), "ended", "decide_reading", "kết thúc sớm việc đọc hồ sơ lưu trữ", True, "bad"),
}  # fmt: skip
# Of a SIP that went to the historical archive (casefiles/models/sent.py), as far as its answer says: what the archive does in
# between, and after, it does by itself (TT 05/2025 ch. IV).
SENT_LABELS = {
    "waiting": "Chờ tiếp nhận",
    "passed": "Đạt",
    "failed": "Không đạt",
    "replaced": "Thay bằng gói khác",
}
SENT_TONES = {"waiting": "info", "passed": "done", "failed": "bad", "replaced": "muted"}
SENT = {
    "pass_package": Step("Đạt", ("waiting",), "passed", "record_answers", "ghi trả lời của lưu trữ lịch sử: Đạt", True),
    "fail_package": Step("Không đạt", ("waiting",), "failed", "record_answers", "ghi trả lời của lưu trữ lịch sử: Không đạt", True, "bad"),
    "replace_package": Step("Thay", ("waiting",), "replaced", "record_answers", "thay gói bằng gói khác của cùng hồ sơ đã được trả lời"),
}  # fmt: skip
# What stands in a history and is no step of a file that is there already.
EVENTS = {
    "ask_reading": "đề nghị đọc hồ sơ lưu trữ",
    "open_file": "mở hồ sơ",
    "register_on_paper": "đăng ký hồ sơ xử lý giấy",
    "export_file": "tải toàn bộ hồ sơ (.pdf + .xml)",
    "pack_file": "lập gói lưu trữ của hồ sơ",
    "receive_package": "nhận gói hồ sơ từ nơi khác để đọc",
    "record_answer": "ghi trả lời của lưu trữ lịch sử",
    "leave_unfiled": "không đưa vào hồ sơ khi hoàn thành",
    "set_filing": "đặt cách làm việc về hồ sơ",
    "count_secret": "ghi số hồ sơ mật của tháng",
    "hand_over": "bàn giao hồ sơ, việc, dự thảo của người rời vị trí",
    "hand_over_file": "bàn giao hồ sơ cho người kế nhiệm",
    "hand_over_seat": "bàn giao chỗ trong hồ sơ cho người kế nhiệm",
    "announce_collection": "công bố kế hoạch thu nộp hồ sơ",
    "begin_plan": "lập danh mục hồ sơ",
    "change_plan": "sửa danh mục hồ sơ",
    "import_plan": "nhập danh mục hồ sơ từ tệp",
    "issue_plan": "trình ban hành danh mục hồ sơ",
    "put_hold": "đóng băng hồ sơ theo lệnh",
    "lift_hold": "gỡ lệnh đóng băng hồ sơ",
    "list_disposal": "lập danh mục hồ sơ hết thời hạn, trùng lặp",
    **{name: step.done for table in (CASE, LOAN, DISPOSAL, SENT) for name, step in table.items()},
}
ADMINISTRATION = {"set_filing": "calm"}
