"""What an operator reads for a job of the timetable or a command."""

NAMES = {
    "relay_queued": "Gửi văn bản đang chờ",
    "poll_axis": "Lấy gói tin từ trục",
    "unpack_waiting": "Mở gói tin đến",
    "report_waiting": "Báo trạng thái cho nơi gửi",
    "revive_stuck": "Làm tiếp việc dở dang",
    "compare_all": "Đối chiếu sổ, hàng chờ và trục",
    "remind_by_deadline": "Nhắc việc theo thời hạn",
    "give_recurring": "Giao nhiệm vụ định kỳ",
    "tell_orders": "Báo các cơ quan về nhiệm vụ giao nhau",
    "tell_people": "Báo cho người có liên quan",
    "send_mail": "Gửi thông báo qua thư",
    "send_push": "Đẩy thông báo đến thiết bị",
    "mend_batches": "Kết thúc đợt ký dở dang",
    "renew_proofs": "Gia hạn bằng chứng chữ ký",
    "check_certificates": "Kiểm tra thu hồi chứng thư số",
    "collect_remote": "Nhận chữ ký số từ xa",
    "expire_sessions": "Đóng yêu cầu ký quá hạn",
    "end_looks": "Kết thúc lượt xem như người khác đã hết giờ",
    "forget_sessions": "Xóa phiên đăng nhập đã hết",
    "heartbeat": "Báo tiến trình nền còn chạy",
    "recheck_unknown": "Kiểm tra lại chữ ký số",
    "look_around": "Theo dõi và cảnh báo",
    "take_sample": "Ghi dung lượng hằng ngày",
    "scan_waiting": "Quét vi-rút tệp đang chờ",
    "read_scans": "Nhận dạng bản quét",
    "forget_unsent": "Xóa nội dung gõ dở và tệp không ai giữ",
    "count_readings": "Ghi lượt xem văn bản",
    "make_reports": "Lập báo cáo lớn",
    "send_reports": "Gửi báo cáo định kỳ",
    "count_months": "Cộng số liệu báo cáo theo tháng",
    "anchor_history": "Neo lịch sử bằng dấu thời gian",
    "audit_history": "Kiểm tra toàn vẹn lịch sử",
    "nightly_backup": "Sao lưu hằng đêm",
    "monthly_rehearsal": "Diễn tập khôi phục hằng tháng",
    "backup": "Sao lưu",
    "rehearse": "Diễn tập khôi phục",
}


def name_of(job: str) -> str:
    return NAMES.get(job, job)
