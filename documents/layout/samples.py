"""One paper of each of the 29 kinds with words like those of an office, to be looked at and to be measured.

Nobody and nothing in them is real. In the order of decree 30, Article 7.
"""

from datetime import date

from orgs.kinds import KINDS

from .model import Letterhead, Page, SignatureBlock

_DEPARTMENT = Letterhead("UBND THÀNH PHỐ HÀ NỘI", ("SỞ NỘI VỤ",), "Hà Nội")
_CITY = Letterhead("", ("ỦY BAN NHÂN DÂN", "THÀNH PHỐ HÀ NỘI"), "Hà Nội")
_DEPUTY = SignatureBlock(("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"), "Vũ Phương Thảo")
_HEAD = SignatureBlock(("GIÁM ĐỐC",), "Phạm Tiến Dũng")
_CITY_DEPUTY = SignatureBlock(("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"), "Hoàng Gia Khánh")
_DECREE = "Căn cứ Nghị định số 30/2020/NĐ-CP ngày 05 tháng 3 năm 2020 của Chính phủ về công tác văn thư"
_LAW = "Căn cứ Luật Tổ chức chính quyền địa phương"
_ASKED = "Theo đề nghị của Trưởng phòng Tổ chức - Biên chế"
_PLAN = """Thực hiện Chương trình công tác năm 2026 của Ủy ban nhân dân thành phố, Sở Nội vụ ban hành văn bản này với các nội dung sau:

I. MỤC ĐÍCH, YÊU CẦU

1. **Mục đích**

Nâng cao chất lượng soạn thảo, ký số, phát hành văn bản điện tử; bảo đảm văn bản ban hành đúng thể thức, đúng thẩm quyền và đúng thời hạn.

2. **Yêu cầu**

a) Các cơ quan, đơn vị xác định rõ người, rõ việc, rõ thời gian, rõ trách nhiệm, rõ sản phẩm;

b) Không để chậm thời hạn; kịp thời báo cáo *khó khăn, vướng mắc*.

II. NỘI DUNG

| STT | Nội dung | Đơn vị chủ trì | Thời hạn | Tỷ lệ (%) |
|:-:|---|---|:-:|--:|
| 1 | Rà soát quy trình xử lý văn bản đi, văn bản đến | Văn phòng Sở | 31/3/2026 | 100 |
| 2 | Tập huấn thể thức và kỹ thuật trình bày văn bản | Phòng Tổ chức - Biên chế | 30/6/2026 | 95,5 |
| 3 | Kiểm tra việc lập hồ sơ và nộp lưu hồ sơ // (tại 10 đơn vị) | Chi cục Văn thư - Lưu trữ | 30/9/2026 | 80 |

III. TỔ CHỨC THỰC HIỆN

Văn phòng Sở chủ trì, phối hợp với các đơn vị theo dõi, đôn đốc, tổng hợp kết quả, báo cáo Giám đốc Sở trước ngày 15 tháng 12 năm 2026."""
_RULES = """Chương I
QUY ĐỊNH CHUNG

Điều 1. Phạm vi điều chỉnh và đối tượng áp dụng

1. Văn bản này quy định việc soạn thảo, ký, phát hành và quản lý văn bản điện tử.

2. Văn bản này áp dụng đối với các đơn vị thuộc Sở và công chức, viên chức, người lao động trong Sở.

Điều 2. Nguyên tắc

a) Đúng thẩm quyền, trình tự, thủ tục;

b) Bảo đảm an toàn thông tin và bí mật nhà nước theo quy định của pháp luật.

Chương II
TỔ CHỨC THỰC HIỆN

Điều 3. Trách nhiệm thi hành

Chánh Văn phòng Sở, Trưởng các phòng và Thủ trưởng các đơn vị trực thuộc chịu trách nhiệm thi hành; trong quá trình thực hiện nếu có vướng mắc, phản ánh về Văn phòng Sở để tổng hợp, trình Giám đốc xem xét."""
_ARTICLES = """Điều 1. Ban hành kèm theo Quyết định này Quy chế công tác văn thư của Sở Nội vụ thành phố Hà Nội.

Điều 2. Quyết định này có hiệu lực thi hành kể từ ngày ký.

Điều 3. Chánh Văn phòng Sở, Trưởng các phòng, Thủ trưởng các đơn vị trực thuộc và các tổ chức, cá nhân có liên quan chịu trách nhiệm thi hành Quyết định này."""
_LETTER = """Thực hiện Kế hoạch số 112/KH-UBND ngày 05 tháng 3 năm 2026 của Ủy ban nhân dân thành phố về cải cách hành chính, Sở Nội vụ đề nghị các cơ quan, đơn vị thực hiện một số nội dung sau:

1. Báo cáo kết quả sắp xếp tổ chức bộ máy, nêu rõ khó khăn, vướng mắc và nguyên nhân.

2. Đề xuất, kiến nghị:

a) Với Ủy ban nhân dân thành phố;

b) Với Sở Nội vụ.

Báo cáo gửi về Sở Nội vụ trước ngày 15 tháng 10 năm 2026 để tổng hợp."""
_PARTIES = """Hôm nay, ngày 05 tháng 01 năm 2026, tại trụ sở Sở Nội vụ, chúng tôi gồm:

1. **Bên A**: Sở Nội vụ thành phố Hà Nội, do ông Phạm Tiến Dũng, Giám đốc, làm đại diện.

2. **Bên B**: Trung tâm Lưu trữ lịch sử, do bà Trịnh Hải Vân, Giám đốc, làm đại diện.

Hai bên thống nhất các điều khoản sau:

Điều 1. Bên B số hóa, chỉnh lý 120 mét giá tài liệu của Bên A theo đúng tiêu chuẩn kỹ thuật hiện hành.

Điều 2. Thời gian thực hiện từ ngày 10 tháng 01 năm 2026 đến hết ngày 30 tháng 6 năm 2026.

Điều 3. Văn bản này được lập thành 04 bản có giá trị như nhau, mỗi bên giữ 02 bản."""
_SLIP = """Sở Nội vụ gửi kèm phiếu này các văn bản, tài liệu sau:

1. Dự thảo Tờ trình về tổ chức bộ máy (02 bản).

2. Hồ sơ thẩm định (01 bộ).

Sau khi nhận được, đề nghị cơ quan, đơn vị xác nhận số lượng, tình trạng văn bản, tài liệu và gửi lại phiếu này cho Sở Nội vụ trước ngày 15 tháng 01 năm 2026."""
_OTHER_PARTY = SignatureBlock(("ĐẠI DIỆN BÊN B", "GIÁM ĐỐC"), "Trịnh Hải Vân")
_FIRST_PARTY = SignatureBlock(("ĐẠI DIỆN BÊN A", "GIÁM ĐỐC"), "Phạm Tiến Dũng")


