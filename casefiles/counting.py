"""What the ratio 90/80/60 counts (archive.md §7): pure, so that an oracle can do it again from the chain of events.

One file counts once, for the office of whoever built it, in the month in which its work ended.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils import timezone

BACK_FILLED = 0.8  # of what lies in it, put in within the last day before closing
LAST_DAY = timedelta(hours=24)
FEW = 10  # under which a ratio says nothing
ONLINE, PARTLY, LATE, PAPER = "online", "partly", "late", "paper"
# One sentence for each figure, as the page says it.
SENTENCES = {
    "all": "Mẫu số: mọi hồ sơ có ngày kết thúc trong kỳ, gồm cả hồ sơ xử lý giấy đã đăng ký; không gồm hồ sơ mật.",
    ONLINE: "Tử số: hồ sơ mở trước khi bắt đầu xử lý, mọi văn bản đến ở dạng điện tử hoặc đã số hóa, mọi văn bản đi phát hành có chữ ký số, kết thúc trên hệ thống, không bước nào làm trên giấy.",
    PARTLY: "Có bước làm trên giấy: hồ sơ lập trên hệ thống nhưng có văn bản đến chưa số hóa, có văn bản đi phát hành trên giấy hoặc người lập khai có bước in ra, ký tay; tính ở mẫu số, không ở tử số.",
    LATE: "Lập sau: từ 80% văn bản được đưa vào trong 24 giờ trước khi kết thúc, hoặc hồ sơ mở sau khi đã bắt đầu xử lý một văn bản, nhiệm vụ trong hồ sơ (nhận việc, báo cáo, dự thảo, trả lời; văn bản đã nằm trong hồ sơ mở trước thì xét ở hồ sơ đó); tính ở mẫu số, không ở tử số.",
    PAPER: "Xử lý giấy: hồ sơ được đăng ký là xử lý trên giấy, kèm lý do; tính ở mẫu số, không ở tử số.",
    "secret": "Hồ sơ mật: chỉ là con số văn thư ghi, không có tiêu đề, không tính ở mẫu số lẫn tử số.",
    "unfiled": "Văn bản chưa vào hồ sơ: văn bản đến đã hoàn thành, văn bản đi đã phát hành trong kỳ mà không nằm trong hồ sơ nào.",
    "frozen": "Tháng đã chốt: 10 ngày sau khi hết tháng, số liệu của tháng được giữ nguyên; thay đổi về sau chỉ hiện thành đính chính.",
    "sample": "Mẫu kiểm tra mỗi quý: 20 hồ sơ ở tử số của các tháng đã chốt, chọn theo thứ tự SHA-256 của “quý|mã hồ sơ”, ai cũng tính lại được.",
}  # fmt: skip


@dataclass
class Facts:
    """Of a file when it is closed. `added_at`: of everything that lies in it."""

    opened_at: datetime
    closed_at: datetime
    added_at: Sequence[datetime] = field(default_factory=list)
    issued_at: Sequence[datetime] = field(default_factory=list)  # of its outgoing papers
    # The first handling act of each of its papers and tasks; of a matter whose file was opened before, there alone.
    handled_at: Sequence[datetime] = field(default_factory=list)
    not_digitised: int = 0  # incoming papers that came on paper and have no scan
    left_on_paper: int = 0  # outgoing papers that were signed and sent by hand
    paper_step: str = ""  # what its creator says was done on paper


def counted(facts: Facts) -> tuple[str, str]:
    """How it counts, and why in a sentence."""
    if facts.paper_step:
        return PARTLY, f"Người lập khai: {facts.paper_step}"
    if facts.not_digitised:
        return PARTLY, f"{facts.not_digitised} văn bản đến trên giấy chưa số hóa"
    if facts.left_on_paper:
        return PARTLY, f"{facts.left_on_paper} văn bản đi ký tay, phát hành trên giấy"
    first = min([*facts.handled_at, *facts.issued_at], default=None)
    if first and facts.opened_at > first:
        return LATE, f"Hồ sơ mở sau khi đã bắt đầu xử lý lúc {timezone.localtime(first):%H:%M %d/%m/%Y}"
    late = sum(one > facts.closed_at - LAST_DAY for one in facts.added_at)
    if facts.added_at and late >= BACK_FILLED * len(facts.added_at):
        return (
            LATE,
            f"{late}/{len(facts.added_at)} văn bản, tài liệu được đưa vào trong 24 giờ trước khi kết thúc",
        )
    return ONLINE, "Mọi bước ở trên hệ thống"


def per_mille(part: int, whole: int) -> int:
    """Rounded down, so that nobody reaches a threshold by rounding: 899 of 1000 is 89,9 %."""
    return part * 1000 // whole if whole else 0


def said(part: int, whole: int) -> str:
    if whole < FEW:
        return "chưa đủ số liệu"
    found = per_mille(part, whole)
    return f"{found // 10},{found % 10}%"
