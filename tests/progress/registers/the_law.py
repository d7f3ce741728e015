"""The columns of the five books as decree 30/2020, Phụ lục IV prints them. Copied from the law, not from the code: a word that
changes here or there fails. And how a book is read back from its files."""

import io
import zipfile
from xml.etree import ElementTree

import pypdfium2

_SPACE = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
COLUMNS = {
    # Not the law's: it asks only for the numbers of copies.
    "certified": """Số, ký hiệu bản sao|Ngày sao|Hình thức sao|Số, ký hiệu, ngày văn bản được sao|
        Tên loại và trích yếu nội dung văn bản|Người ký bản sao|Nơi nhận bản sao|Số bản|Ghi chú""",
    "issued": """Số, ký hiệu văn bản|Ngày tháng văn bản|Tên loại và trích yếu nội dung văn bản|Người ký|Nơi nhận văn bản|
        Đơn vị, người nhận bản lưu|Số lượng bản|Ngày chuyển|Ký nhận|Ghi chú""",
    "posted": "Ngày chuyển|Số, ký hiệu văn bản|Nơi nhận văn bản|Số lượng bì|Ký nhận và dấu bưu điện|Ghi chú",
    "copies": """Ngày tháng|Họ tên người sử dụng|Số, ký hiệu ngày tháng văn bản|Tên loại và trích yếu nội dung văn bản|
        Số và ký hiệu HS|Ký nhận|Ngày trả|Người cho phép sử dụng|Ghi chú""",
    "arrived": """Ngày đến|Số đến|Tác giả|Số, ký hiệu văn bản|Ngày tháng văn bản|Tên loại và trích yếu nội dung văn bản|
        Đơn vị hoặc người nhận|Ngày chuyển|Ký nhận|Ghi chú""",
    "handled": """Số đến|Tên loại, số, ký hiệu, ngày, tháng và tên cơ quan, tổ chức ban hành văn bản|
        Đơn vị hoặc người nhận|Thời hạn giải quyết|Tiến độ giải quyết|Số, ký hiệu văn bản trả lời|Ghi chú""",
}  # fmt: skip
TITLES = {
    "certified": "SỔ ĐĂNG KÝ BẢN SAO",
    "issued": "SỔ ĐĂNG KÝ VĂN BẢN ĐI", "posted": "SỔ GỬI VĂN BẢN ĐI BƯU ĐIỆN", "copies": "SỔ SỬ DỤNG BẢN LƯU",
    "arrived": "SỔ ĐĂNG KÝ VĂN BẢN ĐẾN", "handled": "SỔ THEO DÕI GIẢI QUYẾT VĂN BẢN ĐẾN",
}  # fmt: skip


def columns(name: str) -> list[str]:
    return [words.strip() for words in COLUMNS[name].split("|")]


def sheet(data: bytes) -> list[list[str]]:
    """The rows of an .xlsx, its cells as words."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        page = ElementTree.fromstring(archive.read("xl/worksheets/sheet1.xml"))
    rows = page.findall(".//m:row", _SPACE)
    return [["".join(cell.itertext()) for cell in row.findall("m:c", _SPACE)] for row in rows]


def texts(data: bytes) -> list[str]:
    """Of each page of a PDF, in one line."""
    document = pypdfium2.PdfDocument(data)
    return [" ".join(page.get_textpage().get_text_bounded().split()) for page in document]
