"""The played ministries and provinces: how they answer, what they send, and what they show."""

import base64
import io
from datetime import date, datetime

import pikepdf
import pypdfium2
import pytest
import requests

from interop.edxml import VIETNAM, Organ, ResponseFor, Status, read, write
from tests.interop.simulator_process import Simulator, eventually, package

TODAY = date(2026, 11, 20)


def send(axis, number, *to, **fields):
    doc = package(number, *to, day=TODAY, **fields)
    axis.client().send(doc, messagetype="edoc", sender="H26.15")
    return read(doc).document_id


def send_status(axis, sender, target, document_id, code, description="Theo quy định"):
    about = ResponseFor(target, "1/SNV-VP", TODAY, document_id)
    status = Status(Organ(sender), about, code, description, datetime.now(VIETNAM))
    axis.client().send(write(status), messagetype="status", sender=sender)


def statuses(axis, document_id):
    """The statuses the axis holds for the city about this paper, in the order of arrival."""
    client = axis.client()
    heard = [read(client.fetch(item.doc_id)) for item in client.list_received("status")]
    return [status for status in heard if status.response_for.document_id == document_id]


def until_codes(axis, document_id, *codes):
    eventually(lambda: tuple(s.status_code for s in statuses(axis, document_id)) == codes)
    return statuses(axis, document_id)


def inbox(axis, code, document_id):
    (paper,) = [p for p in axis.state(code)["inbox"] if p["document_id"] == document_id]
    return paper


def test_a_ministry_answers_up_to_completion(axis):
    document_id = send(axis, "21", "G09")
    answers = until_codes(axis, document_id, "01", "03", "04", "05", "06")

    paper = inbox(axis, "G09", document_id)
    assert f"Vào sổ văn bản đến số {paper['arrival_number']}" in answers[1].description
    assert paper["copies"] == 1
    assert [note["code"] for note in paper["statuses_sent"]] == ["01", "03", "04", "05", "06"]
    for answer in answers:
        assert (answer.sender.organ_id, answer.sender.name) == ("G09", "Bộ Nội vụ")
        assert answer.response_for == ResponseFor("H26.15", "21/SNV-VP", TODAY, document_id)
        assert abs((datetime.now(VIETNAM) - answer.timestamp).total_seconds()) < 60


def test_every_addressed_unit_answers_for_itself(axis):
    document_id = send(axis, "22", "G12", "G12.18")
    eventually(lambda: len(statuses(axis, document_id)) == 10)
    by_unit = {s.sender.organ_id for s in statuses(axis, document_id) if s.status_code == "06"}
    assert by_unit == {"G12", "G12.18"}


def test_arrival_numbers_run_without_gaps(axis):
    ids = [send(axis, str(number), "H49") for number in (31, 32, 33)]
    for document_id in ids:
        until_codes(axis, document_id, "01", "03", "04", "05", "06")
    assert sorted(inbox(axis, "H49", document_id)["arrival_number"] for document_id in ids) == [1, 2, 3]


def test_da_nang_refuses_with_a_reason(axis):
    document_id = send(axis, "23", "H17")
    answers = until_codes(axis, document_id, "01", "02")
    assert "không thuộc thẩm quyền" in answers[1].description
    assert inbox(axis, "H17", document_id)["arrival_number"] is None


def test_a_second_copy_is_counted_and_not_answered_again(axis):
    document_id = send(axis, "24", "G22")
    send(axis, "24", "G22")
    until_codes(axis, document_id, "01", "03", "04", "05", "06")
    assert inbox(axis, "G22", document_id)["copies"] == 2


def test_a_paper_taken_back_in_time_is_given_back(tmp_path):
    with Simulator(tmp_path, "--pace", "1") as slow:
        document_id = send(slow, "25", "G15")
        until_codes(slow, document_id, "01")
        send_status(slow, "H26.15", "G15", document_id, "13", "Gửi nhầm nơi nhận")
        until_codes(slow, document_id, "01", "15")
        assert inbox(slow, "G15", document_id)["requests"][0]["description"] == "Gửi nhầm nơi nhận"


def test_a_finished_paper_is_not_given_back(axis):
    document_id = send(axis, "26", "G15")
    until_codes(axis, document_id, "01", "03", "04", "05", "06")
    send_status(axis, "H26.15", "G15", document_id, "13")
    until_codes(axis, document_id, "01", "03", "04", "05", "06", "16")


def test_statuses_reach_the_sender_of_a_paper(axis):
    sent = axis.order("G09", ["H26.15"], subject="Về việc báo cáo biên chế")
    for code in ("01", "03", "06"):
        send_status(axis, "H26.15", "G09", sent["document_id"], code, f"Bước {code}")
    send_status(axis, "H26.15", "G09", "khong-co", "01")

    desk = axis.state("G09")
    (paper,) = [p for p in desk["sent"] if p["document_id"] == sent["document_id"]]
    assert [(n["other"], n["code"], n["description"]) for n in paper["statuses"]] == [
        ("H26.15", "01", "Bước 01"),
        ("H26.15", "03", "Bước 03"),
        ("H26.15", "06", "Bước 06"),
    ]
    assert [note["code"] for note in desk["strays"]] == ["01"]
    page = requests.get(axis.url, timeout=10).text
    assert "06 Hoàn thành" in page
    assert "Bước 06" in page
    assert f"ngày {datetime.now(VIETNAM):%d/%m/%Y}" in page


