"""What is told of a paper from Word: what was changed on the way, what was left out, what to look at."""

from documents.layout.blocks import LONGEST

_CODINGS = {"vni": "VNI", "tcvn3": "TCVN3 (ABC)"}
_FIELDS = {
    "subject": "Trích yếu", "addressees": "Kính gửi", "bases": "Căn cứ", "other_recipients": "Nơi nhận",
}  # fmt: skip
_MANY_PAGES = 300
_ALWAYS = "Phần đầu trang, số và ngày, chữ ký, số trang, phông chữ và giãn dòng do hệ thống trình bày; bản Word chỉ lấy phần chữ."
# In the order they are told; {} is how many.
_COUNTED = (
    ("inserted", "Có {} chỗ thêm khi theo dõi sửa đổi: đã lấy như đã chấp nhận."),
    ("deleted", "Có {} chỗ xóa hoặc chuyển đi khi theo dõi sửa đổi: đã bỏ như đã chấp nhận."),
    ("comments", "Đã bỏ {} nhận xét."),
    ("hidden", "Đã bỏ {} đoạn chữ ẩn."),
    ("footnotes", "Đã bỏ {} chú thích cuối trang hoặc cuối bài; nếu cần hãy viết vào nội dung."),
    ("pictures", "Đã bỏ {} hình ảnh; hãy chèn lại trong nội dung."),
    ("shapes", "Đã bỏ {} nét vẽ (đường kẻ, khung, mũi tên)."),
    ("objects", "Đã bỏ {} đối tượng nhúng."),
    ("equations", "Đã bỏ {} công thức."),
    ("merged", "Có {} ô gộp trong bảng: chữ nằm ở ô đầu, các ô còn lại để trống."),
    ("nested", "Có {} bảng lồng trong bảng: đã lấy phần chữ vào ô chứa nó."),
    ("uneven", "Có {} bảng mà các dòng không cùng số ô: đã thêm ô trống cho đủ."),
    ("wide", "Có {} bảng nhiều hơn 40 cột: mỗi dòng thành một đoạn chữ."),
    ("centred", "Có {} đoạn căn giữa trong nội dung: thành đoạn thường."),
    ("appendices", "Có {} phụ lục sau chữ ký: đặt thành phụ lục của dự thảo."),
)


def sentences(told: dict, found: dict, cut: list[str]) -> tuple[str, ...]:
    """`found` counts what was met, `cut` names the fields that were too long."""
    said = []
    for coding, fonts in told.get("fonts", {}).items():
        said.append(
            f"Phông chữ cũ {', '.join(fonts)}: đã chuyển chữ từ bảng mã {_CODINGS[coding]} sang Unicode. Hãy đọc lại."
        )
    if told.get("pages", 0) > _MANY_PAGES:
        said.append(f"Tệp ghi là có {told['pages']} trang, dài hơn một văn bản thông thường.")
    if found.get("cut"):
        said.append("Tệp quá dài: chỉ đọc phần đầu, phần sau không lấy.")
    if found.get("long"):
        said.append(
            f"Nội dung dài {_dotted(found['long'])} ký tự, dự thảo nhận nhiều nhất {_dotted(LONGEST)}: phần cuối đã bị cắt. Hãy"
            " đưa phụ lục dài vào tệp kèm theo."
        )
    said += [words.format(found[name]) for name, words in _COUNTED if found.get(name)]
    if found.get("boxes"):
        texts = "; ".join(f"“{text}”" for text in told.get("boxes", []))
        said.append(f"Đã bỏ {found['boxes']} khung chữ{': ' + texts if texts else ''}.")
    said += [f"{_FIELDS[name]} quá dài nên đã bị cắt." for name in cut]
    return (*said, _ALWAYS)


def _dotted(number: int) -> str:
    return f"{number:,}".replace(",", ".")
