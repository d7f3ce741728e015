"""What a person and a test see of the simulator: the state as JSON and as one Vietnamese page."""

from dataclasses import asdict
from datetime import datetime
from html import escape
from typing import Any

from interop.transport.axis_headers import VIETNAM
from simulators.axis.desks import Desks, Note, Paper
from simulators.axis.faults import Faults
from simulators.axis.store import Store

# The page shows the newest only; /_sim/state has everything.
_SHOWN = 50

_WORDS = {
    "01": "Đã đến",
    "02": "Từ chối tiếp nhận",
    "03": "Đã tiếp nhận",
    "04": "Đã phân công",
    "05": "Đang xử lý",
    "06": "Hoàn thành",
    "13": "Yêu cầu lấy lại",
    "15": "Đồng ý yêu cầu",
    "16": "Từ chối yêu cầu",
}


def state(store: Store, desks: Desks) -> dict[str, Any]:
    """Per desk: what came (copies, arrival number, statuses sent), what was sent (statuses heard), strays."""
    with store.lock:
        return {
            "counts": store.counts(),
            "participants": {
                code: {
                    "name": store.directory.name_of(code),
                    "behaviour": desks.behaviours.get(code.split(".", 1)[0], ""),
                    "inbox": [_received(paper) for paper in _at(desks.inbox, code)],
                    "sent": [_sent(paper) for paper in _at(desks.outbox, code)],
                    "strays": [asdict(note) for note in desks.strays.get(code, [])],
                }
                for code in _codes(store, desks)
            },
        }


def render_page(store: Store, desks: Desks, faults: Faults) -> str:
    """The page of `GET /`."""
    parts = [_desk(code, desk) for code, desk in state(store, desks)["participants"].items()]
    wrong = ", ".join(f"{name} = {value}" for name, value in asdict(faults).items() if value)
    return _PAGE.format(
        now=f"{datetime.now(VIETNAM):%H:%M:%S ngày %d/%m/%Y}",
        faults=f"<p><strong>Sự cố đang đặt:</strong> <code>{escape(wrong)}</code></p>" if wrong else "",
        desks="".join(parts),
    )


def _codes(store: Store, desks: Desks) -> list[str]:
    """The participants, then the units below them that were written to or wrote."""
    used = [desk for desk, *_ in (*desks.inbox, *desks.outbox)] + list(desks.strays)
    return list(dict.fromkeys([*store.directory.participants, *sorted(used)]))


def _at(papers: dict[Any, Paper], code: str) -> list[Paper]:
    return [paper for paper in papers.values() if paper.desk == code]


def _received(paper: Paper) -> dict[str, Any]:
    return {
        **_common(paper),
        "sender": paper.other,
        "received_at": paper.at,
        "arrival_number": paper.arrival,
        "statuses_sent": [asdict(note) for note in paper.statuses],
        "requests": [asdict(note) for note in paper.requests],
    }


def _sent(paper: Paper) -> dict[str, Any]:
    statuses = [asdict(note) for note in paper.statuses]
    return {**_common(paper), "to": paper.other, "sent_at": paper.at, "statuses": statuses}


def _common(paper: Paper) -> dict[str, Any]:
    reference = paper.reference
    return {
        "document_id": reference.document_id,
        "title": paper.title,
        "notation": reference.code,
        "date": reference.date,
        "copies": paper.copies,
    }


