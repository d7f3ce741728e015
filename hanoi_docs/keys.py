"""The keys of every page, on a page of its own; `?` shows of them those of the page one is on (static/js/keys.js)."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

# Title, where the keys work (what a page must have for them), the keys with what they do.
SHEET = [
    ("Mọi trang", "body", [
        ("/", "Đến ô tìm văn bản"),
        ("?", "Mở bảng phím tắt của trang"),
        ("Tab", "Đến mục tiếp theo; Shift Tab: mục trước"),
        ("Esc", "Đóng bảng chọn, hộp đang mở"),
    ]),
    ("Danh sách", "[data-nav-list] [data-nav-item]", [
        ("j", "Xuống một dòng"),
        ("k", "Lên một dòng"),
        ("Enter", "Mở dòng đang đứng"),
    ]),
    ("Chọn nhiều dòng", "[data-nav-list] input[type=checkbox]", [("x", "Đánh dấu, bỏ đánh dấu dòng đang đứng")]),
    ("Theo dõi phát hành", "button[data-key=d]", [("d", "Đôn đốc dòng đang đứng")]),
    ("Biểu mẫu", "form[data-submit-hotkey]", [("Ctrl Enter", "Gửi biểu mẫu")]),
    ("Vào sổ", "form[data-enter-next]", [("Enter", "Đến ô tiếp theo")]),
    ("Chọn nơi nhận, nơi gửi", "[data-picker]", [
        ("↓", "Xuống trong danh sách gợi ý; ↑: lên"),
        ("Enter", "Chọn dòng gợi ý"),
        ("Backspace", "Bỏ nơi chọn cuối cùng, khi ô trống"),
    ]),
]  # fmt: skip


@require_safe
def keys(request):
    sheet = [
        {"title": title, "works": works, "keys": [{"keys": key.split(), "does": does} for key, does in keys]}
        for title, works, keys in SHEET
    ]
    return render(request, "hanoi_docs/keys.html", {"sheet": sheet})
