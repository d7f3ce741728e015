"""The vendor's own samples decode to what they say."""

import datetime as dt

import pytest

from interop.edxml import VIETNAM, BusinessType, Edoc, Replacement, ResponseFor, Status, read, write
from tests.interop.edxml.cases import sample

G22, H14, H41 = "000.00.00.G22", "000.00.00.H14", "000.00.00.H41"
DOCUMENT_ID = "000.00.00.G22,2015/09/30,7816/VPCP-TTĐT"


def test_new_document_decodes_in_full():
    message = read(sample("01"))
    assert isinstance(message, Edoc)
    assert message.business_type is BusinessType.NEW
    assert message.business_document_id == ""  # the sample fills it, for type 0 it means nothing
    assert message.sender.organ_id == "000.00.00.A80"
    assert message.sender.telephone == "8043100"
    assert [organ.organ_id for organ in message.receivers] == ["28.22.H17"]
    assert (message.document_id, message.code) == (DOCUMENT_ID, "74fass22/VPCP-TTĐT")
    assert (message.place, message.date, message.due_date) == (
        "Hà Nội",
        dt.date(2019, 1, 16),
        dt.date(2018, 9, 28),
    )
    assert (message.type_code, message.type_detail, message.type_name) == (1, 0, "Công văn")
    assert message.subject == message.content == "V/v kết nối, liên thông phần mềm quản lý văn bản"
    assert message.signer_name == "Nguyen Thanh Phuc"
    assert (message.priority, message.promulgation_amount, message.page_amount) == (0, 2, 22)
    assert (message.sphere, message.typer_notation) == ("Liên thông văn bản quốc gia", "TVC")
    assert message.appendixes == ["Công văn về việc kết nối, liên thông phần mềm quản lý văn bản"]
    assert message.to_places == ["Cac bo va co quan ngang bo", "Uy ban nhan dan cac tinh, TP"]
    assert message.steering_type == 1
    assert [(t.organ_id, t.timestamp) for t in message.traces] == [
        (G22, dt.datetime(2018, 9, 28, tzinfo=VIETNAM))
    ]
    assert message.staff.staff == "Nguyễn Thị Ngọc Trâm"
    assert not message.paper_follows
    assert message.secrecy_claim == ""
    assert message.warnings == []


@pytest.mark.parametrize("name", ["01", "02", "03", "04"])
def test_zipped_attachment_is_taken_out_of_its_zip(name):
    (file,) = read(sample(name)).attachments
    assert file.name == "1896_QD-TTg_m_294779.doc"
    assert (file.content_id, file.content_type) == ("209", "application/msword")
    assert file.size == 60
    assert file.sha256 == "bbe8168b8cc011a141aff3228fc1ac5b95605deae06a0f281490cd8c820010a8"


def test_recall_names_the_recalled_document():
    message = read(sample("02"))
    assert message.business_type is BusinessType.RECALL
    assert message.business_reason == "Thu hồi văn bản điện tử"
    assert message.response_for == [
        ResponseFor(H14, "267/VPCP-TTĐT", dt.date(2018, 9, 28), "000.00.04.G14,2012/08/06,267/VPCP-TTĐT")
    ]
    assert [organ.organ_id for organ in message.receivers] == [H41, H14, "000.00.00.G17"]


def test_update_tells_document_and_receiver_changes():
    message = read(sample("03"))
    assert message.business_type is BusinessType.UPDATE
    assert message.business_document_id == "000.00.00.G22,2014/02/30,7806/VPCP-TTĐT"
    assert message.document_info is True
    assert message.receiver_changes == [(H41, 0), (H14, 1)]


def test_replacement_lists_documents_and_receivers():
    message = read(sample("04"))
    assert message.business_type is BusinessType.REPLACEMENT
    replaced = Replacement("000.00.00.G22,2014/01/30,7806/VPCP-TTĐT", [H41, H14])
    assert message.replacements == [replaced, replaced]
    assert message.receiver_changes == []


@pytest.mark.parametrize(
    ("name", "code", "sender", "target", "description"),
    [
        ("06", "01", H41, G22, "Phần mềm QLVB đã nhận nhưng văn thư chưa xử lý"),
        ("07", "02", H41, G22, "Từ chối không tiếp nhận văn bản điện tử"),
        ("08", "03", H41, G22, "vào sổ văn bản đến của đơn vị"),
        ("09", "13", G22, H41, "Văn thư yêu cầu lấy lại văn bản điện tử kèm lý do"),
        ("10", "15", H41, G22, "Văn thư đồng ý yêu cầu cập nhật, lấy lại"),
    ],
)
def test_status_decodes(name, code, sender, target, description):
    message = read(sample(name))
    assert isinstance(message, Status)
    assert (message.status_code, message.sender.organ_id) == (code, sender)
    assert message.response_for == ResponseFor(target, "7816/VPCP-TTĐT", dt.date(2015, 9, 30), DOCUMENT_ID)
    assert message.description.endswith(description)
    assert message.timestamp == dt.datetime(2015, 9, 20, 11, 8, 36, tzinfo=VIETNAM)
    assert message.staff.email == "ngoctram@nghean.vn"
    assert message.warnings == []


@pytest.mark.parametrize("name", ["01", "02", "03", "04", "06", "07", "08", "09", "10"])
def test_sample_survives_being_written_again(name):
    message = read(sample(name))
    assert read(write(message)) == message