def test_an_ordered_paper_says_what_was_ordered(axis):
    sent = axis.order(
        "G22",
        ["H26", "H26.15"],
        subject="Về việc đôn đốc",
        type_name="Công điện",
        urgency=2,
        due_date="2026-12-01",
        number="99",
        notation="CĐ-VPCP",
        reply_to="H26,2026/11/01,5/UBND",
    )
    (item,) = [i for i in axis.client().list_received("edoc") if i.sender == "G22"]
    paper = read(axis.client().fetch(item.doc_id))
    assert paper.document_id == sent["document_id"]
    assert sent["document_id"].endswith(",99/CĐ-VPCP")
    assert [organ.organ_id for organ in paper.receivers] == ["H26", "H26.15"]
    assert (paper.type_code, paper.type_detail, paper.type_name) == (2, 19, "Công điện")
    assert (paper.priority, paper.due_date) == (2, date(2026, 12, 1))
    assert paper.response_for[0].document_id == "H26,2026/11/01,5/UBND"
    assert paper.warnings == []
    assert paper.secrecy_claim == ""
    text = _pdf_text(paper.attachments[0].data)
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in text
    assert "Số: 99/CĐ-VPCP" in text


def test_a_secret_paper_says_so(axis):
    axis.order("H24", ["H26"], subject="Về việc kế hoạch", secret=True)
    (item,) = [i for i in axis.client().list_received("edoc") if i.sender == "H24"]
    assert "MẬT" in read(axis.client().fetch(item.doc_id)).secrecy_claim


def test_a_raw_package_passes_untouched(axis):
    raw = b"\xef\xbb\xbf<edXML><broken\r\n"
    axis.order("H05", ["H26"], raw=base64.b64encode(raw).decode())
    (item,) = [i for i in axis.client().list_received("edoc") if i.sender == "H05"]
    assert axis.client().fetch(item.doc_id).read() == raw


@pytest.mark.parametrize(
    "order",
    [
        {"from": "H26", "to": ["H26"], "subject": "x"},
        {"from": "G09", "to": ["H99"], "subject": "x"},
        {"from": "G09", "to": [], "subject": "x"},
        {"from": "G09", "to": "H26", "subject": "x"},
        {"from": "G09", "to": ["H26"]},
        {"from": "G09", "to": ["H26"], "subject": "x", "urgency": 9},
        {"from": "G09", "to": ["H26"], "subject": "x", "due_date": "mai"},
        {"from": "G09", "to": ["H26"], "raw": "***"},
        {"from": "G09", "to": ["H26"], "subject": "x", "files": [{"name": "a.pdf", "data": ""}]},
        [],
    ],
)
def test_an_order_that_makes_no_sense_is_refused(axis, order):
    response = requests.post(f"{axis.url}/_sim/send", json=order, timeout=10)
    assert response.status_code == 400
    assert response.json()["error"]


def test_only_json_orders_are_taken(axis):
    response = requests.post(f"{axis.url}/_sim/send", data={"from": "G09"}, timeout=10)
    assert response.status_code == 415


def test_the_page_escapes_and_forbids_scripts(axis):
    axis.order("G12", ["H26"], subject="<script>alert(1)</script> & dự toán")
    response = requests.get(axis.url, timeout=10)
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; dự toán" in response.text
    assert "<script" not in response.text
    assert response.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self'")
    assert (
        requests.get(f"{axis.url}/_sim/style.css", timeout=10).headers["Content-Type"].startswith("text/css")
    )


def test_lively_participants_write_to_those_who_wrote_to_them(tmp_path):
    with Simulator(tmp_path, "--lively", "0.3") as lively:
        client = lively.client()
        client.register_agency("H26.15", "Sở Nội vụ Hà Nội", parent_code="H26")
        client.send(package("7", "G09", day=TODAY), messagetype="edoc", sender="H26.15")
        item = eventually(lambda: [i for i in client.list_received("edoc") if i.to == "H26.15"])[0]
        paper = read(client.fetch(item.doc_id))
        assert paper.warnings == []
        assert paper.receivers[0].name == "Sở Nội vụ Hà Nội"
        (file,) = paper.attachments
        with pikepdf.open(io.BytesIO(file.data)) as pdf:
            assert len(pdf.pages) == 1
        assert "Kính gửi: Sở Nội vụ Hà Nội" in _pdf_text(file.data)
        assert paper.number in _pdf_text(file.data)


def _pdf_text(data):
    document = pypdfium2.PdfDocument(data)
    try:
        page = document[0]
        text = page.get_textpage()
        words = " ".join(text.get_text_bounded().split())
        text.close()
        page.close()
        return words
    finally:
        document.close()
