"""A .docx made by hand: the few parts that a paper needs."""

import io
import zipfile
from html import escape

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
MM = 1440 / 25.4


def run(text: str, size: float = 14, *, bold: bool = False, italic: bool = False, font: str = "") -> str:
    looks = f'<w:rFonts w:ascii="{font}" w:hAnsi="{font}"/>' if font else ""
    looks += ("<w:b/>" if bold else "") + ("<w:i/>" if italic else "") + f'<w:sz w:val="{round(size * 2)}"/>'
    return f"<w:r><w:rPr>{looks}</w:rPr>{_words(text)}</w:r>"


def _words(text: str) -> str:
    return "<w:tab/>".join(f'<w:t xml:space="preserve">{escape(part)}</w:t>' for part in text.split("\t"))


def paragraph(*runs: str, align: str = "both", first: float = 0, before: int = 0, line: int = 300) -> str:
    looks = f'<w:spacing w:before="{before * 20}" w:line="{line}" w:lineRule="auto"/><w:ind w:firstLine="{round(first * MM)}"/><w:jc w:val="{align}"/>'
    return f"<w:p><w:pPr>{looks}</w:pPr>{''.join(runs)}</w:p>"


def centred(text: str, size: float, **looks) -> str:
    return paragraph(run(text, size, **looks), align="center")


def columns(left: list[str], right: list[str]) -> str:
    grid = '<w:tblGrid><w:gridCol w:w="3800"/><w:gridCol w:w="5550"/></w:tblGrid>'
    cells = "".join(f"<w:tc><w:tcPr/>{''.join(cell)}</w:tc>" for cell in (left, right))
    return f"<w:tbl><w:tblPr/>{grid}<w:tr>{cells}</w:tr></w:tbl>"


def words(text: str, **looks) -> str:
    return paragraph(run(text), **{"first": 12.7, "before": 6, **looks})


LONG = (
    "Thực hiện chỉ đạo của Ủy ban nhân dân thành phố về rà soát, sắp xếp các đơn vị sự nghiệp công lập trên địa bàn, "
    * 2
)
BODY = [
    words(f"{LONG}đề nghị báo cáo."),
    words(f"1. {LONG}đề nghị báo cáo."),
    words(f"2. {LONG}đề nghị báo cáo./."),
]


def letter(body: list[str] | None = None) -> list[str]:
    return [
        columns(
            [centred("UBND THÀNH PHỐ HÀ NỘI", 13), centred("SỞ NỘI VỤ", 13, bold=True), centred("Số: 15/SNV-TCBC", 13),
             centred("V/v báo cáo kết quả sắp xếp", 12)],
            [centred("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 13, bold=True), centred("Độc lập - Tự do - Hạnh phúc", 14, bold=True),
             centred("Hà Nội, ngày 05 tháng 3 năm 2026", 14, italic=True)],
        ),
        paragraph(run("Kính gửi: Sở Tài chính"), align="center"),
        *(BODY if body is None else body),
        columns(
            [paragraph(run("Nơi nhận:", 12, bold=True, italic=True), align="left"), paragraph(run("- Như trên;", 11), align="left"),
             paragraph(run("- Lưu: VT, TCBC.", 11), align="left")],
            [centred("GIÁM ĐỐC", 14, bold=True), paragraph(), paragraph(), centred("Nguyễn Thị Lan", 14, bold=True)],
        ),
    ]  # fmt: skip


def packed(
    blocks: list[str],
    *,
    margins: tuple = (20, 15, 20, 30),
    size: tuple = (210, 297),
    more: dict | None = None,
) -> bytes:
    top, right, bottom, left = (round(one * MM) for one in margins)
    section = f'<w:sectPr><w:pgSz w:w="{round(size[0] * MM)}" w:h="{round(size[1] * MM)}"/>'
    section += f'<w:pgMar w:top="{top}" w:right="{right}" w:bottom="{bottom}" w:left="{left}"/><w:titlePg/></w:sectPr>'
    styles = (
        f'<w:styles {W}><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman"/>'
        '<w:sz w:val="28"/></w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults></w:styles>'
    )
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "word/document.xml": f"<w:document {W}><w:body>{''.join(blocks)}{section}</w:body></w:document>",
        "word/styles.xml": styles,
    } | (more or {})
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return out.getvalue()
