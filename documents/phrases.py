"""Words that are written many times a day, offered at a press."""

DIRECTION = [
    "Kính chuyển để xem xét, giải quyết theo quy định.",
    "Chủ trì tham mưu, dự thảo văn bản trả lời.",
    "Nghiên cứu, đề xuất hướng xử lý.",
    "Tổ chức thực hiện, báo cáo kết quả.",
    "Bố trí dự họp, chuẩn bị tài liệu.",
    "Phối hợp, cung cấp số liệu.",
    "Để biết, theo dõi.",
]
HAND_ON = [
    "Xử lý theo ý kiến chỉ đạo của lãnh đạo.",
    "Dự thảo văn bản trả lời, trình trước hạn.",
    "Tổng hợp số liệu, báo cáo.",
    "Rà soát, đề xuất.",
]
REFUSAL = [
    "Gửi không đúng nơi nhận.",
    "Văn bản thiếu chữ ký số của cơ quan ban hành.",
    "Chữ ký số không hợp lệ, đề nghị gửi lại.",
    "Văn bản thiếu phụ lục kèm theo.",
    "Văn bản gửi trùng, đã tiếp nhận trước đó.",
    "Tệp kèm theo bị giữ lại vì có mã chạy; đề nghị gửi lại bản PDF.",
]
RESULT = [
    "Không cần trả lời: văn bản để thực hiện.",
    "Không cần trả lời: đã cử người dự họp.",
    "Đã phối hợp, cung cấp thông tin.",
    "Đã báo cáo trực tiếp lãnh đạo.",
]
DRAFTING = [
    "Thực hiện chỉ đạo của Ủy ban nhân dân thành phố tại",
    "Sau khi xem xét, nghiên cứu, cơ quan có ý kiến như sau:",
    "Đề nghị quý cơ quan quan tâm, phối hợp thực hiện.",
    "Trong quá trình thực hiện, nếu có vướng mắc, đề nghị phản ánh về cơ quan để được hướng dẫn, giải quyết.",
    "Báo cáo kết quả gửi về cơ quan trước ngày",
    "Trân trọng cảm ơn sự hợp tác của quý cơ quan.",
]
# Working days a direction usually gives; the page shows the date each of them means.
DAYS = [1, 2, 3, 5, 7, 10, 15]
