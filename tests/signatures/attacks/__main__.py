"""`python -m tests.signatures.attacks`: builds every attack, verifies it, writes docs/attacks.md."""

import tempfile
from pathlib import Path

from . import certified, envelopes, forgeries, heavy, savings, shadows  # noqa: F401 - they enter their attacks in the list
from .cast import Cast
from .table import ATTACKS, rows, run

PAGE = Path(__file__).resolve().parents[3] / "docs/attacks.md"
INTRODUCTION = """# Tấn công vào chữ ký số và kết luận của hệ thống

Mỗi tệp dưới đây được dựng trong bộ kiểm thử (`tests/signatures/attacks/`) từ một văn bản ký số thật, rồi kiểm tra như
một tệp người lạ gửi đến: trong tiến trình riêng, tối đa 10 giây và 1 GB bộ nhớ. Không tệp nào được coi là hợp lệ.
Bảng do `python -m tests.signatures.attacks` viết ra; kiểm thử so bảng với kết quả thật.
"""


def page(found) -> str:
    return INTRODUCTION + "\n".join(rows(found)) + "\n"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        found = run(Cast(Path(folder)), ATTACKS)
    for (group, label), one in found.items():
        print(
            f"{one.verdict:9} {one.seconds:5.2f} s {one.size / 1e6:6.1f} MB  {group}: {label} – {one.sentence[:150]}"
        )
    PAGE.write_text(page(found), encoding="utf-8")


if __name__ == "__main__":
    main()
