"""`python -m tests.signatures.attacks`: builds every attack, verifies it, asks other programs, writes docs/attacks.md.

About ten minutes, most of them for the heavy files.
"""

import logging
import tempfile
from pathlib import Path

from . import others
from .cast import Cast
from .everything import ATTACKS
from .table import rows, run

PAGE = Path(__file__).resolve().parents[3] / "docs/attacks.md"
INTRODUCTION = """# Tấn công vào chữ ký số và kết luận của hệ thống

Mỗi tệp dưới đây được dựng trong bộ kiểm thử (`tests/signatures/attacks/`) từ một văn bản ký số thật, rồi kiểm tra như
một tệp người lạ gửi đến: trong tiến trình riêng, tối đa 10 giây và 1 GB bộ nhớ. Không tệp nào được coi là hợp lệ.
Ở những tấn công đổi cái người đọc thấy, kiểm thử vẽ tệp bằng pdfium và poppler để chắc rằng hình có khác.
Bảng do `python -m tests.signatures.attacks` viết ra; kiểm thử so ba cột đầu với kết quả thật. Trong lời ở bàn văn thư,
giờ, ngày và địa chỉ được thay bằng “…”.

Hai cột cuối là lời của chương trình khác về cùng tệp, cùng gốc tin cậy, lúc bảng được viết:

- `pdfsig` (poppler, NSS) nói từng chữ ký đúng hay sai, chứng thư có tin cậy không, chữ ký phủ hết tệp hay một phần;
  nó không xét phần không được phủ có được phép đổi hay không. Nó không tin chứng thư có giới hạn mục đích sử dụng
  hoặc nêu dịch vụ OCSP mà nó không hỏi được.
- pyHanko là bộ kiểm tra riêng của thư viện, với luật mặc định: kết luận và mức thay đổi sau chữ ký, cho từng chữ ký.
"""


def page(found, columns: tuple[str, ...]) -> str:
    return INTRODUCTION + "\n".join(rows(found, columns)) + "\n"


def main() -> None:
    logging.disable(logging.CRITICAL)  # what the libraries think of such files
    with tempfile.TemporaryDirectory() as folder:
        cast = Cast(Path(folder))
        try:
            found = run(cast, ATTACKS, others.ask)
        finally:
            cast.close()
    for (group, label), one in found.items():
        print(
            f"{one.verdict:9} {one.seconds:5.2f} s {one.size / 1e6:6.1f} MB  {group}: {label} – {one.words[:150]}"
        )
    PAGE.write_text(page(found, others.columns()), encoding="utf-8")


if __name__ == "__main__":
    main()
