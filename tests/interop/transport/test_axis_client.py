"""The client against the real simulator: sending, receiving, acknowledging, the directory, and refusals."""

import json
from datetime import UTC, datetime, timedelta
from datetime import date as day_type

import pytest
import requests

from interop.edxml import read
from interop.transport.axis import AxisError
from interop.transport.axis_headers import file_hash, sign
from tests.interop.simulator_process import SECRET, package

TODAY = day_type(2026, 11, 20)


def refused(call):
    with pytest.raises(AxisError) as caught:
        call()
    return caught.value


def test_a_paper_is_listed_fetched_and_acknowledged(axis):
    client = axis.client()
    before = datetime.now(UTC) - timedelta(seconds=1)
    sent = axis.order("G09", ["H26.15"], subject="Về việc báo cáo biên chế")

    (item,) = client.list_received("edoc", since=before)
    assert (item.sender, item.to, item.message_type) == ("G09", "H26.15", "edoc")
    assert before - timedelta(seconds=1) <= item.created <= datetime.now(UTC)
    paper = read(client.fetch(item.doc_id))
    assert (paper.subject, paper.document_id) == ("Về việc báo cáo biên chế", sent["document_id"])

    client.acknowledge(item.doc_id, ok=True, processing=True)
    client.acknowledge(item.doc_id, ok=False)
    assert [(i.doc_id, i.status) for i in client.list_received("edoc")] == [(item.doc_id, "fail")]
    client.acknowledge(item.doc_id, ok=True)
    assert client.list_received("edoc") == []
    client.acknowledge(item.doc_id, ok=False)
    assert client.list_received("edoc") == [], "done is the last word"
    assert client.fetch(item.doc_id).read(), "what was acknowledged can still be fetched"


def test_list_since_leaves_out_what_is_older(axis):
    client, now = axis.client("H29"), datetime.now(UTC)
    axis.order("H17", ["H29"], subject="Về việc cũ")
    assert "H17" in [i.sender for i in client.list_received("edoc", since=now - timedelta(minutes=1))]
    assert client.list_received("edoc", since=now + timedelta(minutes=1)) == []


def test_the_sent_list_shows_every_receiver(axis):
    client = axis.client()
    body = package("11", "G09", "G22.04", "H29.01", "H29.02", day=TODAY)
    doc_id = client.send(body, messagetype="edoc", sender="H26.15")

    rows = client.list_sent("edoc", doc_id)
    assert [(row.from_code, row.to_code) for row in rows] == [
        ("H26.15", code) for code in ("G09", "G22.04", "H29.01", "H29.02")
    ]
    assert {row.sender_doc_id for row in rows} == {doc_id}
    assert {row.notation for row in rows} == {"11/SNV-VP"}
    assert {row.title for row in rows} == {"Về việc kiểm tra"}
    # A system gets a package once, however many of its units are named.
    assert len({row.receiver_doc_id for row in rows}) == 3
    assert [row.receive_status for row in rows] == ["done", "done", "initial", "initial"]
    assert rows[0].sent_time
    assert rows[2].received_time is None

    (item,) = [i for i in axis.client("H29").list_received("edoc") if i.sender == "H26.15"]
    assert item.to == "H29.01,H29.02"
    assert axis.client("H29").fetch(item.doc_id).read() == body


def test_to_overrides_the_receivers_of_the_package(axis):
    client = axis.client()
    doc_id = client.send(package("12", "G09", "G22", day=TODAY), messagetype="edoc", sender="H26", to=["G22"])
    assert [row.to_code for row in client.list_sent("edoc", doc_id)] == ["G22"]
    assert [row.to_code for row in client.list_sent("edoc") if row.sender_doc_id == doc_id] == ["G22"]
    assert client.list_sent("status", doc_id) == []


def test_old_codes_of_a_participant_are_understood(axis):
    client = axis.client()
    doc_id = client.send(package("13", "000.00.00.G12", day=TODAY), messagetype="edoc", sender="H26.15")
    assert [row.to_code for row in client.list_sent("edoc", doc_id)] == ["G12"]


