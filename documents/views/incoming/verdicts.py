"""A verdict on signatures in the words of a desk: one line, what to do, and all of it one click away."""

from datetime import datetime

TONES = {"valid": "ok", "invalid": "bad", "unknown": "unknown", "unsigned": "unknown"}
SENTENCES = {
    "": "Bản giấy đã số hóa: giá trị theo bản giấy gốc.",
    "unsigned": "Tệp không có chữ ký số: chỉ để biết, tham khảo.",
    "valid": "Chữ ký số hợp lệ.",
    "invalid": "Chữ ký số không hợp lệ.",
    "unknown": "Chưa kiểm tra được chữ ký số.",
}
TODO = {
    "invalid": "Việc cần làm: từ chối, báo nơi gửi ký lại và gửi lại.",
    "unknown": "Việc cần làm: xác minh với nơi gửi trước khi vào sổ.",
    "unsigned": "Việc cần làm: nếu cần bản có giá trị pháp lý, đề nghị nơi gửi bản ký số.",
}
RESULTS = {
    "valid": "Hợp lệ", "invalid": "Không hợp lệ", "unknown": "Chưa kiểm tra được", "unsigned": "Không có chữ ký số",
}  # fmt: skip
CAPACITIES = {"person": "Chữ ký số cá nhân", "agency": "Chữ ký số cơ quan", "stamp": "Dấu thời gian"}


def shown(verdict: str, report: dict) -> dict:
    """The values of `_signature_line.html` from a stored verdict and its report, also from an older one."""
    compared = report.get("sender") or {}
    said = report.get("sentence") or SENTENCES[verdict]
    doubt = compared.get("sentence", "") if verdict == "valid" else ""
    attached = [_attached(one) for one in report.get("attachments", [])]
    bad = [one for one in attached if one["tone"] == "bad" or one["against"]]
    wrong = " ".join([doubt, *(f"Tệp kèm “{one['name']}”: {one['sentence']}" for one in bad)]).strip()
    lead, second, clipped = _two_lines(verdict, wrong or said, _todo(verdict, report, bad))
    return {
        "lead": lead,
        "second": second,
        "clipped": clipped,
        "tone": "unknown" if verdict == "valid" and (doubt or bad) else TONES.get(verdict, "unknown"),
        # What is wrong comes first: nobody reads on after "hợp lệ".
        "sentence": wrong or said,
        "more": said if wrong else "",
        "todo": _todo(verdict, report, bad),
        "remarks": [_sentence(remark) for remark in report.get("remarks", [])],
        "signatures": [_signature(one) for one in report.get("signatures", [])],
        "notes": [note for note in report.get("reasons", []) if note != compared.get("sentence")],
        "attachments": attached,
    }


def _two_lines(verdict: str, sentence: str, todo: str) -> tuple[str, str, bool]:
    """What a desk reads at a glance, and whether the second line may be cut short: only of a paper with nothing to do is it
    who signed, which the details repeat."""
    lead, found, who = sentence.partition(": ")
    if verdict == "valid" and found and not todo:
        return lead, who[:1].upper() + who[1:], True
    return sentence, todo, False


def _todo(verdict: str, report: dict, bad: list[dict]) -> str:
    compared = report.get("sender") or {}
    if verdict == "valid":
        ask = "Việc cần làm: xem lại tệp kèm, báo nơi gửi." if bad else ""
        return compared.get("todo") or ask
    return report.get("todo") or TODO.get(verdict, "")


def _attached(one: dict) -> dict:
    return {
        "name": one["name"], "tone": TONES.get(one["verdict"], "unknown"), "sentence": one["sentence"],
        "against": one.get("against", False), "result": RESULTS.get(one["verdict"], ""),
    }  # fmt: skip


def _signature(one: dict) -> dict:
    """One table: what it means first, what an expert asks for last."""
    result = RESULTS.get(one.get("verdict"), "")
    rows = [
        ("Kết quả", " ".join([f"{result}.", *map(_sentence, one.get("reasons", []))]) if result else ""),
        ("Cơ quan", one.get("organisation")),
        ("Chức vụ", one.get("title")),
        ("Ký lúc", _when(one)),
        ("Sau khi ký", one.get("changes_after")),
        ("Thu hồi chứng thư", one.get("revocation")),
        ("Nhận xét", " ".join(one.get("remarks", []))),
        ("Nơi cấp chứng thư", one.get("issuer")),
        ("Chứng thư có hạn đến", _date(one.get("not_after"))),
        ("Mã định danh cơ quan", one.get("organisation_code")),
        ("Số hiệu chứng thư", one.get("serial")),
        ("Mức chữ ký", one.get("level")),
    ]
    return {
        "title": f"{CAPACITIES.get(one.get('capacity', 'person'), 'Chữ ký số')}: {one.get('signer_name', '')}",
        "result": result,
        "tone": TONES.get(one.get("verdict"), "unknown").replace("unknown", "warn"),
        "rows": [{"label": label, "value": value} for label, value in rows if value],
    }


def _sentence(reason: str) -> str:
    return reason[:1].upper() + reason[1:]


def _when(one: dict) -> str:
    text = one.get("signed_at")
    if not text:
        return ""
    source = one.get("time_source")
    return f"{datetime.fromisoformat(text):%H:%M %d/%m/%Y}{f' (theo {source})' if source else ''}"


def _date(text: str | None) -> str:
    return f"{datetime.fromisoformat(text):%d/%m/%Y}" if text else ""
