"""The agency that signed is, seems to be, or is not the agency that sent: by any of its codes, by its name of the day."""

from datetime import date

import pytest

from documents.views.incoming.verdicts import shown
from orgs.models import Code
from signatures.verification import SignatureVerdict, Verdict
from signatures.verification.sender import compare

DAY = date(2026, 8, 17)


def signed(name: str, organisation: str = "", code: str = "", capacity: str = "agency") -> SignatureVerdict:
    return SignatureVerdict(
        field="f", verdict="valid", signer_name=name, organisation=organisation or name, title="", signed_at=None,
        level="B-B", covers_whole_file=True, changes_after="", reasons=[], capacity=capacity, organisation_code=code,
    )  # fmt: skip


def told(sender, *signatures) -> dict:
    person = signed("Phạm Tiến Dũng", "Sở Nội vụ", capacity="person")
    return compare(Verdict("valid", [person, *signatures], []), sender, day=DAY)


@pytest.mark.parametrize("code", ["H26.TAM002", "000.00.15.H26", "MDD:h26.tam002", "MĐD: H26.TAM002"])
def test_the_same_body_by_its_identifier(office, code):
    body = office.home_affairs
    Code.objects.create(organisation=body, value="000.00.15.H26", form=2018)
    found = told(body, signed("Một tên khác", "", code))
    assert found == {"matches": True, "sentence": "", "todo": ""}


@pytest.mark.parametrize(
    "name, organisation, code",
    [
        ("Sở Nội vụ", "", ""),
        ("SỞ NỘI VỤ", "", ""),
        ("Sở Nội vụ thành phố Hà Nội", "", ""),
        ("Sở Nội vụ TP Hà Nội", "", ""),
        ("Sở Nội vụ", "UBND thành phố Hà Nội", ""),
        ("Con dấu số", "Sở Nội vụ", ""),
        ("Sở Nội vụ Hà Nội cũ", "", ""),
        ("Sở Nội vụ", "", "MST:0101234567"),
    ],
)
def test_a_name_alone_only_seems_to_be_the_same_body(office, name, organisation, code):
    body = office.home_affairs
    body.former_names = [{"name": "Sở Nội vụ Hà Nội cũ", "until": "2026-09-01", "decision": ""}]
    body.save()
    found = told(body, signed(name, organisation, code))
    assert found["matches"] is None and "có vẻ là Sở Nội vụ" in found["sentence"] and found["todo"] == ""


def test_the_desk_shows_that_it_only_seems(office):
    report = {"sender": told(office.home_affairs, signed("Sở Nội vụ")), "sentence": "Chữ ký số hợp lệ."}
    line = shown("valid", report)
    assert line["tone"] == "unknown" and line["sentence"].startswith("Cơ quan ký có vẻ là Sở Nội vụ")
    assert line["more"] == "Chữ ký số hợp lệ."


@pytest.mark.parametrize(
    "name, organisation, code",
    [
        ("Sở Tư pháp", "", ""),
        ("Sở Nội vụ", "Ủy ban nhân dân tỉnh Bắc Ninh", ""),
        ("Sở Nội vụ tỉnh Bắc Ninh", "", ""),
        ("Sở Nội vụ", "", "H26.TAM003"),
        ("Sở Nội vụ cũ", "", ""),
    ],
)
def test_another_body(office, name, organisation, code):
    body = office.home_affairs
    body.former_names = [{"name": "Sở Nội vụ cũ", "until": "2020-01-01", "decision": ""}]
    body.save()
    found = told(body, signed(name, organisation, code))
    assert found["matches"] is False and "nơi gửi là Sở Nội vụ" in found["sentence"]
    assert found["todo"] == "Việc cần làm: hỏi lại nơi gửi trước khi vào sổ."


def test_a_missing_signature_is_said(office):
    only_person = told(office.home_affairs)
    assert only_person["matches"] is None and "Thiếu chữ ký số của cơ quan" in only_person["sentence"]
    only_agency = compare(Verdict("valid", [signed("Sở Nội vụ")], []), office.home_affairs, day=DAY)
    assert "có vẻ là" in only_agency["sentence"]
    assert "Thiếu chữ ký số của người có thẩm quyền" in only_agency["sentence"]
    nobody = compare(Verdict("unsigned", [], []), office.home_affairs, day=DAY)
    assert nobody == {"matches": None, "sentence": "", "todo": ""}


def test_an_unknown_sender_is_not_compared(office):
    assert told(None, signed("Sở Tư pháp")) == {"matches": None, "sentence": "", "todo": ""}
