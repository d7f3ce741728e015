"""The reports by the name of their address, in the order of law-and-practice §4.7."""

from progress.reports import archive, books, exchange, holding, papers_in, papers_out, use, work

REPORTS = {
    one.name: one
    for one in (
        books.BOOK_IN, books.BOOK_OUT, papers_in.REPORT, papers_out.PAPERS_OUT, archive.ONLINE, papers_out.SIGNED_AND_SENT,
        exchange.SENT, exchange.RECEIVED, work.REPORT, archive.YEARLY, use.SIGN_INS, use.ACCOUNTS, use.OFFICES, use.READ, archive.ARCHIVE,
        holding.HOLDING, holding.LOAD,
    )
}  # fmt: skip
# Whoever administers sees how the system is used, in counts alone.
OF_USE = ("sign_ins", "accounts", "offices")
ADDRESSES = {
    "book_in": "so-van-ban-den", "book_out": "so-van-ban-di", "papers_in": "van-ban-den", "papers_out": "van-ban-di",
    "online": "xu-ly-tren-mang", "signed_out": "ky-so", "sent": "gui-lien-thong", "received": "nhan-lien-thong",
    "work": "cong-viec", "yearly": "thong-ke-van-thu", "sign_ins": "dang-nhap", "accounts": "nguoi-dung",
    "offices": "co-quan", "read": "luot-xem", "archive": "nop-luu", "holding": "dang-giu", "load": "khoi-luong-viec",
}  # fmt: skip