def _desk(code: str, desk: dict[str, Any]) -> str:
    came = _table(
        (
            "Số, ký hiệu",
            "Trích yếu",
            "Nơi gửi",
            "Nhận lúc",
            "Số đến",
            "Số bản",
            "Trạng thái đã báo về nơi gửi",
        ),
        [_received_cells(paper) for paper in desk["inbox"][: -_SHOWN - 1 : -1]],
        "Chưa nhận văn bản nào.",
    )
    sent = _table(
        ("Số, ký hiệu", "Trích yếu", "Nơi nhận", "Gửi lúc", "Trạng thái do nơi nhận báo về"),
        [_sent_cells(paper) for paper in desk["sent"][: -_SHOWN - 1 : -1]],
        "Chưa gửi văn bản nào.",
    )
    return (
        f'<section id="{escape(code)}"><h2>{escape(desk["name"] or code)} <code>{escape(code)}</code></h2>'
        f"<p>Cách trả lời: <code>{escape(desk['behaviour'])}</code></p>"
        f"<h3>Văn bản đã gửi ({len(desk['sent'])})</h3>{sent}"
        f"<h3>Văn bản đã nhận ({len(desk['inbox'])})</h3>{came}{_strays(desk['strays'])}</section>"
    )


def _received_cells(paper: dict[str, Any]) -> list[str]:
    copies = str(paper["copies"]) + (" (trùng)" if paper["copies"] > 1 else "")
    arrival = "" if paper["arrival_number"] is None else str(paper["arrival_number"])
    cells = [
        paper["notation"],
        paper["title"],
        paper["sender"],
        _moment(paper["received_at"]),
        arrival,
        copies,
    ]
    return [*map(escape, cells), _notes(paper["requests"] + paper["statuses_sent"])]


def _sent_cells(paper: dict[str, Any]) -> list[str]:
    cells = [paper["notation"], paper["title"], paper["to"], _moment(paper["sent_at"])]
    return [*map(escape, cells), _notes(paper["statuses"])]


def _notes(notes: list[dict[str, str]]) -> str:
    if not notes:
        return "Chưa có"
    return f"<ol>{''.join(_note(Note(**note)) for note in notes)}</ol>"


def _note(note: Note) -> str:
    word = _WORDS.get(note.code, "")
    return (
        f"<li><strong>{escape(note.code)} {escape(word)}</strong> "
        f"<span>{escape(note.other)}, {escape(_moment(note.at))}</span><br>{escape(note.description)}</li>"
    )


def _strays(notes: list[dict[str, str]]) -> str:
    if not notes:
        return ""
    return f"<h3>Trạng thái không khớp văn bản nào ({len(notes)})</h3>{_notes(notes[-_SHOWN:])}"


def _table(heads: tuple[str, ...], rows: list[list[str]], empty: str) -> str:
    """A table of cells that are already HTML."""
    if not rows:
        return f"<p>{empty}</p>"
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _moment(iso: str) -> str:
    return f"{datetime.fromisoformat(iso):%H:%M:%S %d/%m/%Y}"


_PAGE = """<!doctype html>
<html lang="vi"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Trục liên thông văn bản (mô phỏng)</title><link rel="stylesheet" href="/_sim/style.css"></head>
<body><main><h1>Trục liên thông văn bản (mô phỏng)</h1>
<p>Trang này cho thấy những gì các bộ, tỉnh mô phỏng đang giữ: văn bản đã gửi, đã nhận và trạng thái
xử lý hai chiều. Mỗi bảng hiển thị 50 văn bản mới nhất. Cập nhật lúc {now}. <a href="/">Tải lại trang</a></p>
{faults}{desks}</main></body></html>
"""

STYLE = """
:root { color-scheme: light dark; }
body { margin: 0; font: 16px/1.5 "Be Vietnam Pro", "Segoe UI", Arial, sans-serif; }
main { max-width: 80rem; margin: 0 auto; padding: 1.5rem; }
h1 { font-size: 1.5rem; }
h2 { font-size: 1.2rem; margin: 2rem 0 0; border-top: 2px solid #b3261e; padding-top: .75rem; }
h3 { font-size: 1rem; margin: 1rem 0 .25rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid #8888; padding: .4rem .6rem; text-align: left; vertical-align: top; }
td { overflow-wrap: anywhere; min-width: 4rem; }
ol { margin: 0; padding-left: 1.2rem; }
"""
