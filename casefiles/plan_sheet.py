"""The list of files as a page of the law (decree 30 Phụ lục V: five columns, Roman and Arabic headings, the counts at the
end), as .xlsx and back. Rows in, bytes out; reads no request."""

import io
from collections import defaultdict
from dataclasses import dataclass

from django.template.loader import render_to_string

from casefiles.actions.plans import tally
from casefiles.models import FilePlan, PlanEntry
from casefiles.terms import term_of
from documents import blobs
from documents.actions.work.sheets import NotASheet, lines_of
from documents.arrival import NewFile
from documents.layout.engine import write_pdf
from documents.models import File
from documents.pdf import inspect
from orgs.models import Organisation
from ui.spreadsheet import write_rows
from ui.text import fold

COLUMNS = {
    "de muc lon": "major", "chu viet tat": "symbol", "de muc nho": "minor", "so va ky hieu": "code", "so, ky hieu": "code",
    "so va ky hieu ho so": "code", "tieu de": "label", "tieu de ho so": "label", "thoi han": "term", "thoi han bao quan": "term",
    "nguoi lap": "person", "nguoi lap ho so": "person", "ghi chu": "note",
}  # fmt: skip
LONGEST = {"major": 200, "symbol": 12, "minor": 200, "label": 500, "person": 100, "note": 300}
MUST = {
    "major": "Đề mục lớn",
    "symbol": "Chữ viết tắt",
    "label": "Tiêu đề hồ sơ",
    "term": "Thời hạn bảo quản",
}
_HEAD = [("Đề mục lớn", 30), ("Chữ viết tắt", 12), ("Đề mục nhỏ", 26), ("Số và ký hiệu", 14), ("Tiêu đề hồ sơ", 60),
         ("Thời hạn bảo quản", 18), ("Người lập", 24), ("Ghi chú", 20)]  # fmt: skip
_CSS = """@page { size: A4; margin: 20mm 15mm 20mm 25mm }
body { font-family: Tinos; font-size: 13pt } .above { text-align: center; width: 45%; float: left }
.state { text-align: center; width: 55%; float: right } .state b { font-size: 13pt }
p { text-indent: 0 } h1 { font-size: 14pt; font-weight: bold; text-align: center; clear: both; padding-top: 14pt; margin: 0 } .year, .with { text-align: center; margin: 2pt 0 }
.with { font-style: italic } table { border-collapse: collapse; width: 100%; margin-top: 10pt; table-layout: fixed }
th, td { border: .5pt solid #000; padding: 3pt 4pt; vertical-align: top; text-align: left; overflow-wrap: break-word }
thead { display: table-header-group } thead th { text-align: center } .major { font-weight: bold } .minor { font-style: italic }
tr { break-inside: avoid } .sign { width: 50%; float: right; text-align: center; font-weight: bold; margin-top: 16pt }"""


@dataclass
class Branch:
    """A major heading as it is shown: its Roman number, the files right under it, the minor ones with theirs."""

    roman: str
    heading: object
    entries: list[PlanEntry]
    parts: list[tuple[object, list[PlanEntry]]]


def entries_of(plan: FilePlan) -> list[PlanEntry]:
    return list(plan.entries.select_related("heading", "person__user").order_by("number", "pk"))


def branches(plan: FilePlan, entries: list[PlanEntry]) -> list[Branch]:
    headings = list(plan.headings.order_by("position", "pk"))
    under = defaultdict(list)
    for entry in entries:
        under[entry.heading_id].append(entry)
    majors = [one for one in headings if one.parent_id is None]
    return [
        Branch(
            roman(n), major, under[major.pk],
            [(part, under[part.pk]) for part in headings if part.parent_id == major.pk],
        )
        for n, major in enumerate(majors, start=1)
    ]  # fmt: skip


def plan_pdf(plan: FilePlan) -> bytes:
    entries = entries_of(plan)
    return print_plan(plan, plan.organisation, branches(plan, entries), tally(entries))


def print_plan(plan: FilePlan, office: Organisation, found: list[Branch], counts: dict) -> bytes:
    context = {"plan": plan, "branches": found, "tally": counts, "office": office}
    return write_pdf(render_to_string("casefiles/plan_print.html", context), _CSS)


def plan_file(plan: FilePlan) -> NewFile:
    """The same, kept, to go beside the decision."""
    data = plan_pdf(plan)
    name = f"danh-muc-ho-so-{plan.year}.pdf"
    return NewFile(name, blobs.store(data), File.Part.ATTACHMENT, inspect(data).pages)


def plan_xlsx(plan: FilePlan) -> bytes:
    out, rows = io.BytesIO(), []
    for branch in branches(plan, entries_of(plan)):
        for part, entries in [(None, branch.entries), *branch.parts]:
            rows += [
                [branch.heading.label, branch.heading.symbol, part.label if part else "", one.code, one.label,
                 one.term_words, one.person_words, one.note]
                for one in entries
            ]  # fmt: skip
    write_rows(
        out, title=f"Danh mục hồ sơ năm {plan.year}", head=[plan.organisation.name], columns=_HEAD, rows=rows
    )
    return out.getvalue()


def plan_rows(name: str, data: bytes) -> list[dict]:
    """What a file says, ready for `fill_plan`; codes are made anew. Raises NotASheet with every line that cannot be taken."""
    lines = lines_of(name, data)
    found = next((n for n, (_, cells) in enumerate(lines[:10]) if len(_named(cells)) >= len(MUST)), None)
    if found is None:
        raise NotASheet("Không thấy dòng tên cột. Cần các cột: " + ", ".join(MUST.values()) + ".")
    names = [COLUMNS.get(_plain(cell), "") for cell in lines[found][1]]
    missing = [words for key, words in MUST.items() if key not in names]
    if missing:
        raise NotASheet("Thiếu cột: " + ", ".join(missing) + ".")
    rows, wrong, symbols = [], [], {}
    for number, cells in lines[found + 1 :]:
        said = {key: " ".join(cell.split()) for key, cell in zip(names, cells, strict=False) if key}
        row = {key: said.get(key, "") for key in LONGEST} | {"term": term_of(said.get("term", ""))}
        row["symbol"] = row["symbol"].upper().strip(" .")
        problems = [f"thiếu {words.lower()}" for key, words in MUST.items() if not row[key] and key != "term"]
        if not row["term"]:
            problems.append(f"không hiểu thời hạn “{said.get('term', '')[:30]}”")
        problems += [f"{key} dài quá {most} ký tự" for key, most in LONGEST.items() if len(row[key]) > most]
        if symbols.setdefault(row["symbol"], row["major"]) != row["major"]:
            problems.append(f"chữ viết tắt {row['symbol']} dùng cho hai đề mục")
        if problems:
            wrong.append(f"Dòng {number}: {'; '.join(problems)}.")
        rows.append(row)
    if wrong:
        raise NotASheet(
            " ".join(wrong[:20]) + (f" Và {len(wrong) - 20} dòng nữa." if len(wrong) > 20 else "")
        )
    if not rows:
        raise NotASheet("Tệp chưa có hồ sơ nào dưới dòng tên cột.")
    return rows


def roman(number: int) -> str:
    found = ""
    for value, letters in ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")):
        while number >= value:
            found, number = found + letters, number - value
    return found


def _named(cells: list[str]) -> list[str]:
    return [cell for cell in cells if _plain(cell) in COLUMNS]


def _plain(cell: str) -> str:
    return " ".join(fold(cell).split())
