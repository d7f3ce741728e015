"""The agency that signed is, or is not, the agency that sent: by any of its codes, by its name of the day."""

from datetime import date

import pytest

from orgs.models import Code
from signatures.sender import compare
from signatures.verification import SignatureVerdict, Verdict

DAY = date(2026, 8, 17)


def signed(name: str, organisation: str = "", code: str = "", capacity: str = "agency") -> SignatureVerdict:
    return SignatureVerdict(
        field="f", verdict="valid", signer_name=name, organisation=organisation or name, title="", signed_at=None,
        level="B-B", covers_whole_file=True, changes_after="", reasons=[], capacity=capacity, organisation_code=code,
    )  # fmt: skip


def told(sender, *signatures) -> dict:
    person = signed("Phạm Tiến Dũng", "Sở Nội vụ", capacity="person")
    return compare(Verdict("valid", [person, *signatures], []), sender, day=DAY)


@pytest.mark.parametrize(
    "name, organisation, code",
    [
        ("Sở Nội vụ", "", ""),
        ("SỞ NỘI VỤ", "", ""),
        ("Sở Nội vụ thành phố Hà Nội", "", ""),
        ("Sở Nội vụ TP Hà Nội", "", ""),
        ("Sở Nội vụ", "UBND thành phố Hà Nội", ""),
        ("Con dấu số", "Sở Nội vụ", ""),
        ("Một tên khác", "", "H26.TAM002"),
        ("Một tên khác", "", "000.00.15.H26"),
        ("Sở Nội vụ Hà Nội cũ", "", ""),
    ],
)
def test_the_same_body(office, name, organisation, code):
    body = office.home_affairs
    Code.objects.create(organisation=body, value="000.00.15.H26", form=2018)
    body.former_names = [{"name": "Sở Nội vụ Hà Nội cũ", "until": "2026-09-01", "decision": ""}]
    body.save()
    found = told(body, signed(name, organisation, code))
    assert found == {"matches": True, "sentence": "", "todo": ""}


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
    assert (
        only_agency["matches"] is True
        and "Thiếu chữ ký số của người có thẩm quyền" in only_agency["sentence"]
    )
    nobody = compare(Verdict("unsigned", [], []), office.home_affairs, day=DAY)
    assert nobody == {"matches": None, "sentence": "", "todo": ""}


def test_an_unknown_sender_is_not_compared(office):
    assert told(None, signed("Sở Tư pháp")) == {"matches": None, "sentence": "", "todo": ""}
