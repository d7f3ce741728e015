"""A verdict told to somebody who is no clerk: is it right, who signed, when, was it changed, what to do now."""

from datetime import datetime

from django.utils import timezone

from signatures.verification.verdict import CLOCK

TITLES = {
    "valid": ("ok", "Hợp lệ"),
    "invalid": ("bad", "Không hợp lệ"),
    "unknown": ("unknown", "Không kiểm tra được"),
    "unsigned": ("unknown", "Không có chữ ký số"),
}
SENTENCES = {
    "valid": "Chữ ký số đúng và tệp không bị thay đổi từ khi ký.",
    "invalid": "Chữ ký số sai, hoặc tệp đã bị thay đổi sau khi ký.",
    "unknown": "Hệ thống chưa đủ căn cứ để nói chữ ký số đúng hay sai.",
    "unsigned": "Tệp không mang chữ ký số nào, nên không thể biết ai đã lập và có bị sửa hay không.",
}
TODO = {
    "valid": "Việc cần làm: đọc kỹ tên người ký và cơ quan ký bên dưới, xem có đúng nơi ban hành văn bản không.",
    "invalid": "Việc cần làm: không dùng tệp này. Hãy xin lại văn bản từ cơ quan ban hành.",
    "unknown": "Việc cần làm: hỏi cơ quan ban hành trước khi dùng văn bản.",
    "unsigned": "Việc cần làm: xin cơ quan ban hành tệp PDF đã ký số, hoặc dùng bản giấy có chữ ký và con dấu.",
}
LATER = "Việc cần làm: dịch vụ kiểm tra chứng thư đang không trả lời. Hãy thử lại sau ít phút."
# An issued file of ours that cannot be called right is our business to mend, not the citizen's to doubt alone.
TODO_ISSUED = {
    "valid": "",
    "invalid": "Việc cần làm: báo ngay cho cơ quan ban hành; chưa dùng văn bản này.",
    "unknown": "Việc cần làm: hỏi cơ quan ban hành trước khi dùng văn bản.",
    "unsigned": "Việc cần làm: hỏi cơ quan ban hành trước khi dùng văn bản.",
}
CAPACITIES = {"person": "Cá nhân", "agency": "Cơ quan, tổ chức", "stamp": "Dấu thời gian"}
LIKENESS = {
    "same": {
        "tone": "ok",
        "title": "Đúng là tệp đã phát hành",
        "text": "Tệp của bạn giống từng byte với tệp cơ quan ban hành đang giữ.",
    },
    "later": {
        "tone": "warn",
        "title": "Tệp đã phát hành, có phần được thêm vào sau",
        "text": "Phần đầu là đúng tệp đã phát hành, phía sau có dữ liệu thêm vào, chẳng hạn chữ ký của nơi nhận."
        " Hãy xem kết quả kiểm tra chữ ký bên dưới.",
    },
    "earlier": {
        "tone": "warn",
        "title": "Một trạng thái trước của tệp đã phát hành",
        "text": "Tệp của bạn là văn bản này ở một lần ghi trước, có thể chưa có số hoặc chưa có dấu của cơ quan."
        " Hãy dùng tệp đã phát hành.",
    },
    "attachment": {
        "tone": "ok",
        "title": "Đúng là tài liệu kèm theo văn bản này",
        "text": "Tệp của bạn giống từng byte với một tài liệu phát hành kèm theo văn bản.",
    },
    "other": {
        "tone": "bad",
        "title": "Không phải tệp đã phát hành",
        "text": "Nội dung tệp của bạn khác với tệp cơ quan ban hành đang giữ. Bản quét hoặc bản in ra rồi lưu lại cũng"
        " khác. Nếu cần chắc chắn, hãy xin lại tệp từ cơ quan ban hành.",
    },
}


def verdict_in_words(verdict: str, report: dict, *, issued: bool = False) -> dict:
    """{tone, title, sentence, todo, remarks} of a verdict; an unknown word counts as "could not be checked"."""
    verdict = verdict if verdict in TITLES else "unknown"
    tone, title = TITLES[verdict]
    silent = report.get("ask_again") or any(one.get("asked_in_vain") for one in report.get("signatures", []))
    todo = LATER if verdict == "unknown" and silent else (TODO_ISSUED if issued else TODO)[verdict]
    remarks = [remark[:1].upper() + remark[1:] for remark in report.get("remarks", [])]
    return {"tone": tone, "title": title, "sentence": SENTENCES[verdict], "todo": todo, "remarks": remarks}


def signers_of(report: dict) -> list[dict]:
    """Each signature: {name, tone, result, rows of (label, value), reasons}."""
    return [_signer(one) for one in report.get("signatures", [])]


def _signer(one: dict) -> dict:
    tone, result = TITLES.get(one.get("verdict"), TITLES["unknown"])
    rows = [
        ("Tư cách", _capacity(one)),
        ("Chức vụ", one.get("title")),
        ("Cơ quan", one.get("organisation")),
        ("Ký lúc", _when(one)),
        ("Sau khi ký", one.get("changes_after")),
    ]
    more = [
        ("Mức chữ ký", _level(one.get("level"))),
        ("Thu hồi", one.get("revocation")),
        ("Nơi cấp chứng thư", one.get("issuer")),
        ("Số hiệu chứng thư", one.get("serial")),
        ("Chứng thư hết hạn", _day(one.get("not_after"))),
        ("Mã cơ quan trong chứng thư", one.get("organisation_code")),
        ("Phạm vi", "Toàn bộ tệp" if one.get("covers_whole_file") else "Phần tệp có đến lúc ký"),
    ]
    return {
        "name": one.get("signer_name") or "Không rõ người ký",
        "tone": tone,
        "result": result,
        "rows": [(label, value) for label, value in rows if value],
        "more": [(label, value) for label, value in more if value],
        "reasons": [
            reason[:1].upper() + reason[1:] for reason in (*one.get("reasons", []), *one.get("remarks", []))
        ],
    }


def _capacity(one: dict) -> str:
    agency = one.get("signer_name") and one.get("signer_name") == one.get("organisation")
    return CAPACITIES.get(one.get("capacity") or ("agency" if agency else "person"), "")


def _level(level: str | None) -> str:
    return "CMS (không đủ điều kiện của PAdES)" if level == "CMS" else f"PAdES {level}" if level else ""


def _when(one: dict) -> str:
    at = one.get("signed_at")
    if not at:
        return ""
    at = datetime.fromisoformat(at)
    return f"{timezone.localtime(at):%H:%M ngày %d/%m/%Y}, theo {one.get('time_source') or CLOCK}"


def _day(text: str | None) -> str:
    return f"{timezone.localtime(datetime.fromisoformat(text)):%d/%m/%Y}" if text else ""
