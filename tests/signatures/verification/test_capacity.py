"""A certificate of a person is never taken for one of an agency, whatever it is called (EN 319 412-2 and -3)."""

import pytest
from cryptography.x509 import ObjectIdentifier
from cryptography.x509.oid import NameOID

from signatures.verification.signer import subject_of
from simulators import pki as demo_pki
from tests.signatures.signers import Signer

CN, ORG, TITLE, ORG_ID = (
    NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME, NameOID.TITLE, NameOID.ORGANIZATION_IDENTIFIER,
)  # fmt: skip
SURNAME, GIVEN, SERIAL = NameOID.SURNAME, NameOID.GIVEN_NAME, NameOID.SERIAL_NUMBER
UID = ObjectIdentifier("0.9.2342.19200300.100.1.1")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("capacity")
    demo_pki.build_ca(made)
    return made


def said(folder, *names) -> dict:
    return subject_of(Signer(folder, *names).certificate)


@pytest.mark.parametrize(
    "names",
    [
        [(CN, "Phạm Tiến Dũng"), (ORG, "Sở Nội vụ")],
        [(CN, "Vũ Phương Thảo"), (ORG, "Sở Nội vụ"), (ORG_ID, "H26.15")],
        [(CN, "Đoàn Văn Hậu"), (ORG, "Sở Nội vụ")],
        [(CN, "Bộ Văn An"), (SURNAME, "Bộ"), (GIVEN, "An")],
        [(CN, "Sở Nội vụ"), (ORG, "Sở Nội vụ"), (TITLE, "Giám đốc")],
        [(CN, "Sở Nội vụ"), (ORG, "Sở Nội vụ"), (UID, "CMND:012345678")],
        [(CN, "Sở Nội vụ"), (ORG, "Sở Nội vụ"), (UID, "MST:0101234567"), (UID, "CCCD:001099012345")],
        [(CN, "Sở Nội vụ"), (ORG, "Sở Nội vụ"), (SERIAL, "PNOVN-001099012345")],
        [(CN, "Trần Văn B"), (ORG, "Sở Nội vụ"), (UID, "MDD:H26.15")],
        [(CN, "Trần Văn B")],
    ],
)
def test_a_person(folder, names):
    assert said(folder, *names)["capacity"] == "person"


@pytest.mark.parametrize(
    "names, code",
    [
        ([(CN, "Sở Nội vụ"), (ORG, "Sở Nội vụ"), (ORG_ID, "H26.15")], "H26.15"),
        ([(CN, "Sở Nội vụ"), (ORG, "Ủy ban nhân dân thành phố Hà Nội"), (UID, "MDD:H26.15")], "MDD:H26.15"),
        ([(CN, "ỦY BAN NHÂN DÂN PHƯỜNG PHÚC XÁ"), (ORG, "UBND quận Ba Đình")], ""),
        ([(CN, "Con dấu số"), (ORG, "Sở Nội vụ")], ""),
        ([(CN, "HTX Rau sạch"), (ORG, "HTX rau sạch"), (UID, "MST:0101234567")], ""),
        ([(CN, "Tổ công tác 06"), (ORG_ID, "H26.99")], "H26.99"),
    ],
)
def test_an_agency(folder, names, code):
    found = said(folder, *names)
    assert (found["capacity"], found["organisation_code"]) == ("agency", code)
