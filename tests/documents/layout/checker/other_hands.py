"""Lawful papers as other hands type them in Word: every habit by chance, nothing against decree 30.

What the checker says of one of them is wrong, whoever typed it: with this oracle readings are hunted for that nobody has thought of.
"""

import random
import unicodedata

from PIL import ImageFont

from documents.fonts import FONTS
from tests.documents.layout.checker.word_files import MM, W, packed, paragraph, run

_MM = 25.4 / 72  # of a point
_VML = 'xmlns:v="urn:schemas-microsoft-com:vml"'
_OFFICE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_KINDS = {
    "QĐ": "QUYẾT ĐỊNH", "NQ": "NGHỊ QUYẾT", "TB": "THÔNG BÁO", "KH": "KẾ HOẠCH", "BC": "BÁO CÁO", "TTr": "TỜ TRÌNH",
    "HD": "HƯỚNG DẪN", "GM": "GIẤY MỜI", "CTr": "CHƯƠNG TRÌNH", "CV": "",
}  # fmt: skip
_HIGHER = (
    ["UBND TỈNH QUẢNG NGÃI"],
    ["BỘ GIÁO DỤC VÀ ĐÀO TẠO"],
    ["ĐẠI HỌC QUỐC GIA", "THÀNH PHỐ HỒ CHÍ MINH"],
    ["SỞ Y TẾ"],
    [],
)
_ISSUERS = (
    ["SỞ KHOA HỌC", "VÀ CÔNG NGHỆ"], ["TRƯỜNG ĐẠI HỌC", "KINH TẾ QUỐC DÂN"], ["VĂN PHÒNG"], ["BỆNH VIỆN", "ĐA KHOA TỈNH"],
    ["TRƯỜNG ĐẠI HỌC", "KHOA HỌC XÃ HỘI", "VÀ NHÂN VĂN"], ["TỔ CÔNG TÁC", "ĐỀ ÁN 06"], ["BAN CHỈ ĐẠO", "CHUYỂN ĐỔI SỐ"],
)  # fmt: skip
_PLACES = ("Hà Nội", "TP. Hồ Chí Minh", "Hòa Bình", "Thừa Thiên Huế")
_SUBJECTS = (
    "Về việc thực hiện công tác cải cách hành chính",
    "Ban hành Quy chế đào tạo trình độ đại học theo hệ thống tín chỉ",
    "Tổ chức Hội nghị tổng kết năm học 2023 - 2024 và triển khai nhiệm vụ năm học 2024 - 2025",
    "Triển khai thực hiện Nghị quyết số 57-NQ/TW ngày 22/12/2024 của Bộ Chính trị",
)
_DECIDE = (["HIỆU TRƯỞNG TRƯỜNG ĐẠI HỌC KINH TẾ QUỐC DÂN"], ["GIÁM ĐỐC BỆNH VIỆN ĐA KHOA", "TỈNH QUẢNG NGÃI"])
_BASES = (
    "Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015",
    "Căn cứ Nghị định số 99/2019/NĐ-CP ngày 30 tháng 12 năm 2019 của Chính phủ quy định chi tiết và hướng dẫn thi hành một số điều của "
    "Luật sửa đổi, bổ sung một số điều của Luật Giáo dục đại học",
    "Căn cứ Biên bản họp Hội đồng ngày 12/3/2024",
    "Xét đề nghị của Giám đốc Sở Nội vụ tại Tờ trình số 25/TTr-SNV ngày 03 tháng 3 năm 2024",
)
_WORDS = (
    "rà soát hồ sơ", "báo cáo kết quả về cơ quan trước ngày 15/3/2024", "phối hợp với các đơn vị liên quan", "thực hiện nghiêm túc",
    "hướng dẫn thí sinh nộp lệ phí", "theo quy định tại khoản 2 Điều 3 Luật Giáo dục đại học", "tỷ lệ 99,5%", "thời gian: 08 giờ 00, thứ Hai",
    "số 75/2006/QĐ-TTg ngày 12 tháng 4 năm 2006", "25.000.000 đồng (Hai mươi lăm triệu đồng)", "phần mềm quản lý (ERP) và cổng dịch vụ công",
)  # fmt: skip
_TO = (
    "Ủy ban nhân dân tỉnh", "Các sở, ban, ngành", "Ủy ban nhân dân các huyện, thị xã, thành phố", "Phòng Tổ chức cán bộ",
    "Các khoa, viện, phòng, ban thuộc Trường", "Sở Tài chính (để phối hợp)",
)  # fmt: skip
_POWERS = (
    ["GIÁM ĐỐC"], ["KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"], ["TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"],
    ["TL. CHỦ TỊCH", "CHÁNH VĂN PHÒNG"], ["TRƯỞNG BAN", "PHÓ CHỦ TỊCH UBND TỈNH"], ["TL. HIỆU TRƯỞNG", "KT. TRƯỞNG PHÒNG ĐÀO TẠO", "PHÓ TRƯỞNG PHÒNG"],
    ["KT. TRƯỞNG BAN", "PHÓ TRƯỞNG BAN THƯỜNG TRỰC", "GIÁM ĐỐC SỞ Y TẾ"], ["Q. HIỆU TRƯỞNG"], ["CHỦ TỊCH HỘI ĐỒNG", "HIỆU TRƯỞNG"],
)  # fmt: skip
_SIGNERS = ("Nguyễn Văn An", "Trần Thị Bích Ngọc", "Hoàng Kim", "Phạm Hồng Đức Anh")
_KEPT = ("TCCB", "ĐT", "TH (03b)", "TH.Lan", "P2. (15b)")


