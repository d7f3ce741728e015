"""What is said once on a page that somebody opens for the first time; closed, it stays closed."""

HINTS = {
    "desk": "Bàn làm việc cho thấy những gì đang chờ bạn. Mỗi con số mở đúng danh sách của nó; việc gần hạn nằm trên.",
    "incoming": "Bên trái là văn bản, bên phải là việc. Các nút ở trên là những bước bạn làm được lúc này, nút chính đứng đầu; “Ai xem được” cho biết từng người và lý do.",
    "outgoing": "Mỗi lần đồng ý hay ký là cho đúng một bản. Bị trả lại và sửa thì các bước sau làm lại.",
    "draft": "Những gì bạn gõ được giữ lại dù mất mạng hay hết phiên. Bên cạnh là trang in đúng như thật.",
    "register_paper": "Enter sang ô sau, Ctrl+Enter vào sổ. Ô có nhãn nguồn là ô điền sẵn, hãy nhìn lại.",
    "work_list": "Việc xếp theo thời hạn. Hạn chỉ đổi khi người giao duyệt gia hạn.",
}  # fmt: skip
