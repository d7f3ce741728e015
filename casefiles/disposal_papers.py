"""The papers of an đợt hủy as PDF: danh mục (TT 06/2025 Phụ lục II), bản thuyết minh (Phụ lục III), biên bản họp hội đồng, biên
bản hủy, chứng nhận hủy. Rows in, bytes out; reads no request."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone

from casefiles.models import CaseFile, Disposal, DisposalLine
from documents.layout.engine import write_pdf
from documents.layout.ruled import Ruled

LIST = [("Bó số", 14), ("Tập số", 14), ("Tiêu đề (số hồ sơ)", 130), ("Lý do hủy", 44), ("Ghi chú", 50)]
MINUTES = [("Số TT", 14), ("Số, ký hiệu", 26), ("Tiêu đề hồ sơ", 96), ("Đồng ý hủy", 22), ("Giữ lại", 22), ("Kết luận", 24), ("Ý kiến khác", 60)]  # fmt: skip
DONE = [
    ("Số TT", 14),
    ("Số, ký hiệu", 26),
    ("Tiêu đề hồ sơ", 92),
    ("Lý do hủy", 44),
    ("Tài liệu", 20),
    ("Tệp", 16),
    ("Hủy lúc", 36),
]
LEFT = [
    ("Hồ sơ", 26),
    ("Số", 12),
    ("Tài liệu", 40),
    ("Ngày", 22),
    ("Mã SHA-256", 118),
    ("Cỡ (byte)", 24),
    ("Còn giữ vì", 44),
]
_CSS = """@page { size: A4 landscape; margin: 22mm 25mm } body { font-family: Tinos; font-size: 14pt }
h1 { font-size: 16pt; text-align: center; margin: 12mm 0 2mm } h2 { font-size: 14pt; margin: 5mm 0 1mm } .mid { text-align: center }
.left { float: left; width: 45%; text-align: center } .right { float: right; width: 55%; text-align: center } .end { clear: both }
.sign { margin: 10mm 0 0 55%; text-align: center } p { margin: 1mm 0 } li { margin-bottom: 1mm } .signs { display: table; width: 100%; break-inside: avoid }
.signs > div { display: table-cell; width: 50%; text-align: center }"""
_UPRIGHT = _CSS.replace("A4 landscape; margin: 22mm 25mm", "A4; margin: 20mm 15mm 20mm 30mm")


def list_pdf(disposal: Disposal, lines: Sequence[DisposalLine]) -> bytes:
    """Danh mục tài liệu hết thời hạn lưu trữ, trùng lặp: five columns. Digital files lie in no bundle: theirs stay open."""
    book = _book(disposal, "DANH MỤC TÀI LIỆU HẾT THỜI HẠN LƯU TRỮ, TRÙNG LẶP", LIST, lines)
    for line in lines:
        case = line.case
        end = f", đến {case.expires_on:%d/%m/%Y}" if case.expires_on else ""
        note = f"Giữ hồ sơ {_named(line.stead)}" if line.stead else f"Thời hạn {case.term_words.lower()}{end}"
        book.add(["", "", f"{case.title} ({_named(case)})", line.get_ground_display(), note])
    return book.finish()


def account_pdf(disposal: Disposal, lines: Sequence[DisposalLine]) -> bytes:
    """Bản thuyết minh tài liệu hết thời hạn lưu trữ, trùng lặp: what Phụ lục III asks, in its order."""
    cases = [line.case for line in lines]
    same = [line for line in lines if line.stead]
    context = {
        "disposal": disposal, "office": disposal.organisation, "count": len(cases), "expired": len(lines) - len(same), "same": same, "things": sum(case.documents or 0 for case in cases),
        "since": min(case.started_on for case in cases), "until": max(case.ended_on for case in cases),
    }  # fmt: skip
    return write_pdf(render_to_string("casefiles/disposal_account.html", context), _UPRIGHT)


def minutes_pdf(
    disposal: Disposal, lines: Sequence[DisposalLine], members, dissent: dict[int, list[str]]
) -> bytes:
    """Biên bản họp hội đồng xét hủy: each file with its votes; `dissent`: by line, who would keep it and why."""
    title = "BIÊN BẢN HỌP HỘI ĐỒNG XÉT HỦY TÀI LIỆU LƯU TRỮ"
    book = _book(disposal, title, MINUTES, lines, template="casefiles/disposal_minutes.html", members=members)
    for n, line in enumerate(lines, start=1):
        said = "; ".join(dissent.get(line.pk, []))
        row = [str(n), f"{line.case.code}/{line.case.year}", line.case.title, str(line.yes), str(line.no)]
        book.add([*row, line.get_answer_display(), said])
    return book.finish()


def carried_out_pdf(disposal: Disposal, lines: Sequence[DisposalLine]) -> bytes:
    """Biên bản hủy tài liệu lưu trữ, to be signed by whoever kept the files and whoever destroyed them: what went, when, how. Its wording
    is ours: the form of the circular was not to be read."""
    done = [line for line in lines if line.outcome == DisposalLine.Outcome.DESTROYED]
    stopped = [line for line in lines if line.outcome == DisposalLine.Outcome.STOPPED]
    things, files, kept = (sum(getattr(line, one) for line in done) for one in ("things", "files", "kept"))
    book = _book(
        disposal, "BIÊN BẢN HỦY TÀI LIỆU LƯU TRỮ", DONE, done, template="casefiles/disposal_carried_out.html", stopped=stopped, things=things,
        files=files, kept=kept,
    )  # fmt: skip
    for n, line in enumerate(done, start=1):
        at = timezone.localtime(line.at).strftime("%H:%M %d/%m/%Y")
        row = [
            str(n),
            _named(line.case),
            line.case.title,
            line.ground_words,
            str(line.things),
            str(line.files),
        ]
        book.add([*row, at])
    return book.finish()


def certificate_pdf(disposal: Disposal, at: datetime) -> bytes:
    """Chứng nhận hủy: what was destroyed, by its hashes; who decided and did it; what stays, and until when backups hold it."""
    lines = list(disposal.lines.select_related("case", "stead").order_by("pk"))
    done = [line for line in lines if line.outcome == DisposalLine.Outcome.DESTROYED]
    stopped = [line for line in lines if line.outcome == DisposalLine.Outcome.STOPPED]
    book = _book(
        disposal, "CHỨNG NHẬN HỦY TÀI LIỆU LƯU TRỮ", LEFT, done, template="casefiles/disposal_certificate.html", done=done, stopped=stopped,
        at=at, backups=of_backups(at),
    )  # fmt: skip
    for line in done:
        for item in line.left["items"]:
            what = " ".join(filter(None, [item["what"], item["code"]]))
            head = [f"{line.case.code}/{line.case.year}", str(item["n"]), what, item["day"]]
            for file in item["files"] or [{"sha256": "không có tệp", "size": ""}]:
                book.add([*head, file["sha256"], str(file["size"]), item["kept"]])
    return book.finish()


def _named(case: CaseFile) -> str:
    return f"{case.code}/{case.year}"


def of_backups(at: datetime) -> str:
    """How long a backup may still give the content back, as this system keeps them (docs/operate.md)."""
    if not settings.BACKUP_DIR:
        return "Hệ thống này không đặt sao lưu; không có bản sao lưu nào do hệ thống giữ."
    last = timezone.localdate(at) + timedelta(days=settings.BACKUP_KEEP + 1)
    return (
        "Kho tệp của bản sao lưu bỏ các tệp đã hủy ở lần sao lưu đêm kế tiếp; bản sao lưu đầy đủ của cơ sở dữ liệu chỉ giữ "
        f"{settings.BACKUP_KEEP} bản gần nhất, nên sau {settings.BACKUP_KEEP} lần sao lưu đêm (dự kiến {last:%d/%m/%Y}) không bản sao lưu "
        "nào do hệ thống giữ còn nội dung này."
    )


def _book(
    disposal: Disposal, title: str, columns, lines, *, template: str = "casefiles/disposal_list.html", **more
) -> Ruled:
    context = {
        "disposal": disposal,
        "office": disposal.organisation,
        "count": len(lines),
        "heading": title,
    } | more
    cover = write_pdf(render_to_string(template, context), _CSS)
    day = timezone.localtime(disposal.proposed_at).strftime("%d/%m/%Y")
    return Ruled(cover, columns, running=(disposal.organisation.name, title, day))