class Hand:
    """Whoever types: `docx` is the paper, `kind` its kind; the same seed types the same."""

    def __init__(self, seed: int):
        self.chance = chance = random.Random(seed)
        self.kind = chance.choice(list(_KINDS))
        self.size = chance.choice((13, 13.5, 14))
        self.first = chance.choice((10, 12.7))
        self.before, self.line = chance.choice((6, 9)), chance.choice((240, 276, 312, 360))
        self.margins = (
            chance.choice((20, 25)),
            chance.choice((15, 20)),
            chance.choice((20, 25)),
            chance.choice((30, 35)),
        )
        self.wide = 210 - self.margins[1] - self.margins[3]

    def docx(self) -> bytes:
        blocks = [
            *self._head(),
            *self._title(),
            *self._to(),
            *self._content(),
            self._foot(),
            *self._attached(),
        ]
        body = "".join(blocks)
        manner = self.chance.choice(("", "NFD", "blanks"))
        if manner == "NFD":
            body = unicodedata.normalize("NFD", body)
        elif manner:
            body = body.replace(" và ", " và\xa0").replace("năm ", "năm\xa0")
        return packed([], more=_parts(self.size) | {"word/document.xml": self._document(body)})

    def _document(self, body: str) -> str:
        edges = " ".join(
            f'w:{side}="{round(one * MM)}"'
            for side, one in zip(("top", "right", "bottom", "left"), self.margins, strict=True)
        )
        section = f'<w:headerReference w:type="default" r:id="h1"/><w:pgSz w:w="11906" w:h="16838"/><w:pgMar {edges} w:header="567" w:footer="567" w:gutter="0"/><w:titlePg/>'
        return f'<w:document {W} xmlns:r="{_RELATED}"><w:body>{body}<w:sectPr>{section}</w:sectPr></w:body></w:document>'

    def _words(self, text: str) -> str:
        return paragraph(run(text, self.size), first=self.first, before=self.before, line=self.line)

    def _sentence(self, low: int = 6, high: int = 14) -> str:
        text = ", ".join(self.chance.choice(_WORDS) for _ in range(self.chance.randint(low, high)))
        return f"{text[0].upper()}{text[1:]}."

    def _under(
        self, words: str, size: float, cell: float, share: float, *, whole: bool = False
    ) -> tuple[str, str]:
        """The line of these words and what draws the one below it, so long by theirs: (before the words or around them, below)."""
        long = _width(words, size) * share
        left, low = (cell / _MM - long) / 2, size * 1.15 + 2
        how = self.chance.choice(("line", "box", "macrons", "dashes", "part"))
        said = run(words, size, bold=True)
        if how == "line":
            said = f'<w:r><w:pict><v:line {_VML} style="position:absolute;z-index:2" from="{left:.1f}pt,{low:.1f}pt" to="{left + long:.1f}pt,{low:.1f}pt" strokeweight=".75pt"/></w:pict></w:r>{said}'
        elif how == "box":
            style = f"position:absolute;margin-left:{left:.1f}pt;margin-top:{low:.1f}pt;width:{long:.1f}pt;height:.75pt;z-index:2"
            said = f'<w:r><w:pict><v:rect {_VML} style="{style}" fillcolor="black" stroked="f"/></w:pict></w:r>{said}'
        elif how == "part":
            said = _underlined(words, size, 1 if whole else share)
        mark = {"macrons": "¯", "dashes": "—"}.get(how)
        below = (
            paragraph(run(mark * max(round(long / _width(mark, 12)), 4), 12), align="center", line=240)
            if mark
            else ""
        )
        return paragraph(said, align="center", line=240), below

    def _head(self) -> list[str]:
        chance, size = self.chance, self.chance.choice((12, 13))
        left, right = chance.choice((62, 66, 70)), 106
        issuer, notation = chance.choice(_ISSUERS), f"{self.kind}-SKHCN" if _KINDS[self.kind] else "SNV-TCBC"
        above = [_line(one, size) for one in chance.choice(_HIGHER)] + [
            _line(one, size, bold=True) for one in issuer[:-1]
        ]
        above += self._under(issuer[-1], size, left - 3.8, chance.uniform(0.36, 0.48))
        state = [_line("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", size, bold=True)]
        state += self._under("Độc lập - Tự do - Hạnh phúc", size + 1, right - 3.8, 1, whole=True)
        number = [_line(f"Số: {chance.choice(('05', '1234', '      '))}/{notation}", 13)]
        if self.kind == "CV":
            number.append(
                _line(f"V/v {chance.choice(_SUBJECTS).removeprefix('Về việc ')}", chance.choice((12, 13)))
            )
            number += [_line("(Dự thảo lần 2)", 13, italic=True)] if chance.random() < 0.2 else []
        day = f"{chance.choice(_PLACES)}, ngày {chance.choice(('05', '28', '  '))} tháng {chance.choice(('01', '3', '10'))} năm 2024"
        rows = [
            ["".join(above), "".join(state)],
            ["".join(number), _line(day, chance.choice((13, 14)), italic=True)],
        ]
        return [_table((left, right), rows), paragraph()]

    def _title(self) -> list[str]:
        chance = self.chance
        if self.kind == "CV":
            return []
        *lines, last = _broken(chance.choice(_SUBJECTS), 14, 150)
        found = [_line(_KINDS[self.kind], 14, bold=True), *(_line(one, 14, bold=True) for one in lines)]
        found += [*self._under(last, 14, self.wide, chance.uniform(0.36, 0.48)), paragraph()]
        if self.kind not in ("QĐ", "NQ"):
            return found
        found += [
            _line(one, 14, bold=True)
            for one in (chance.choice(_DECIDE) if self.kind == "QĐ" else ["HỘI ĐỒNG NHÂN DÂN XÃ HÒA BÌNH"])
        ]
        *bases, final = [*chance.sample(_BASES[:3], chance.randint(1, 3)), _BASES[3]]
        for one in (*(f"{base};" for base in bases), f"{final}."):
            found.append(
                paragraph(
                    run(one, self.size, italic=True), first=self.first, before=self.before, line=self.line
                )
            )
        return [*found, _line("QUYẾT ĐỊNH:" if self.kind == "QĐ" else "QUYẾT NGHỊ:", 14, bold=True)]

    def _to(self) -> list[str]:
        chance = self.chance
        if self.kind not in ("CV", "TTr"):
            return []
        names = chance.sample(_TO, chance.randint(1, 3))
        if len(names) == 1:
            return [_line(f"Kính gửi: {names[0]}", 14)]
        marked = [f"- {one};" for one in names[:-1]] + [f"- {names[-1]}."]
        if chance.random() < 0.5:
            listed = "".join(paragraph(run(one), align="left", line=240) for one in (" ", *marked))
            return [_table((45, 110), [[paragraph(run("Kính gửi:"), align="right", line=240), listed]])]
        return [
            paragraph(run("Kính gửi:"), align="left", first=25),
            *(paragraph(run(one), align="left", first=45) for one in marked),
        ]

    def _content(self) -> list[str]:
        chance, found = self.chance, []
        style = "articles" if self.kind in ("QĐ", "NQ") else chance.choice(("roman", "arabic", "plain"))
        for number in range(1, chance.randint(3, 7)):
            if style == "articles":
                said = [run(f"Điều {number}.", self.size, bold=True), run(f" {self._sentence()}", self.size)]
                found.append(paragraph(*said, first=self.first, before=self.before, line=self.line))
            else:
                mark = {
                    "roman": f"{('I', 'II', 'III', 'IV', 'V', 'VI')[number - 1]}. ",
                    "arabic": f"{number}. ",
                    "plain": "",
                }[style]
                found.append(self._words(mark + self._sentence()))
            found += getattr(
                self, chance.choice(("_points", "_dashes", "_listed", "_quoted", "_noted", "_nothing"))
            )()
        end = self._sentence(3, 8)
        return (
            [*found, self._words(end), self._words("Trân trọng./.")]
            if chance.random() < 0.2
            else [*found, self._words(f"{end[:-1]}./.")]
        )

    def _nothing(self) -> list[str]:
        return []

    def _points(self) -> list[str]:
        return [
            self._words(f"{letter}) {self._sentence(3, 9)}")
            for letter in "abcdđeg"[: self.chance.randint(2, 7)]
        ]

    def _dashes(self) -> list[str]:
        return [
            self._words(f"{self.chance.choice('-+')} {self._sentence(1, 6)}")
            for _ in range(self.chance.randint(1, 5))
        ]

    def _quoted(self) -> list[str]:
        return [self._words(f"“Điều 5. Sửa đổi, bổ sung khoản 2 như sau: {self._sentence(3, 6)}”.")]

    def _noted(self) -> list[str]:
        return [
            paragraph(
                run("(Có danh sách kèm theo)", self.size, italic=True),
                align=self.chance.choice(("center", "both")),
                before=self.before,
            )
        ]

    def _listed(self) -> list[str]:
        size = self.chance.choice((11, 12, 13))
        rows = [
            [
                paragraph(run(one, size), align="left", line=240)
                for one in (str(number), self.chance.choice(_WORDS), self.chance.choice(_TO))
            ]
            for number in range(1, self.chance.randint(3, 25))
        ]
        return [_table((12, 80, self.wide - 92), rows, ruled=True)]

    def _foot(self) -> str:
        chance, size = self.chance, self.chance.choice((13, 14))
        names = [
            "Như Điều 3" if self.kind in ("QĐ", "NQ") else "Như trên",
            *chance.sample(_TO, chance.randint(0, 5)),
        ]
        left = [paragraph(run("Nơi nhận:", 12, bold=True, italic=True), align="left", line=240)]
        left += [
            paragraph(run(one, 11), align="left", line=240)
            for one in (*(f"- {name};" for name in names), f"- Lưu: VT, {chance.choice(_KEPT)}.")
        ]
        right = [_line(one, size, bold=True) for one in chance.choice(_POWERS)] + [paragraph(line=240)] * 3
        right += (
            [_line(chance.choice(("(Đã ký)", "Đã ký")), size, italic=True)] if chance.random() < 0.3 else []
        )
        cell = chance.choice((75, 80, 85))
        right += [paragraph(line=240)] * 2 + [_line(chance.choice(_SIGNERS), size, bold=True)]
        return paragraph() + _table((cell, self.wide - cell), [["".join(left), "".join(right)]])

    def _attached(self) -> list[str]:
        if self.chance.random() < 0.7:
            return []
        apart = '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'
        said = [
            _line("Phụ lục", 14, bold=True),
            _line("DANH SÁCH SINH VIÊN", 14, bold=True),
            _line("(Kèm theo Văn bản số 12/ĐHKTQD ngày 05 tháng 3 năm 2024)", 14, italic=True),
        ]
        return [apart, *said, *self._listed()]


