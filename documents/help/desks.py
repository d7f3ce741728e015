"""One page for each desk: what one does there in a day, and which buttons one meets."""

from dataclasses import dataclass

from orgs.models import Role


@dataclass(frozen=True)
class Desk:
    slug: str
    name: str
    roles: tuple[str, ...]
    about: str
    day: tuple[tuple[str, str], ...]  # what one does → how
    buttons: tuple[tuple[str, tuple[str, ...]], ...] = ()  # table of the journey → its steps


_WORK = (
    "assignment",
    ("start", "report_progress", "ask_extension", "finish", "report", "give_back"),
)
_DRAFTS = ("outgoing", ("submit", "sign_secretary", "send_back", "cancel"))
_OWN_REQUEST = ("extension", ("withdraw_extension",))
_SEARCH = (
    "Tìm văn bản, nhiệm vụ",
    "Bấm phím / hoặc ô tìm ở trên cùng; gõ số ký hiệu, trích yếu hay nơi gửi, tên hay mã nhiệm vụ, không cần dấu.",
)
_WHY = ("Ai xem được văn bản", "Trên trang văn bản chọn “Ai xem được”: từng người và lý do.")

DESKS = (
    Desk(
        "van-thu", "Văn thư", (Role.CLERK, Role.UNIT_CLERK),
        "Cửa vào, cửa ra của cơ quan: tiếp nhận, vào sổ, trình; kiểm tra thể thức, cấp số, đóng dấu, phát hành.",
        (
            ("Văn bản điện tử đến", "Mở “Chờ tiếp nhận”. Đọc dòng kết quả chữ ký số, xem văn bản, vào sổ. Nếu chữ ký không hợp lệ: từ chối, hoặc vẫn vào sổ kèm lý do."),
            ("Văn bản giấy đến", "Bấm “Vào sổ văn bản giấy”, chọn bản quét, sửa những ô điền sẵn, vào sổ."),
            ("Nhiều bản quét", "“Đưa nhiều bản quét vào”: hệ thống tách, đọc chữ, đề xuất các mục. Hộp “Bản quét chờ vào sổ”: xác nhận từng văn bản bằng bàn phím; tách sai thì “Nối”, “Tách”; trang quét ngược máy tự xoay, còn sót thì Alt+R. Bản ghi “Chưa nhận dạng được”: xem kỹ có dấu mật không rồi mới xác nhận."),
            ("Nhiệm vụ cơ quan trên giao", "Mục “Nhiệm vụ”, hộp “Chờ tiếp nhận”: tiếp nhận, trình lãnh đạo; hoặc trả lại kèm lý do."),
            ("Trình", "Ở hộp “Chờ trình” chọn lãnh đạo, hoặc chọn ngay lúc vào sổ."),
            ("Kiểm tra thể thức", "Hộp “Chờ kiểm tra thể thức”: xem bản PDF, “Đạt thể thức” hoặc “Trả lại”. Máy đối chiếu giúp với {clerical_work}: nút “Kiểm tra thể thức” ở trang văn bản, hoặc mục cùng tên cho một tệp bất kỳ."),
            ("Phát hành", "Hộp “Chờ cấp số”: một nút cấp số, đóng dấu và phát hành. Bị ngắt thì làm tiếp đúng chỗ dừng, số không đổi."),
            ("Nơi nhận chưa trả lời", "Mục “Theo dõi phát hành”: ai chưa tiếp nhận, quá bao lâu, nút đôn đốc."),
            ("Sổ văn bản", "Mục “Sổ văn bản”: năm sổ theo mẫu, in PDF, tải Excel. Gửi bưu điện, cho sử dụng bản lưu: ghi ở trang văn bản đi, phần Nơi nhận. Dấu đến, phiếu giải quyết, bì, phiếu gửi: in từ trang văn bản."),
            ("Sổ và số", "Mục “Sổ và số”: số cuối của từng hệ thống số, giữ số trước khi hệ thống ngừng và vào sổ sau, hủy số, chốt sổ cuối năm, loại văn bản nào lấy số ở hệ thống nào."),
            ("Sao văn bản", "Trang văn bản, phần Thông tin, “Sao văn bản”: sao y, sao lục, trích sao; bản giấy in ra để ký, đóng dấu, bản điện tử ký số của cơ quan."),
            ("Nơi gửi xin thu hồi, cập nhật", "Hộp “Yêu cầu thu hồi”, “Nơi gửi yêu cầu cập nhật”: trả lời trước khi vào sổ."),
            ("Danh mục hồ sơ", "Mục “Danh mục hồ sơ”: sao từ năm trước, sửa, nhập từ Excel, rồi “Soạn quyết định ban hành”. Hồ sơ giấy, số hồ sơ mật: ghi ở mục “Hồ sơ”."),
            _WHY, _SEARCH,
        ),
        (
            ("incoming", ("register", "refuse", "present", "present_again", "recall")),
            ("outgoing", ("check_format", "number", "seal", "issue", "send_back", "refuse_number", "void_number", "update", "revoke")),
        ),
    ),
    Desk(
        "lanh-dao", "Lãnh đạo", (Role.LEADER,),
        "Cho ý kiến, phân công, duyệt và ký; xem ai đang giữ việc gì, việc nào muộn.",
        (
            ("Cho ý kiến", "Mỗi thẻ trên bàn làm việc là một quyết định. Chọn mẫu ý kiến hoặc tự ghi; một chủ trì, các phối hợp, để biết; thời hạn."),
            ("Nhiệm vụ không có văn bản", "Mục “Nhiệm vụ”: giao từ việc phát sinh, từ kết luận cuộc họp (nhiều việc một lượt), định kỳ, hoặc cho cơ quan trực thuộc. Việc cấp trên giao không kịp hạn: “Xin nơi giao gia hạn” trên trang nhiệm vụ."),
            ("Trợ lý chuẩn bị", "Thẻ ghi “đã chuẩn bị”: “Xác nhận, giao việc” nếu đồng ý, hoặc sửa rồi giao. Chưa xác nhận thì chưa có hiệu lực. Cử trợ lý: “Ủy quyền xử lý”, nút “Trợ lý”."),
            ("Phiếu trình", "Thẻ “Chờ ý kiến phiếu trình”: đồng ý, ý kiến khác, hoặc không đồng ý kèm lý do."),
            ("Ký", "“Xem và ký”: đúng những trang sẽ ký. Chọn nhiều văn bản để ký một lượt."),
            ("Trả lại", "“Trả lại” kèm lý do; người soạn sửa rồi trình lại từ đầu."),
            ("Đổi ý", "Chưa ai bắt đầu thì “Rút lại chỉ đạo”; đã bắt đầu thì “Sửa chỉ đạo”."),
            ("Đôn đốc", "Ở phần “Ý kiến và xử lý” của văn bản, bên cạnh từng việc."),
            ("Vắng mặt", "Menu tên của bạn, “Ủy quyền xử lý”: người thay xử lý tất cả hoặc một số nội dung trong thời gian ấy, không ký thay. Đánh dấu “Tôi vắng mặt” để mọi người thấy."),
            _WHY, _SEARCH,
        ),
        (
            ("incoming", ("direct", "hand_back", "amend", "retract", "take_back")),
            ("outgoing", ("approve", "ask_secretary", "sign", "send_back")),
            ("assignment", ("remind_work", "withdraw", "approve_result", "return_result", "pass_up")),
            ("extension", ("grant_extension", "refuse_extension")),
        ),
    ),
    Desk(
        "chuyen-vien", "Chuyên viên", (Role.OFFICER, Role.ASSISTANT, Role.MONITOR),
        "Việc được giao theo thời hạn, và dự thảo của mình.",
        (
            ("Nhận việc", "Hộp “Việc mới”: đọc văn bản và ý kiến chỉ đạo, bấm “Bắt đầu xử lý”."),
            ("Không kịp hạn", "“Xin gia hạn” trước ngày hết hạn, kèm lý do; hạn cũ vẫn tính đến khi được duyệt."),
            ("Cần ý kiến người khác", "“Xin ý kiến”: không ai phải chờ, việc vẫn chạy."),
            ("Trình qua nhiều người", "Trên dự thảo, “Lập phiếu trình”: từng nhóm người hoặc phòng cho ý kiến lần lượt; chậm thì “Gia hạn”, vắng thì “Thay người”; thông qua thì dự thảo tự trình duyệt, đúng bản mọi người đã xem."),
            ("Trả lời", "“Dự thảo văn bản trả lời”: tiêu đề, nơi nhận, căn cứ điền sẵn; bên phải là trang in đúng như thật, phía trên là “Kiểm tra thể thức”: “Sửa giúp” sửa ngay trong ô, “Không phải lỗi” nếu máy nhầm."),
            ("Sai sau khi phát hành", "Trang văn bản đã phát hành: sai thể thức thì “Soạn công văn đính chính”; sai nội dung thì “Soạn văn bản sửa đổi, bổ sung” hoặc “thay thế”, cùng loại với văn bản cũ."),
            ("Đã có bản Word, có mẫu", "Trên trang soạn: “Lấy nội dung từ tệp Word” rồi đọc phần đã bỏ; “Soạn theo mẫu” rồi điền từng ô. Mang về sửa: “Tải bản Word”. Tệp Word kèm theo: “Chuyển thành PDF” trên trang dự thảo."),
            ("Ký biên bản", "Được chọn ký số ở chỗ thư ký hoặc bên kia: hộp “Chờ ký”, “Xem và ký số bên trái”, trước người chủ trì; không đồng ý thì “Trả lại” kèm lý do."),
            ("Bị trả lại", "Hộp “Bị trả lại”: đọc lý do ở đầu trang, sửa, trình lại."),
            ("Xong việc", "“Hoàn thành” với văn bản trả lời hoặc kết quả. Cơ quan yêu cầu duyệt thì nút là “Báo cáo kết quả”."),
            ("Lập hồ sơ", "Mục “Hồ sơ”: mở từ danh mục hoặc tự đặt. Trên trang văn bản, phần Thông tin, bấm “Đưa vào …”; khi hoàn thành chọn hồ sơ ngay trên biểu mẫu. Xong việc thì “Kết thúc hồ sơ”."),
            ("Nộp lưu", "Hồ sơ đã kết thúc: “Lập đợt nộp lưu”, chọn hồ sơ; lưu trữ kiểm tra và lập biên bản, bạn ký trước. Chưa nộp được thì “Giữ lại” kèm văn bản đồng ý của người đứng đầu."),
            _WHY, _SEARCH,
        ),
        (_WORK, ("incoming", ("start", "complete")), _DRAFTS, _OWN_REQUEST),
    ),
    Desk(
        "luu-tru", "Lưu trữ", (Role.ARCHIVIST,),
        "Hồ sơ các đơn vị nộp vào lưu trữ của cơ quan: kiểm tra, giao nhận, trả lại.",
        (
            ("Đầu năm", "Mục “Hồ sơ”, “Kế hoạch thu nộp”: công bố thu hồ sơ nào, đến khi nào; trưởng các đơn vị được báo. Hệ thống nhắc từng hồ sơ trước 30 ngày."),
            ("Kiểm tra", "Trên trang hồ sơ đã nộp bấm “Kiểm tra”: từng tệp còn nguyên vẹn không, chữ ký số, định dạng, hồ sơ thiếu gì. Hồ sơ lớn thì bấm tiếp cho đến hết."),
            ("Trả lại", "“Trả lại” kèm lý do chung, hoặc mỗi dòng một văn bản: số thứ tự, dấu hai chấm, lý do; lỗi máy tìm thấy điền sẵn."),
            ("Giao nhận", "Đợt nộp lưu: “Lập biên bản giao nhận”, bên giao ký số trước, bạn ký sau; chữ ký của bạn nhận toàn bộ hồ sơ của đợt. Ghi nhầm thì “Hủy biên bản” rồi lập lại."),
            ("Sổ, danh mục", "“Đã nộp lưu”: mục lục hồ sơ vĩnh viễn, có thời hạn. “Quá hạn nộp lưu” và “Hồ sơ giữ lại”: ai còn nợ, ai được giữ đến khi nào."),
            _WHY, _SEARCH,
        ),
        (),
    ),
    Desk(
        "truong-phong", "Trưởng phòng", (Role.UNIT_HEAD,),
        "Việc của phòng: nhận, giao người, kiểm tra nội dung dự thảo, duyệt kết quả.",
        (
            ("Việc giao cho phòng", "Hộp “Việc mới”: “Chuyển tiếp” cho người trong phòng, hạn không muộn hơn hạn của phòng."),
            ("Việc của phòng đang ở đâu", "Công việc, hộp “Của phòng” và “Đã giao”."),
            ("Kiểm tra nội dung", "Văn bản đi, hộp “Chờ kiểm tra nội dung”: “Đồng ý nội dung” hoặc “Trả lại”."),
            ("Duyệt kết quả, gia hạn", "Kết quả chờ duyệt và đề nghị gia hạn hiện ở bàn làm việc."),
            ("Người làm nghỉ, chậm", "“Thu hồi việc” rồi giao người khác, “Nhận lại việc” để tự làm, hoặc “Kết thúc nhánh”."),
            _WHY, _SEARCH,
        ),
        (
            ("assignment", (
                "start", "hand_on", "approve_result", "return_result", "remind_work", "withdraw", "reopen", "close",
                "report_progress", "ask_extension", "finish", "report", "give_back",
            )),
            ("outgoing", ("check_content", "revise", "send_back", "submit", "cancel")),
            ("extension", ("grant_extension", "refuse_extension", "withdraw_extension")),
        ),
    ),
    Desk(
        "chanh-van-phong", "Chánh Văn phòng", (Role.OFFICE_HEAD,),
        "Phân công ban đầu, kiểm tra thể thức, theo dõi và đôn đốc việc của cả cơ quan.",
        (
            ("Phân công ngay", "Văn bản đã vào sổ: “Cho ý kiến, phân công” không cần chờ trình."),
            ("Thể thức", "Văn bản đi, hộp “Chờ kiểm tra thể thức”."),
            ("Ai đang chậm", "“Điều hành, báo cáo” và “Theo dõi xử lý”: mỗi con số mở đúng danh sách của nó."),
            ("Người giữ văn bản đã nghỉ", "“Nhận lại để giao lại”, “Thu hồi việc”; dự thảo kẹt thì “Trả lại”."),
            ("Người hỏi, người trình đã nghỉ", "Mục “Ý kiến”, hộp “Người hỏi đã nghỉ”; mục “Phiếu trình”, hộp “Người trình đã nghỉ”: gia hạn, thay người, kết thúc hoặc thu lại."),
            ("Cách làm việc của cơ quan", "Trang cơ quan của bạn: ai duyệt kết quả, số lần gia hạn."),
            _WHY, _SEARCH,
        ),
        (
            ("incoming", ("direct", "present", "amend", "retract", "take_back", "hand_back")),
            ("outgoing", ("check_format", "send_back")),
            ("assignment", ("remind_work", "withdraw", "approve_result", "return_result")),
            ("extension", ("grant_extension", "refuse_extension")),
        ),
    ),
    Desk(
        "quan-tri", "Quản trị đơn vị", (Role.ORG_ADMIN,),
        "Tài khoản, vị trí công tác, chứng thư và con dấu của cơ quan. Không đọc nội dung văn bản.",
        (
            ("Người mới", "“Người dùng”, “Thêm người dùng”. Vị trí ký, giữ dấu, lãnh đạo, văn thư, quản trị phải có người thứ hai xác nhận."),
            ("Quên mật khẩu", "Trang của người đó, “Đặt lại mật khẩu”; người giữ quyền thì thành đề nghị chờ xác nhận."),
            ("Có người nói không thấy văn bản", "“Người dùng”, “Vì sao không xem được văn bản?”: tìm theo số trong sổ và tên người."),
            ("Xem như người dùng", "Trang của người đó, “Xem như người này”: 30 phút, chỉ xem, không thấy nội dung văn bản; người đó được báo ngay."),
            ("Người nghỉ, chuyển", "“Kết thúc” vị trí có hiệu lực ngay; “Khóa tài khoản” đóng mọi phiên đang mở."),
            ("Ai đã làm gì với quyền", "“Nhật ký quản trị”: không sửa, không xóa được."),
            ("Có người hỏi hỗ trợ", "“Hỗ trợ” trong danh mục: câu hỏi, trang và mã yêu cầu."),
        ),
    ),
    Desk(
        "van-hanh", "Quản trị hệ thống", (Role.SYS_ADMIN,),
        "Giữ cho hệ thống chạy. Không thấy văn bản, trích yếu hay người ký của cơ quan nào.",
        (
            ("Trục liên thông", "“Liên thông”: hàng chờ, gói lỗi kèm lý do và nút gửi lại, gói không giải thích được (phải là 0)."),
            ("Cơ quan, mã định danh", "“Cơ quan, tổ chức”, nhập danh mục: xem trước thay đổi rồi mới ghi."),
            ("Quyền", "Mọi quyền ký, giữ dấu, lãnh đạo, quản trị cần hai người. Khẩn cấp thì một mình, có lý do, mọi người được báo."),
            ("Tình trạng", "“Tình trạng hệ thống”: sao lưu, lần khôi phục thử gần nhất, chuỗi lịch sử, đĩa, chứng thư sắp hết hạn."),
            ("Bảo trì", "Chế độ chỉ đọc: mọi người xem được, không ai ghi được, trang nào cũng nói rõ."),
        ),
    ),
)  # fmt: skip
FOR_EVERYBODY = next(desk for desk in DESKS if desk.slug == "chuyen-vien")
BY_SLUG = {desk.slug: desk for desk in DESKS}


def desk_of(role: str) -> Desk:
    return next((desk for desk in DESKS if role in desk.roles), FOR_EVERYBODY)
