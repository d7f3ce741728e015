"""The reports by the name of their address, in the order of law-and-practice §4.7; and those whose rows nobody keeps yet."""

from progress.reports import exchange, holding, papers_in, papers_out, use, work

REPORTS = {
    one.name: one
    for one in (
        papers_in.REPORT, papers_out.PAPERS_OUT, papers_out.SIGNED_AND_SENT, exchange.SENT, exchange.RECEIVED,
        work.REPORT, use.SIGN_INS, use.ACCOUNTS, use.OFFICES, use.READ, holding.HOLDING, holding.LOAD,
    )
}  # fmt: skip
# Whoever administers sees how the system is used, in counts alone.
OF_USE = ("sign_ins", "accounts", "offices")
NOT_YET = (
    ("1", "Sổ đăng ký, mục lục theo Phụ lục VI.V", "chờ sổ văn bản và hồ sơ điện tử"),
    ("4", "Tỷ lệ hồ sơ công việc xử lý trên môi trường mạng (90/80/60)", "chờ hồ sơ công việc"),
    ("8", "Thống kê công tác văn thư, lưu trữ hằng năm", "chờ hồ sơ và lưu trữ"),
    ("10", "Hồ sơ đến hạn, quá hạn nộp lưu", "chờ hồ sơ và lưu trữ"),
)
ADDRESSES = {
    "papers_in": "van-ban-den", "papers_out": "van-ban-di", "signed_out": "ky-so", "sent": "gui-lien-thong",
    "received": "nhan-lien-thong", "work": "cong-viec", "sign_ins": "dang-nhap", "accounts": "nguoi-dung",
    "offices": "co-quan", "read": "luot-xem", "holding": "dang-giu", "load": "khoi-luong-viec",
}  # fmt: skip
