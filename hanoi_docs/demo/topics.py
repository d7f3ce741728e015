"""What the papers of the demonstration are about. Plausible matters of a department of home affairs, a city
office and a ward; no real person or case is meant."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Topic:
    kind: str
    subject: str  # of the paper that comes
    ask: str  # what it asks for, one sentence
    answer: str  # subject of the answer
    points: tuple[str, ...]  # what the answer says
    days: int = 10  # working days to handle
    urgency: int = 0


FROM_MINISTRIES = [
    ("G09", "BNV-TCBC", Topic("CV", "Về việc rà soát biên chế công chức, số lượng người làm việc năm 2027", "báo cáo số biên chế được giao, số có mặt và kế hoạch biên chế năm 2027", "Về việc báo cáo rà soát biên chế công chức, số lượng người làm việc năm 2027", ("Tổng số biên chế công chức được giao năm 2026 là 7.932 biên chế; số có mặt đến ngày 31 tháng 10 là 7.518 người.", "Số lượng người làm việc trong đơn vị sự nghiệp công lập hưởng lương từ ngân sách có mặt là 117.420 người.", "Đề nghị giữ nguyên số biên chế năm 2027 như năm 2026, ưu tiên bố trí cho các đơn vị tuyến cơ sở."), 10)),
    ("G09", "BNV-CCVC", Topic("CV", "Về việc báo cáo kết quả tuyển dụng, nâng ngạch công chức năm 2026", "báo cáo kết quả tuyển dụng và nâng ngạch công chức trước ngày 15 tháng 12", "Về việc báo cáo kết quả tuyển dụng, nâng ngạch công chức năm 2026", ("Thành phố đã tổ chức 02 kỳ tuyển dụng, trúng tuyển 412 công chức.", "Đã nâng ngạch cho 96 công chức bảo đảm đúng tiêu chuẩn, điều kiện.", "Chưa phát sinh khiếu nại, tố cáo liên quan đến công tác tuyển dụng."), 12)),
    ("G09", "BNV-VTLT", Topic("CV", "Về việc kiểm tra công tác văn thư, lưu trữ tại các cơ quan thuộc thành phố Hà Nội", "chuẩn bị báo cáo và bố trí làm việc với đoàn kiểm tra", "Về việc báo cáo công tác văn thư, lưu trữ năm 2026", ("Toàn bộ văn bản không thuộc bí mật nhà nước được xử lý trên Hệ thống quản lý văn bản và điều hành.", "Tỷ lệ hồ sơ công việc lập trên môi trường mạng của các sở, ban, ngành đạt 91%.", "Đề nghị Bộ hướng dẫn thêm về nộp lưu hồ sơ điện tử."), 8)),
    ("G09", "BNV-CCHC", Topic("KH", "Kế hoạch kiểm tra công tác cải cách hành chính năm 2026 tại một số địa phương", "phối hợp chuẩn bị nội dung kiểm tra tại Hà Nội", "Về việc phối hợp thực hiện Kế hoạch kiểm tra công tác cải cách hành chính", ("Thành phố thống nhất với nội dung và thời gian kiểm tra dự kiến.", "Cử đồng chí Phó Giám đốc Sở Nội vụ làm đầu mối phối hợp với đoàn kiểm tra."), 7, 1)),
    ("G09", "BNV-TGCP", Topic("CV", "Về việc quản lý lễ hội tín ngưỡng dịp đầu năm", "tăng cường quản lý nhà nước về tín ngưỡng, tôn giáo dịp đầu năm", "Về việc triển khai quản lý lễ hội tín ngưỡng dịp đầu năm", ("Thành phố đã ban hành văn bản chỉ đạo các quận, huyện, thị xã.", "Các đoàn kiểm tra liên ngành đã được thành lập và phân công địa bàn."), 10)),
    ("G22", "VPCP-KSTT", Topic("CV", "Về việc đôn đốc cập nhật kết quả giải quyết thủ tục hành chính lên Cổng Dịch vụ công quốc gia", "rà soát, cập nhật đầy đủ kết quả giải quyết thủ tục hành chính", "Về việc cập nhật kết quả giải quyết thủ tục hành chính", ("Đã cập nhật 100% thủ tục hành chính thuộc thẩm quyền lên Cổng Dịch vụ công quốc gia.", "Tỷ lệ hồ sơ trực tuyến toàn trình đạt 68%, tăng 12% so với cùng kỳ."), 5, 1)),
    ("G22", "VPCP-TH", Topic("CV", "Về việc chuẩn bị nội dung phiên họp Chính phủ thường kỳ tháng 11 với các địa phương", "gửi báo cáo tình hình kinh tế - xã hội trước ngày 25", "Về việc gửi báo cáo phục vụ phiên họp Chính phủ thường kỳ", ("Kinh tế - xã hội của thành phố tiếp tục ổn định, thu ngân sách đạt 96% dự toán.", "Giải ngân vốn đầu tư công đạt 71% kế hoạch."), 3, 2)),
    ("G12", "BTC-NSNN", Topic("CV", "Về việc hướng dẫn xây dựng dự toán kinh phí tinh giản biên chế năm 2027", "lập dự toán kinh phí tinh giản biên chế theo biểu mẫu kèm theo", "Về việc dự toán kinh phí tinh giản biên chế năm 2027", ("Dự kiến số người tinh giản năm 2027 là 214 người.", "Nhu cầu kinh phí dự kiến là 38,6 tỷ đồng từ ngân sách thành phố."), 15)),
    ("G15", "BTP-VĐCXDPL", Topic("CV", "Về việc góp ý dự thảo Nghị định quy định về vị trí việc làm công chức", "nghiên cứu và có ý kiến góp ý bằng văn bản", "Về việc góp ý dự thảo Nghị định quy định về vị trí việc làm công chức", ("Cơ bản thống nhất với bố cục và nội dung dự thảo.", "Đề nghị bổ sung quy định chuyển tiếp đối với công chức cấp xã.", "Đề nghị làm rõ trách nhiệm của người đứng đầu trong phê duyệt vị trí việc làm."), 9)),
    ("H24", "UBND-NV", Topic("CV", "Về việc trao đổi kinh nghiệm sắp xếp đơn vị hành chính và bố trí cán bộ dôi dư", "bố trí đoàn công tác làm việc, trao đổi kinh nghiệm", "Về việc tiếp và làm việc với đoàn công tác thành phố Hải Phòng", ("Thống nhất tiếp đoàn vào tuần thứ hai của tháng 12 tại trụ sở Sở Nội vụ.", "Nội dung trao đổi gồm sắp xếp tổ chức, chính sách đối với cán bộ dôi dư và số hóa hồ sơ."), 6)),
    ("H49", "UBND-TH", Topic("GM", "Mời dự Hội nghị liên kết phát triển vùng đồng bằng sông Hồng", "cử đại biểu tham dự hội nghị", "Về việc cử đại biểu dự Hội nghị liên kết phát triển vùng", ("Cử 02 đại biểu tham dự theo danh sách kèm theo.",), 4, 1)),
    ("H05", "UBND-NC", Topic("CV", "Về việc phối hợp xác minh địa giới hành chính khu vực giáp ranh", "phối hợp kiểm tra thực địa mốc địa giới", "Về việc phối hợp xác minh địa giới hành chính khu vực giáp ranh", ("Thống nhất kiểm tra thực địa tại 03 mốc giới khu vực giáp ranh.", "Giao Ủy ban nhân dân huyện có liên quan cử cán bộ tham gia."), 14)),
]  # fmt: skip

WITHIN_CITY = [
    Topic("CV", "Về việc đánh giá, xếp loại chất lượng cán bộ, công chức, viên chức năm 2026", "tổ chức đánh giá, xếp loại và báo cáo kết quả", "Về việc báo cáo kết quả đánh giá, xếp loại cán bộ, công chức năm 2026", ("Tổng số được đánh giá là 42 người; hoàn thành xuất sắc nhiệm vụ 8 người.", "Không có trường hợp không hoàn thành nhiệm vụ."), 10),
    Topic("KH", "Kế hoạch chuyển đổi số trong các cơ quan hành chính thành phố năm 2027", "xây dựng kế hoạch của cơ quan, đơn vị", "Về việc đăng ký nội dung chuyển đổi số năm 2027", ("Đăng ký số hóa toàn bộ hồ sơ cán bộ.", "Phấn đấu 100% văn bản đi được ký số cá nhân và cơ quan."), 12),
    Topic("TB", "Kết luận của Phó Chủ tịch tại cuộc họp giao ban công tác nội chính tháng 11", "triển khai các nhiệm vụ được giao", "Về việc báo cáo kết quả thực hiện kết luận giao ban tháng 11", ("Đã hoàn thành 5/6 nhiệm vụ được giao.", "Nhiệm vụ còn lại hoàn thành trước ngày 15 tháng 12."), 7, 1),
    Topic("CV", "Về việc trực và bảo đảm hoạt động trong dịp Tết Dương lịch 2027", "phân công trực và gửi danh sách", "Về việc danh sách trực Tết Dương lịch 2027", ("Gửi danh sách trực kèm số điện thoại liên hệ.",), 5, 1),
    Topic("CV", "Về việc rà soát hồ sơ lưu trữ đến hạn nộp lưu", "rà soát và đăng ký hồ sơ đến hạn nộp lưu", "Về việc đăng ký hồ sơ nộp lưu năm 2026", ("Tổng số hồ sơ đến hạn nộp lưu là 136 hồ sơ, trong đó 92 hồ sơ điện tử.",), 20),
    Topic("CV", "Về việc cử cán bộ tham dự lớp bồi dưỡng sử dụng chữ ký số", "cử cán bộ tham dự lớp bồi dưỡng", "Về việc cử cán bộ tham dự lớp bồi dưỡng sử dụng chữ ký số", ("Cử 03 cán bộ tham dự, gồm lãnh đạo, văn thư và chuyên viên phụ trách.",), 4),
    Topic("CV", "Về việc báo cáo tình hình sử dụng tài sản công sau sắp xếp đơn vị hành chính", "báo cáo theo biểu mẫu", "Về việc báo cáo tình hình sử dụng tài sản công", ("Trụ sở đang sử dụng đúng mục đích, không có tài sản dôi dư.",), 9),
    Topic("CT", "Chỉ thị về tăng cường kỷ luật, kỷ cương hành chính", "quán triệt đến toàn thể cán bộ, công chức", "Về việc báo cáo kết quả quán triệt Chỉ thị về kỷ luật, kỷ cương hành chính", ("Đã quán triệt đến 100% cán bộ, công chức, người lao động.", "Thành lập tổ tự kiểm tra công vụ."), 10),
]  # fmt: skip

ON_PAPER = [
    (
        "Công ty TNHH Môi trường Sông Hồng",
        "118/CV-MTSH",
        "Về việc đề nghị hướng dẫn thủ tục thành lập tổ chức công đoàn cơ sở",
    ),
    ("Hội Cựu giáo chức thành phố Hà Nội", "27/HCGC", "Về việc đề nghị phê duyệt Điều lệ sửa đổi của Hội"),
    ("Trường Đại học Nội vụ Hà Nội", "605/ĐHNV-ĐT", "Về việc tiếp nhận sinh viên thực tập tại Sở"),
    (
        "Liên đoàn Lao động thành phố Hà Nội",
        "912/LĐLĐ-TC",
        "Về việc phối hợp tổ chức Hội nghị cán bộ, công chức, viên chức",
    ),
    ("Hội Người cao tuổi thành phố Hà Nội", "44/HNCT", "Về việc xin ý kiến thành lập chi hội trực thuộc"),
    ("Công ty Cổ phần In Thăng Long", "210/CV-ITL", "Về việc báo giá in ấn tài liệu tập huấn nghiệp vụ"),
]

QUICK_DIRECTIONS = [
    "Giao phòng chủ trì nghiên cứu, tham mưu văn bản trả lời đúng thời hạn.",
    "Chủ trì phối hợp các phòng liên quan tổng hợp số liệu, báo cáo Lãnh đạo trước khi trình ký.",
    "Nghiên cứu, triển khai theo đúng nội dung văn bản; báo cáo kết quả.",
    "Tham mưu văn bản gửi các đơn vị trực thuộc thực hiện.",
]

CLOSING = "Trên đây là nội dung của {org}, trân trọng gửi {to} xem xét, tổng hợp."


def body_of(topic: Topic, *, org: str, to: str, code: str) -> str:
    """The text of an answer, in paragraphs."""
    opening = f"Phúc đáp Văn bản số {code} của {to} {lower_first(topic.subject)}, {org} báo cáo như sau:"
    numbered = [f"{n}. {point}" for n, point in enumerate(topic.points, start=1)]
    return "\n\n".join([opening, *numbered, CLOSING.format(org=org, to=to)])


def lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]
