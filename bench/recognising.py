"""Scans without text: sheets looked at, and first pages recognised, by one process behind its walls."""

import io
import subprocess
from itertools import repeat

from PIL import Image

from bench.figures import Figure
from bench.pace import Work, side_by_side
from bench.stage import Stage
from documents.layout import Letterhead, Page, SignatureBlock, render
from documents.pdf import joined, page_image, seen_lines, sheets

PAGES = 10  # of the scan, as many as the worker looks at in one step
LETTER = Page(
    kind_code="CV", kind_name="Công văn", notation="SNV-TCBC", year=2026, addressees=("Các phường, xã",), bases=(),
    letterhead=Letterhead("UBND THÀNH PHỐ HÀ NỘI", ("SỞ NỘI VỤ",), "Hà Nội"),
    subject="đề nghị báo cáo kết quả sắp xếp tổ chức bộ máy năm 2026",
    body="\n\n".join(["Thực hiện kế hoạch của thành phố, Sở Nội vụ đề nghị báo cáo kết quả trong quý."] * 12),
    block=SignatureBlock(("GIÁM ĐỐC",), "Phạm Tiến Dũng"), recipients=("Như trên",), archive_line="Lưu: VT.", urgency=0,
)  # fmt: skip


def measure(stage: Stage) -> list[Figure]:
    page = Image.open(io.BytesIO(page_image(render(LETTER), 1, 1654))).convert("L")
    scan, upper = io.BytesIO(), io.BytesIO()
    page.save(scan, "PDF", resolution=200)
    page.crop((0, 0, page.width, page.height // 2)).save(upper, "PPM")
    one = scan.getvalue()
    whole = one
    for _ in range(PAGES - 1):
        whole = joined(whole, one)
    read, bare, looked = side_by_side(
        Work(lambda _: seen_lines(one), repeat(None)),
        Work(lambda _: _bare(upper.getvalue()), repeat(None)),
        Work(lambda _: sheets(whole, 1, PAGES), repeat(None)),
        seconds=stage.seconds,
    )
    return [
        Figure("first pages recognised (upper half, 200 dpi), one at a time", read.rate * 60, "pages/min",
               bare.rate * 60, "bare tesseract of the same picture"),
        Figure("sheets of a scan looked at, one process", looked.rate * 60 * PAGES, "pages/min"),
    ]  # fmt: skip


def _bare(picture: bytes) -> None:
    command = ["tesseract", "stdin", "stdout", "-l", "vie", "--dpi", "200", "--psm", "3", "tsv"]
    env = {"PATH": "/usr/bin:/bin", "OMP_THREAD_LIMIT": "1"}
    subprocess.run(command, input=picture, capture_output=True, check=True, env=env)