def _width(text: str, size: float) -> float:
    """In points, of bold letters."""
    return ImageFont.truetype(str(FONTS / "Tinos-Bold.ttf"), 1000).getlength(text) * size / 1000


def _broken(text: str, size: float, wide: float) -> list[str]:
    lines = [""]
    for word in text.split():
        if lines[-1] and _width(f"{lines[-1]} {word}", size) * _MM > wide:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def _underlined(words: str, size: float, share: float) -> str:
    """The middle of the words underlined, so much of them; the nearest that whole letters allow."""
    count = len(words)
    take = min(
        range(1, count + 1),
        key=lambda n: abs(
            _width(words[(count - n) // 2 : (count - n) // 2 + n], size) - share * _width(words, size)
        ),
    )
    start = (count - take) // 2
    line = run(words[start : start + take], size, bold=True).replace(
        "</w:rPr>", '<w:u w:val="single"/></w:rPr>'
    )
    return "".join((run(words[:start], size, bold=True), line, run(words[start + take :], size, bold=True)))


def _line(text: str, size: float, **looks) -> str:
    return paragraph(run(text, size, **looks), align="center", line=240)


def _table(widths: tuple[float, ...], rows: list[list[str]], *, ruled: bool = False) -> str:
    edges = "".join(
        f'<w:{side} w:val="{"single" if ruled else "nil"}" w:sz="4"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    grid = "".join(f'<w:gridCol w:w="{round(one * MM)}"/>' for one in widths)
    cells = (
        "".join(
            f'<w:tc><w:tcPr><w:tcW w:w="{round(wide * MM)}" w:type="dxa"/></w:tcPr>{cell}</w:tc>'
            for wide, cell in zip(widths, row, strict=True)
        )
        for row in rows
    )
    looks = f'<w:tblW w:w="{round(sum(widths) * MM)}" w:type="dxa"/><w:jc w:val="center"/><w:tblBorders>{edges}</w:tblBorders><w:tblLayout w:type="fixed"/>'
    return f"<w:tbl><w:tblPr>{looks}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{''.join(f'<w:tr>{row}</w:tr>' for row in cells)}</w:tbl>"


def _parts(size: float) -> dict[str, str]:
    """What LibreOffice asks for beside the text; the number of the page in the middle of its top, from the second on."""
    looks = (
        f'<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman"/><w:sz w:val="{round(size * 2)}"/>'
    )
    overrides = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{_OFFICE}.{kind}+xml"/>'
        for name, kind in (("document", "document.main"), ("styles", "styles"), ("h1", "header"))
    )
    return {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="d" Type="{_RELATED}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="s" Type="{_RELATED}/styles" Target="styles.xml"/><Relationship Id="h1" Type="{_RELATED}/header" Target="h1.xml"/></Relationships>',
        "word/h1.xml": f'<w:hdr {W}><w:p><w:pPr><w:jc w:val="center"/></w:pPr><w:r><w:rPr>{looks}</w:rPr><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:rPr>{looks}</w:rPr><w:instrText>PAGE</w:instrText></w:r><w:r><w:rPr>{looks}</w:rPr><w:fldChar w:fldCharType="end"/></w:r></w:p></w:hdr>',
        "word/styles.xml": f'<w:styles {W}><w:docDefaults><w:rPrDefault><w:rPr>{looks}</w:rPr></w:rPrDefault></w:docDefaults><w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style></w:styles>',
    }
