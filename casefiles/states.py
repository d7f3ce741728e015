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
}
TONES = {
    "open": "info",
    "closed": "done",
    "paper": "muted",
    "submitted": "info",
    "returned": "bad",
    "archived": "done",
}
STATES = list(LABELS)
ENDED = ("closed", "paper", "submitted", "returned", "archived")

CASE = {
    "change_file": Step("Sửa thông tin", ("open",), "", "keep_file", "sửa thông tin hồ sơ", True),
    "file_paper": Step("Đưa vào hồ sơ", ("open",), "", "fill_file", "đưa vào hồ sơ", True),
    "add_to_file": Step("Thêm tệp", ("open",), "", "fill_file", "thêm tệp vào hồ sơ", True),
    "take_out": Step("Bỏ khỏi hồ sơ", ("open",), "", "fill_file", "bỏ khỏi hồ sơ", True, "bad"),
    "let_in": Step("Thêm người", ("open",), "", "keep_file", "cho người vào hồ sơ", True),
    "let_out": Step("Bớt người", ("open",), "", "keep_file", "cho người ra khỏi hồ sơ", True, "bad"),
    "confirm_rights": Step("Xác nhận quyền", ("open", "closed", "returned", "submitted", "archived", "paper"), "", "confirm_file_rights", "xác nhận thay đổi quyền đối với hồ sơ"),
    "undo_rights": Step("Không đồng ý", ("open", "closed", "returned", "submitted", "archived", "paper"), "", "confirm_file_rights", "không đồng ý thay đổi quyền, trả quyền như trước", False, "bad"),
    "close_file": Step("Kết thúc hồ sơ", ("open",), "closed", "keep_file", "kết thúc hồ sơ", True, "main"),
    "reopen_file": Step("Mở lại", ("closed", "returned"), "open", "reopen_file", "mở lại hồ sơ", True),
    "submit_file": Step("Nộp lưu", ("closed", "returned"), "submitted", "keep_file", "nộp hồ sơ vào lưu trữ", True, "main"),
    "accept_file": Step("Nhận vào lưu trữ", ("submitted",), "archived", "archive_file", "nhận hồ sơ vào lưu trữ", True, "main"),
    "return_file": Step("Trả lại", ("submitted",), "returned", "archive_file", "trả lại hồ sơ, chưa nhận vào lưu trữ", True, "bad"),
}  # fmt: skip
# What stands in a history and is no step of a file that is there already.
EVENTS = {
    "open_file": "mở hồ sơ",
    "register_on_paper": "đăng ký hồ sơ xử lý giấy",
    "leave_unfiled": "không đưa vào hồ sơ khi hoàn thành",
    "set_filing": "đặt cách làm việc về hồ sơ",
    "count_secret": "ghi số hồ sơ mật của tháng",
    "begin_plan": "lập danh mục hồ sơ",
    "change_plan": "sửa danh mục hồ sơ",
    "import_plan": "nhập danh mục hồ sơ từ tệp",
    "issue_plan": "trình ban hành danh mục hồ sơ",
    **{name: step.done for name, step in CASE.items()},
}
ADMINISTRATION = {"set_filing": "calm"}
