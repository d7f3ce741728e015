"""Papers that keep the law, and the same with one thing broken."""

import re
from dataclasses import replace

from documents.layout.checker import Report, judged
from documents.layout.engine import write_pdf
from documents.layout.markup import BLANK, page_html
from documents.layout.model import Page
from documents.pdf.reading import measured
from tests.documents.papers import DECISION, LETTER

_LONG = (
    "Thực hiện chỉ đạo của Ủy ban nhân dân thành phố về rà soát, sắp xếp các đơn vị sự nghiệp công lập trên địa bàn, "
    "Sở Nội vụ đề nghị các cơ quan, đơn vị khẩn trương triển khai, bảo đảm đúng tiến độ và chất lượng theo yêu cầu."
)
GOOD_LETTER = replace(
    LETTER, urgency=0, recipients=("Như trên", "UBND thành phố (để b/c)"),
    body=f"{_LONG}\n\n1. {_LONG}\n\na) Báo cáo kết quả;\n\nb) Đề xuất, kiến nghị.\n\n2. {_LONG}\n\n{_LONG}",
)  # fmt: skip
GOOD_DECISION = replace(
    DECISION,
    bases=(
        "Căn cứ Luật Tổ chức chính quyền địa phương",
        "Căn cứ Nghị định số 30/2020/NĐ-CP ngày 05 tháng 3 năm 2020 của Chính phủ về công tác văn thư",
        "Theo đề nghị của Giám đốc Sở Nội vụ",
    ),
    recipients=("Như Điều 9", "Sở Tài chính"),
)


def html_of(page: Page, number: str = "15", day: str = "ngày 05 tháng 3 năm 2026") -> str:
    """The paper as it looks when number and date are in their places."""
    html = page_html(replace(page, draft=False)).replace(BLANK, number).replace(' class="blank"', "")
    html = re.sub(r"ngày 30 tháng 12 năm \d{4}", day, html)
    return re.sub(r' href="mark:\w+"', "", html)


def report_on(html: str, css: str = "") -> Report:
    return judged(measured(write_pdf(html, css)))


def found(report: Report) -> set[str]:
    return {one.rule for one in report.findings}
