"""What a scan's own text proposes for the fields of its form. A proposal fills what is empty and never what was typed."""

import json
from dataclasses import dataclass

from django.http import QueryDict

from documents.issuers import body_of_letterhead
from documents.pdf import Head, PdfError, head_lines, head_of

NO_TEXT = "Bản quét không có lớp chữ nên không đề xuất được mục nào. Hãy ghi theo trang bên cạnh."
NOT_READ = "Không đọc được chữ trong bản quét nên không đề xuất được mục nào. Hãy ghi theo trang bên cạnh."
NOTHING = "Phần đầu trang không theo mẫu nên không đề xuất được mục nào. Hãy ghi theo trang bên cạnh."
FROM_FILE = "đọc từ tệp"
_UNTYPED = {"kind": "CV"}  # what a field holds before anybody has touched it


@dataclass(frozen=True)
class Proposals:
    """`values` by field, as they stand on the form; `words`: what to say when there are none."""

    values: dict[str, str]
    words: str = ""


def proposals_from(pdf: bytes) -> Proposals:
    """Reads the first page by the process that reads strangers' files. Never raises for what is in it."""
    try:
        lines = head_lines(pdf)
    except PdfError:
        return Proposals({}, NOT_READ)
    if not any(line.text.strip() for line in lines):
        return Proposals({}, NO_TEXT)
    values = _values(head_of(lines))
    return Proposals(values, "" if values else NOTHING)


def filled(data: QueryDict, found: Proposals) -> QueryDict:
    """`data` with the proposals where nothing was typed; those of an earlier scan that nobody touched give way."""
    before, values, data = proposed(data), dict(found.values), data.copy()
    if data.get("issuer_name", "").strip():
        values.pop("issuer", None)
    for name in {*before, *values}:
        untyped = _UNTYPED.get(name, "")
        if data.get(name, "").strip() in ("", untyped, before.get(name)):
            data[name] = values.get(name, untyped)
        else:
            values.pop(name, None)
    data["proposed"] = json.dumps(values)
    return data


def proposed(data: QueryDict) -> dict[str, str]:
    """What was proposed in an earlier round, by field. What makes no sense is nothing."""
    try:
        found = json.loads(data.get("proposed", ""))
    except ValueError:
        return {}
    if not isinstance(found, dict):
        return {}
    return {name: value for name, value in found.items() if isinstance(value, str)}


def _values(head: Head) -> dict[str, str]:
    body = body_of_letterhead(head.letterhead)
    found = {
        "kind": head.kind,
        "number": head.number,
        "notation": head.notation,
        "issued_on": f"{head.issued_on:%d/%m/%Y}" if head.issued_on else "",
        "issuer": str(body.pk) if body else "",
        "subject": head.subject,
    }
    return {name: value for name, value in found.items() if value}
