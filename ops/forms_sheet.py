"""One picture of the forms of files and archive: `make forms-sheet` writes docs/img/case-forms.webp.

Danh mục hồ sơ, Mục lục văn bản, Mục lục nộp lưu of what is kept for ever and for a time, Sổ sử dụng bản lưu: each page as it is
printed, with sample words; no database is asked.
"""

import io
import os
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace

from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
COLUMNS, WIDE, GAP = 3, 620, 8
MOST = 400_000  # bytes
PLAN = [
    ("I", "Tài liệu tổng hợp", [], [("01.TH", "Hồ sơ xây dựng, thực hiện chương trình công tác năm", "Vĩnh viễn", "Trịnh Hồng Phong")]),
    (
        "II", "Tổ chức cán bộ", [],
        [
            ("01.TCCB", "Hồ sơ sắp xếp, kiện toàn tổ chức bộ máy", "Vĩnh viễn", "Trần Quang Minh"),
            ("02.TCCB", "Hồ sơ đào tạo, bồi dưỡng cán bộ, công chức", "20 năm", "Đỗ Ngọc Mai"),
        ],
    ),
]  # fmt: skip


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hanoi_docs.settings")
    for name, value in (
        ("SECRET_KEY", "x"),
        ("DATABASE_URL", "postgresql://x@localhost/x"),
        ("REDIS_URL", "redis://localhost/0"),
    ):
        os.environ.setdefault(name, value)  # the settings want them; nothing is asked of either
    import django

    django.setup()
    from documents.pdf import inspect, page_image

    pages = [
        Image.open(io.BytesIO(page_image(pdf, number, WIDE * 2)))
        for pdf in _forms()
        for number in range(1, inspect(pdf).pages + 1)
    ]
    small = [
        one.convert("RGB").resize((WIDE, WIDE * one.height // one.width), Image.Resampling.LANCZOS)
        for one in pages
    ]
    feet = [GAP] * COLUMNS
    places = []
    for one in small:  # each where there is most room
        column = feet.index(min(feet))
        places.append((GAP + column * (WIDE + GAP), feet[column]))
        feet[column] += one.height + GAP
    sheet = Image.new("RGB", (COLUMNS * (WIDE + GAP) + GAP, max(feet)), "#bebebe")
    for one, place in zip(small, places, strict=True):
        sheet.paste(one, place)
    out = ROOT / "docs/img/case-forms.webp"
    sheet.save(out, "WEBP", quality=60, method=6)
    print(f"{out.relative_to(ROOT)}: {out.stat().st_size // 1000} kB")
    if out.stat().st_size > MOST:
        raise SystemExit(f"{out} is too large")


def _forms() -> list[bytes]:
    from casefiles.index import index_pdf
    from casefiles.models import CaseFile
    from casefiles.plan_sheet import print_plan
    from casefiles.reading_book import book_pdf
    from casefiles.register import register_pdf
    from orgs.models import Organisation, Post, User

    office = Organisation(
        code="H26.TAM002",
        name="Sở Nội vụ",
        letterhead_superior="UBND THÀNH PHỐ HÀ NỘI",
        letterhead_name="SỞ NỘI VỤ",
    )
    minh = Post(
        user=User(username="minh", full_name="Trần Quang Minh"), organisation=office, title="Chuyên viên"
    )
    lines = [
        SimpleNamespace(code=code, label=label, term_words=term, person_words=who, note="")
        for *_, entries in PLAN
        for code, label, term, who in entries
    ]
    branches, rest = [], list(lines)
    for roman, label, _, entries in PLAN:
        own, rest = rest[: len(entries)], rest[len(entries) :]
        branches.append(
            SimpleNamespace(roman=roman, heading=SimpleNamespace(label=label), entries=own, parts=[])
        )
    plan = SimpleNamespace(year=2026, decision=None, in_force=False)

    def case(code: str, title: str, term: str) -> CaseFile:
        return CaseFile(
            organisation=office, year=2025, code=code, title=title, creator=minh, term=term, started_on=date(2025, 2, 3),
            ended_on=date(2025, 11, 20), documents=4, pages=17,
        )  # fmt: skip

    forever = [
        case("01.TCCB", "Hồ sơ sắp xếp, kiện toàn tổ chức bộ máy năm 2025", "vinh_vien"),
        case("01.TH", "Hồ sơ chương trình công tác năm 2025", "vinh_vien"),
    ]
    term = [case("02.TCCB", "Hồ sơ đào tạo, bồi dưỡng cán bộ, công chức năm 2025", "20")]
    read = [
        "12/01/2026",
        "Đỗ Ngọc Mai (Sở Nội vụ)",
        "Cả hồ sơ",
        forever[0].title,
        "01.TCCB (2025)",
        "Đọc trên hệ thống: 6 trang",
        "19/01/2026",
        "Người Lưu Trữ",
        "Bản đọc. Mục đích: tham khảo để lập đề án",
    ]
    return [
        print_plan(plan, office, branches, {"all": 3, "permanent": 2, "term": 1}),
        index_pdf(forever[0], *_content(minh)),
        register_pdf(office, 2025, forever, forever=True),
        register_pdf(office, 2025, term, forever=False),
        book_pdf(office, 2026, [read]),
    ]


def _content(by):
    """What lies in a file: one paper that came, one that left, one free file."""
    from casefiles.actions.closing import Content
    from casefiles.models import Item
    from documents.models import Incoming, Outgoing

    came = Incoming(
        pk=1,
        kind="CV",
        direction="in",
        number="4711",
        notation="BNV-TCBC",
        subject="Về việc rà soát tổ chức bộ máy",
        issuer_name="Bộ Nội vụ",
        issued_on=date(2025, 2, 1),
        pages=3,
    )
    left = Outgoing(
        pk=2,
        kind="CV",
        direction="out",
        number="123",
        notation="SNV-TCBC",
        subject="Báo cáo kết quả rà soát tổ chức bộ máy",
        issuer_name="Sở Nội vụ",
        issued_on=date(2025, 3, 5),
        pages=12,
    )
    at = datetime(2025, 3, 6, 9, tzinfo=UTC)
    items = [
        Item(ordinal=1, document_id=1, by=by, at=at), Item(ordinal=2, document_id=2, by=by, at=at),
        Item(ordinal=3, name="bang-tong-hop.xlsx", pages=2, by=by, at=at),
    ]  # fmt: skip
    return Content(items, {1: came}, {2: left}, {}), {1, 2}


if __name__ == "__main__":
    main()
