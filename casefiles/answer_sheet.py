"""The historical archive's answer as lines: a file of rows, or what was pasted. Its form is nobody's rule, so few words are asked
for. Text in, lines out; knows no database."""

import re
from dataclasses import dataclass

from documents.actions.work.sheets import MAX_ROWS, NotASheet, lines_of
from ui.text import fold, nfc

COLUMNS = {
    "ma ho so": "key", "objid": "key", "ma goi": "key", "ma dang ky nop": "key", "altrecordid": "key", "ket qua": "said", "ly do": "reason",
}  # fmt: skip
VERDICTS = {"dat": True, "khong dat": False}
_SHOWN = 20


@dataclass(frozen=True)
class Line:
    """What is said of one package: `key` is its OBJID, its mã đăng ký nộp, or the code of its file."""

    number: int
    key: str
    passed: bool
    reason: str = ""


def pasted(text: str) -> list[Line]:
    """Lines of `mã; Đạt|Không đạt; lý do`. Raises NotASheet with a sentence for each that says nothing."""
    rows = [
        (number, [nfc(cell).strip() for cell in re.split(r"[;\t]", line, maxsplit=2)])
        for number, line in enumerate(text.splitlines(), start=1)
        if line.strip()
    ]
    return _read(rows, ["key", "said", "reason"])


def lines_in(name: str, data: bytes) -> list[Line]:
    """Of a CSV or .xlsx with a row of headings. Raises NotASheet, as `pasted`."""
    rows = lines_of(name, data)
    for place, (_, cells) in enumerate(rows[:10]):
        names = [COLUMNS.get(" ".join(fold(cell).split()), "") for cell in cells]
        if names.count("key") == 1 and "said" in names:
            return _read(rows[place + 1 :], names)
    raise NotASheet(
        "Không thấy dòng tên cột. Cần một cột “Mã hồ sơ” (hoặc “OBJID”), cột “Kết quả”, cột “Lý do”."
    )


def _read(rows: list[tuple[int, list[str]]], names: list[str]) -> list[Line]:
    if len(rows) > MAX_ROWS:
        raise NotASheet(f"Có hơn {MAX_ROWS} dòng. Hãy chia thành nhiều lần ghi.")
    found, wrong = [], []
    for number, cells in rows:
        said = {name: " ".join(cell.split()) for name, cell in zip(names, cells, strict=False) if name}
        key, verdict, reason = (said.get(name, "") for name in ("key", "said", "reason"))
        passed = VERDICTS.get(" ".join(fold(verdict).split()))
        if not key:
            wrong.append(f"Dòng {number}: thiếu mã hồ sơ.")
        elif passed is None:
            wrong.append(
                f"Dòng {number}: kết quả phải là “Đạt” hoặc “Không đạt”, không phải “{verdict[:30]}”."
            )
        elif not passed and len(reason) < 5:
            wrong.append(f"Dòng {number}: “Không đạt” phải có lý do (ít nhất 5 ký tự).")
        else:
            found.append(Line(number, key, passed, reason[:500]))
    if wrong:
        more = [f"Và {len(wrong) - _SHOWN} dòng nữa."] if len(wrong) > _SHOWN else []
        raise NotASheet(" ".join([*wrong[:_SHOWN], *more]))
    if not found:
        raise NotASheet("Chưa có dòng nào.")
    return found