def test_the_directory_and_our_own_units(axis):
    client = axis.client()
    client.register_agency("H26.77", "Sở Công Thương", parent_code="H26", mail="sct@example.vn")
    client.register_agency("H26.77", "Sở Công Thương Hà Nội", parent_code="H26")
    client.register_agency("000.00.77.H26", "Mã cũ", parent_code="H26")

    everyone = {agency.code: agency for agency in client.directory()}
    assert everyone["G09"].name == "Bộ Nội vụ"
    assert everyone["G09"].old_code == "000.00.00.G09"
    assert (everyone["H26.77"].name, everyone["H26.77"].pid) == ("Sở Công Thương Hà Nội", "H26")
    assert {agency.code for agency in client.directory(level=1)} == {
        "G09", "G22", "G12", "G15", "H05", "H24", "H49", "H17",
    }  # fmt: skip
    assert [agency.code for agency in client.directory(level=2)] == ["H26.77"]
    body = package("14", "G09", sender="000.00.77.H26", day=TODAY)
    assert client.send(body, messagetype="edoc", sender="000.00.77.H26")


def test_nobody_registers_the_code_of_another(axis):
    error = refused(lambda: axis.client().register_agency("G09.01", "Vụ giả", parent_code="G09"))
    assert (error.code, error.retryable) == ("19", False)


def test_ping_and_a_wrong_secret(axis):
    axis.client().ping()
    error = refused(axis.client(secret="other").ping)
    assert (error.code, error.retryable) == ("15", True)


def test_an_old_clock_is_refused(axis):
    slow = axis.client(clock=lambda: datetime.now(UTC) - timedelta(minutes=16))
    assert refused(slow.ping).code == "15"


def test_a_foreign_sender_is_refused_in_the_words_of_the_axis(axis):
    client = axis.client()
    in_header = refused(
        lambda: client.send(package("15", "G09", day=TODAY), messagetype="edoc", sender="H29.1")
    )
    assert in_header.text == "Don vi gui H29.1 khong dung voi ma da dang ky: H26"
    assert not in_header.retryable
    foreign = package("15", "G09", sender="H260", day=TODAY)
    in_package = refused(lambda: client.send(foreign, messagetype="edoc", sender="H26"))
    assert in_package.text == "Don vi gui H260 khong dung voi ma da dang ky: H26"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "10"),
        (b"not xml", "22"),
        (b"<edXML/>", "22"),
        (b'<?xml version="1.0" encoding="x-none"?><edXML/>', "22"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><edXML>&b;</edXML>', "22"),
        (package("16", "H99", day=TODAY), "18"),
    ],
)
def test_what_the_axis_cannot_deliver_is_refused_for_good(axis, body, code):
    error = refused(lambda: axis.client().send(body, messagetype="edoc", sender="H26"))
    assert (error.code, error.retryable) == (code, False)


def test_unknown_and_foreign_items_do_not_exist(axis):
    axis.order("G22", ["H29"], subject="Về việc của thành phố khác")
    foreign = axis.client("H29").list_received("edoc")[-1].doc_id
    for doc_id in ("5bebcfeff858e3e0cc154762", foreign):
        for call in (axis.client().fetch, lambda x: axis.client().acknowledge(x, True)):
            error = refused(lambda call=call, doc_id=doc_id: call(doc_id))
            assert not error.retryable
            assert doc_id in error.text


def test_a_package_changed_on_the_way_is_refused(axis):
    body = package("17", "G09", day=TODAY)
    params = {
        "from": "H26",
        "servicetype": "eDoc",
        "messagetype": "edoc",
        "hash-file": file_hash(body),
    }
    headers = sign(
        params, system_id="H26", secret=SECRET, content_type="application/octet-stream", at=datetime.now(UTC)
    )
    answer = requests.post(f"{axis.url}/sendEdoc", data=body + b" \r\n", headers=headers, timeout=10).json()
    assert (answer["status"], answer["ErrorCode"]) == ("FAIL", "21")


def test_bodies_without_a_length_or_too_large_are_not_read(axis):
    chunked = requests.post(f"{axis.url}/sendEdoc", data=iter([b"x"]), timeout=10)
    assert chunked.status_code == 411
    large = requests.Request("POST", f"{axis.url}/sendEdoc", headers={"Content-Length": "99999999999"})
    with requests.Session() as session:
        assert session.send(large.prepare(), timeout=10).status_code == 413


def test_answers_are_json_in_the_form_of_the_axis(axis):
    params = {"servicetype": "eDoc", "messagetype": "status"}
    headers = sign(
        params, system_id="H29", secret=SECRET, content_type="application/json", at=datetime.now(UTC)
    )
    answer = requests.post(f"{axis.url}/getReceivedEdocList", headers=headers, timeout=10)
    assert json.loads(answer.content) == {
        "status": "OK",
        "ErrorCode": "0",
        "ErrorDesc": "Thanh cong",
        "data": [],
    }
