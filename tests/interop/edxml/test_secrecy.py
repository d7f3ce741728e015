"""A package that says it is a state secret is noticed; ordinary words with "mật" are not."""

import pytest

from interop.edxml import read
from tests.interop.edxml.cases import package, sample


def claim(head: str = "", subject: str = "Trích yếu") -> str:
    return read(package(head=head, subject=f"<Subject>{subject}</Subject>")).secrecy_claim


@pytest.mark.parametrize(
    "head",
    [
        "<Secrecy>1</Secrecy>",
        "<OtherInfo><SecurityLevel>Tối mật</SecurityLevel></OtherInfo>",
        "<x:DoMat xmlns:x='urn:x'>A</x:DoMat>",
        "<OtherInfo DoMat='2'/>",
        "<OtherInfo><SphereOfPromulgation>Mật</SphereOfPromulgation></OtherInfo>",
        "<OtherInfo><SphereOfPromulgation>TUYỆT MẬT</SphereOfPromulgation></OtherInfo>",
        "<OtherInfo><SphereOfPromulgation>Độ mật: Tối mật</SphereOfPromulgation></OtherInfo>",
        "<OtherInfo><SphereOfPromulgation>toi mat</SphereOfPromulgation></OtherInfo>",
        "<DocumentType><TypeName>Công văn mật</TypeName></DocumentType>",
        "<DocumentType><TypeName>Quyết định (Mật)</TypeName></DocumentType>",
        "<DocumentType><TypeName>Mật</TypeName></DocumentType>",
    ],
)
def test_labels_in_the_header_are_claims(head):
    assert claim(head) != ""


@pytest.mark.parametrize(
    "subject",
    [
        "Mật",
        "MẬT: về kế hoạch",
        "[Mật] V/v kế hoạch",
        "(TỐI MẬT) Báo cáo",
        "Mật - Báo cáo",
        "Mật V/v kế hoạch",
        "MẬT Quyết toán năm",
        "Tuyệt mật báo cáo tình hình",
        "Độ mật: Tối mật. Báo cáo",
        "To\u0302\u0301i ma\u0323\u0302t: báo cáo",
    ],
)
def test_subjects_that_open_with_a_label_are_claims(subject):
    assert claim(subject=subject).startswith("Subject: ")


@pytest.mark.parametrize(
    "head",
    [
        "<Secrecy>0</Secrecy>",
        "<SecurityLevel> Thường </SecurityLevel>",
        "<DoMat/>",
        "<Security><UsernameToken>x</UsernameToken></Security>",
        "<OtherInfo><SphereOfPromulgation>Liên thông văn bản quốc gia</SphereOfPromulgation></OtherInfo>",
        "<OtherInfo><SphereOfPromulgation>Không mật</SphereOfPromulgation></OtherInfo>",
        "<OtherInfo><SphereOfPromulgation>Lưu hành nội bộ, bảo mật</SphereOfPromulgation></OtherInfo>",
        "<DocumentType><TypeName>Quy chế bảo mật</TypeName></DocumentType>",
        "<DocumentType><TypeName>Công văn</TypeName></DocumentType>",
    ],
)
def test_harmless_values_are_no_claims(head):
    assert claim(head) == ""


@pytest.mark.parametrize(
    "subject",
    [
        "Mật độ xây dựng quận Ba Đình",
        "MẬT ĐỘ DÂN CƯ",
        "Mật mã dân sự",
        "Mật ong Hà Nội",
        "Bảo mật thông tin",
        "Bí mật kinh doanh",
        "Về việc bảo vệ bí mật nhà nước (Mật, Tối mật, Tuyệt mật)",
        "Hướng dẫn xác định độ mật",
        "Giải mật tài liệu",
    ],
)
def test_ordinary_words_are_no_claims(subject):
    assert claim(subject=subject) == ""


@pytest.mark.parametrize("name", ["01", "02", "03", "04"])
def test_samples_claim_nothing(name):
    assert read(sample(name)).secrecy_claim == ""