def samples() -> dict[str, Page]:
    """Code → paper, each signed, numbered and dated."""
    return {code: _sample(code, **own) for code, own in _OWN.items()}


def _sample(code: str, **own) -> Page:
    name, abbreviation = KINDS[code]
    given = {
        "letterhead": _DEPARTMENT,
        "notation": f"{abbreviation}-SNV" if abbreviation else "SNV-TCBC",
        "subject": "Công tác văn thư, lưu trữ năm 2026",
        "addressees": (),
        "bases": (),
        "body": _PLAN,
        "block": _DEPUTY,
        "recipients": ("UBND thành phố (để b/c)", "Các đơn vị thuộc Sở"),
        "archive_line": "Lưu: VT, TCBC.",
        "issuer": "Sở Nội vụ",
        "number": "05",
        "day": date(2026, 1, 5),
    }
    return Page(kind_code=code, kind_name=name, year=2026, **given | own)


_OWN: dict[str, dict] = {
    "NQ": {
        "letterhead": _CITY, "notation": "NQ-UBND", "issuer": "Ủy ban nhân dân thành phố Hà Nội",
        "subject": "Về nhiệm vụ, giải pháp trọng tâm chỉ đạo, điều hành phát triển kinh tế - xã hội năm 2026",
        "bases": (_LAW, "Căn cứ Quy chế làm việc của Ủy ban nhân dân thành phố"), "block": _CITY_DEPUTY,
        "body": "Điều 1. Thông qua các nhiệm vụ, giải pháp trọng tâm năm 2026 nêu tại Báo cáo của Ủy ban nhân dân thành phố; các cơ "
                "quan, đơn vị cụ thể hóa thành chương trình, kế hoạch của mình trước ngày 31 tháng 01 năm 2026.\n\nĐiều 2. Giao Văn phòng "
                "Ủy ban nhân dân thành phố theo dõi, đôn đốc việc thực hiện Nghị quyết này, hằng quý tổng hợp, báo cáo Ủy ban nhân dân "
                "thành phố.\n\nĐiều 3. Nghị quyết này có hiệu lực kể từ ngày ký.",
        "recipients": ("Như Điều 2", "Các Sở, ban, ngành", "UBND các xã, phường"), "archive_line": "Lưu: VT, TH.",
    },
    "QĐ": {
        "subject": "Ban hành Quy chế công tác văn thư của Sở Nội vụ", "bases": (_LAW, _DECREE, _ASKED), "block": _HEAD,
        "body": f"{_ARTICLES}\n\n=== Quy chế Công tác văn thư của Sở Nội vụ\n\n{_RULES}", "recipients": ("Như Điều 3", "UBND thành phố (để b/c)"),
    },
    "CT": {"subject": "Về việc tăng cường kỷ luật, kỷ cương hành chính", "recipients": ("Các đơn vị thuộc Sở",)},
    "QC": {"subject": "Phối hợp công tác giữa Sở Nội vụ và Ủy ban nhân dân các xã, phường", "body": _RULES},
    "QyĐ": {"subject": "Về soạn thảo và phát hành văn bản điện tử", "body": _RULES},
    "TC": {"subject": "Về kết quả hội nghị triển khai công tác nội vụ năm 2026"},
    "TB": {"subject": "Kết luận của Giám đốc Sở tại buổi giao ban tháng 01 năm 2026", "circulation": "Lưu hành nội bộ"},
    "HD": {"subject": "Thể thức và kỹ thuật trình bày văn bản hành chính"},
    "CTr": {"subject": "Công tác trọng tâm năm 2026"},
    "KH": {
        "subject": "Tập huấn nghiệp vụ văn thư, lưu trữ và ký số cho công chức, viên chức các cơ quan, đơn vị, địa phương thuộc thành phố Hà Nội năm 2026",
        "body": f"{_PLAN}\n\n=== Danh mục lớp tập huấn (khổ ngang)\n\n"
                "| STT | Lớp | Đối tượng | Số học viên | Địa điểm | Thời gian | Đơn vị chủ trì | Kinh phí (đồng) |\n|:-:|---|---|--:|---|:-:|---|--:|\n"
                + "\n".join(f"| {n} | Lớp số {n} về văn thư điện tử | Văn thư cơ quan | {40 + n} | Hội trường A | Tháng {n} | Văn phòng Sở | {n}.500.000 |" for n in range(1, 31))
                + "\n\n=== Phân công giảng viên\n\nGiảng viên do Văn phòng Sở mời theo từng chuyên đề.",
    },
    "PA": {"subject": "Sắp xếp các đơn vị sự nghiệp công lập thuộc Sở"},
    "ĐA": {"subject": "Số hóa tài liệu lưu trữ giai đoạn 2026 - 2030"},
    "DA": {"subject": "Xây dựng kho lưu trữ số của thành phố"},
    "BC": {
        "subject": "Kết quả công tác văn thư, lưu trữ quý I năm 2026", "addressees": ("Ủy ban nhân dân thành phố Hà Nội",),
        "recipients": ("Văn phòng UBND thành phố",),
    },
    "BB": {
        "subject": "Họp xét thi đua, khen thưởng năm 2026", "block": _HEAD, "beside": SignatureBlock(("THƯ KÝ",), "Trần Quang Minh"),
        "body": "Thời gian bắt đầu: 8 giờ 00, ngày 05 tháng 01 năm 2026.\n\nĐịa điểm: Phòng họp số 1, trụ sở Sở Nội vụ.\n\n"
                "Thành phần tham dự: Lãnh đạo Sở; trưởng các phòng, thủ trưởng các đơn vị trực thuộc; đại diện Ban Chấp hành Công đoàn và Đoàn Thanh niên Cộng sản Hồ Chí Minh Sở.\n\nChủ trì (chủ tọa): Ông Phạm Tiến Dũng, Giám đốc Sở.\n\n"
                "Thư ký (người ghi biên bản): Ông Trần Quang Minh, chuyên viên.\n\nNội dung (theo diễn biến cuộc họp):\n\n"
                "1. Trưởng phòng Tổ chức - Biên chế trình bày báo cáo kết quả phong trào thi đua năm 2025 và danh sách tập thể, cá nhân được đề nghị khen thưởng.\n\n"
        "2. Cuộc họp thảo luận, bỏ phiếu kín và thống nhất danh sách đề nghị khen thưởng gồm 12 tập thể, 35 cá nhân; kết quả kiểm phiếu được ghi thành biên bản riêng.\n\n"
                "Cuộc họp kết thúc vào 11 giờ 30, ngày 05 tháng 01 năm 2026.",
        "recipients": (), "archive_line": "Lưu: VT, Hồ sơ.",
    },
    "TTr": {
        "subject": "Về việc phê duyệt Kế hoạch số hóa tài liệu lưu trữ năm 2026", "addressees": ("Ủy ban nhân dân thành phố Hà Nội",),
        "body": _LETTER.replace("đề nghị các cơ quan, đơn vị thực hiện", "kính trình"), "recipients": ("Văn phòng UBND thành phố",),
    },
    "HĐ": {"subject": "Số hóa và chỉnh lý tài liệu lưu trữ", "bases": ("Căn cứ Bộ luật Dân sự",), "body": _PARTIES, "block": _FIRST_PARTY, "beside": _OTHER_PARTY, "recipients": ("Bên A", "Bên B")},
    "CV": {
        "subject": "đề nghị báo cáo kết quả sắp xếp tổ chức bộ máy năm 2026", "body": _LETTER, "urgency": 1,
        "addressees": tuple(f"{name} thành phố" for name in ("Văn phòng Ủy ban nhân dân", "Thanh tra", *(f"Ban Quản lý dự án số {n}" for n in range(1, 13)))),
        "recipients": ("UBND thành phố (để b/c)",), "drafted": "TQM.(30)",
        "contact": "Địa chỉ: Số 18B phố Lê Lai, Hà Nội; ĐT: (024) 0000 0000; Thư điện tử: vanthu@example.vn; Trang thông tin: example.vn",
    },
    "CĐ": {
        "letterhead": _CITY, "notation": "CĐ-UBND", "issuer": "Ủy ban nhân dân thành phố Hà Nội", "urgency": 3, "block": _CITY_DEPUTY,
        "subject": "Về việc chủ động ứng phó mưa lớn, ngập úng", "addressees": ("Giám đốc các Sở", "Chủ tịch Ủy ban nhân dân các xã, phường"),
        "body": "Theo bản tin dự báo thời tiết, từ ngày 06 tháng 01 năm 2026 trên địa bàn thành phố có mưa lớn diện rộng. Để chủ động ứng phó, "
                "Ủy ban nhân dân thành phố yêu cầu các đơn vị trực ban 24/24 giờ, sẵn sàng lực lượng, phương tiện và báo cáo trước 17 giờ hằng ngày.",
        "archive_line": "Lưu: VT, KT.", "recipients": ("Văn phòng Chính phủ (để b/c)",),
    },
    "BGN": {"subject": "Hợp tác đào tạo nghiệp vụ lưu trữ", "body": _PARTIES, "block": _FIRST_PARTY, "beside": _OTHER_PARTY, "recipients": ("Bên A", "Bên B")},
    "BTT": {"subject": "Sử dụng chung cơ sở dữ liệu lưu trữ", "body": _PARTIES, "block": _FIRST_PARTY, "beside": _OTHER_PARTY, "recipients": ("Bên A", "Bên B")},
    "GUQ": {
        "subject": "Ký hợp đồng lao động", "bases": (_LAW, "Căn cứ Quy chế làm việc của Sở Nội vụ"), "block": _HEAD,
        "body": "1. Người ủy quyền: Ông Phạm Tiến Dũng, Giám đốc Sở Nội vụ.\n\n2. Người được ủy quyền: Bà Vũ Phương Thảo, Phó Giám đốc Sở.\n\n"
                "3. Nội dung ủy quyền: Ký hợp đồng lao động theo phân cấp. Người được ủy quyền không được ủy quyền lại.\n\n4. Thời hạn: Từ ngày 05 tháng 01 năm 2026 đến hết ngày 31 tháng 12 năm 2026.",
    },
    "GM": {
        "subject": "Hội nghị triển khai công tác nội vụ năm 2026", "addressees": ("Lãnh đạo các Sở, ban, ngành thành phố",),
        "body": "Tới dự Hội nghị triển khai công tác nội vụ năm 2026.\n\nChủ trì: Ông Phạm Tiến Dũng, Giám đốc Sở Nội vụ.\n\n"
                "Thời gian: 8 giờ 00, ngày 12 tháng 01 năm 2026.\n\nĐịa điểm: Hội trường tầng 3, trụ sở Sở Nội vụ.\n\nĐề nghị các cơ quan, đơn vị đăng ký thành phần tham dự về Văn phòng Sở trước ngày 09 tháng 01 năm 2026; đại biểu đến dự đúng giờ.",
        "recipients": (),
    },
    "GGT": {
        "body": "Ông (bà): Trần Quang Minh.\n\nChức vụ: Chuyên viên Phòng Tổ chức - Biên chế.\n\nĐược cử đến: Trung tâm Lưu trữ lịch sử thành phố.\n\n"
                "Về việc: Khai thác tài liệu lưu trữ.\n\nĐề nghị Quý cơ quan tạo điều kiện để ông (bà) có tên ở trên hoàn thành nhiệm vụ.\n\nGiấy này có giá trị đến hết ngày 31 tháng 01 năm 2026.",
        "recipients": (), "archive_line": "Lưu: VT.",
    },
    "GNP": {
        "bases": ("Xét Đơn đề nghị nghỉ phép ngày 02 tháng 01 năm 2026 của ông Trần Quang Minh.",),
        "body": "Ông (bà): Trần Quang Minh.\n\nChức vụ: Chuyên viên Phòng Tổ chức - Biên chế.\n\nĐược nghỉ phép trong thời gian 05 ngày kể từ ngày 08 tháng 01 năm 2026 "
                "đến hết ngày 14 tháng 01 năm 2026 tại thành phố Đà Nẵng.\n\nSố ngày nghỉ phép nêu trên được tính vào thời gian nghỉ phép năm 2026.",
        "recipients": ("Ông Trần Quang Minh",), "archive_line": "Lưu: VT.",
    },
    "PG": {"subject": "Gửi hồ sơ, tài liệu", "body": _SLIP, "recipients": ("Văn phòng UBND thành phố",)},
    "PC": {"subject": "Chuyển đơn đề nghị của công dân", "body": _SLIP.replace("gửi kèm", "chuyển kèm"), "recipients": ("Thanh tra thành phố",)},
    "PB": {"subject": "Kết quả xử lý hồ sơ", "body": _SLIP.replace("gửi kèm", "báo kèm"), "recipients": ("Đơn vị nộp hồ sơ",)},
    "TCg": {
        "subject": "Thư chúc mừng Ngày truyền thống ngành Nội vụ", "addressees": ("Toàn thể công chức, viên chức, người lao động ngành Nội vụ Thủ đô",), "block": _HEAD,
        "body": "Nhân Ngày truyền thống của ngành, thay mặt lãnh đạo Sở, tôi gửi tới các thế hệ cán bộ, công chức, viên chức và người lao động lời chúc mừng tốt đẹp nhất.\n\n"
                "Chúc các đồng chí mạnh khỏe, hạnh phúc và thành công.",
        "recipients": (), "archive_line": "Lưu: VT.",
    },
}  # fmt: skip
