"""What is written comes back the same, in the vendor's form; what must not leave is refused."""

import base64
import datetime as dt
import io
import re
import zipfile
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from interop.edxml import (
    VIETNAM,
    Attachment,
    BusinessType,
    EdxmlError,
    Organ,
    Replacement,
    ResponseFor,
    Trace,
    document_id_for,
    read,
    type_detail_for,
    write,
)
from tests.interop.edxml.cases import full_edoc, full_status, zipped

NS = "{http://www.mic.gov.vn/TBT/QCVN_102_2016}"
UPDATE = {
    "business_type": BusinessType.UPDATE,
    "business_document_id": "H26.10,2026/11/01,3/SNV",
    "document_info": True,
    "receiver_changes": [("H26.20", 0), ("H26.30", 1)],
}
REPLACEMENT = {
    "business_type": BusinessType.REPLACEMENT,
    "replacements": [Replacement("H26.10,2026/11/01,3/SNV", ["H26.20"]), Replacement("X", [])],
}


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"business_type": BusinessType.RECALL, "business_reason": "Sai thẩm quyền"},
        UPDATE,
        REPLACEMENT,
        {"attachments": [], "staff": None, "due_date": None, "to_places": [], "response_for": []},
        {"attachments": [Attachment(f"tệp {n}.txt", b"%d" % n, "text/plain", f"f{n}") for n in range(30)]},
        {"attachments": [Attachment("hồ sơ.zip", zipped({"a.pdf": b"%PDF"}), "application/zip", "z")]},
    ],
)
def test_edoc_comes_back_equal(changes):
    message = full_edoc(**changes)
    assert read(write(message)) == message


@pytest.mark.parametrize("code", ["01", "02", "03", "04", "05", "06", "13", "15", "16"])
def test_status_comes_back_equal(code):
    message = full_status(status_code=code)
    assert read(write(message)) == message


def test_zip_that_calls_itself_pdf_is_not_taken_for_a_wrapping():
    inner = zipped({"x.pdf": b"%PDF"})
    back = read(write(full_edoc(attachments=[Attachment("giả.pdf", inner)])))
    assert back.attachments[0].data == inner


def test_same_message_gives_same_bytes():
    assert write(full_edoc()) == write(full_edoc())


def test_form_is_the_vendors():
    source = write(full_edoc())
    assert source.startswith(b'<?xml version="1.0" encoding="UTF-8"?>\n<edXML xmlns=')
    root = etree.fromstring(source)
    envelope = root[0]
    assert (root.tag, root.prefix, envelope.tag, envelope.prefix) == (
        f"{NS}edXML",
        None,
        f"{NS}edXMLEnvelope",
        "edXML",
    )
    header = envelope.find(f"{NS}edXMLHeader/{NS}MessageHeader")
    order = " ".join(child.tag.removeprefix(NS) for child in header)
    assert order == (
        "From To To DocumentId Code PromulgationInfo DocumentType Subject Content SignerInfo DueDate "
        "OtherInfo ResponseFor SteeringType ToPlaces"
    )
    assert all(len(party) == 8 for name in ("From", "To") for party in header.findall(NS + name))
    assert header.findtext(f"{NS}PromulgationInfo/{NS}PromulgationDate") == "2026/11/20"
    traces = envelope.find(f"{NS}edXMLHeader/{NS}TraceHeaderList")
    assert traces.findtext(f"{NS}TraceHeader/{NS}Timestamp") == "2026/11/20 09:30:01"
    assert traces.find(f"{NS}Bussiness/{NS}BussinessDocType") is not None
    assert root.find(f".//{NS}Signature") is None


def test_pdf_travels_bare_and_the_rest_in_a_zip_with_linked_ids():
    root = etree.fromstring(write(full_edoc()))
    references = root.findall(f".//{NS}edXMLManifest/{NS}Reference")
    files = root.findall(f"{NS}AttachmentEncoded/{NS}Attachment")
    for parts in (references, files):
        assert [part.findtext(NS + "ContentId") for part in parts] == ["cid:1", "cid:2"]
        assert [part.findtext(NS + "ContentType") for part in parts] == ["application/pdf", "application/zip"]
    assert files[0].findtext(NS + "ContentTransferEncoded").startswith("JVBERi0")
    packed = base64.b64decode(files[1].findtext(NS + "ContentTransferEncoded"))
    (entry,) = zipfile.ZipFile(io.BytesIO(packed)).infolist()
    assert re.fullmatch(r"[0-9a-f-]{36}\.docx", entry.filename)
    assert entry.date_time[0] == 1980  # not the clock's: a repeated send must give the same bytes


@pytest.mark.parametrize(
    ("name", "method"),
    [("a.docx", zipfile.ZIP_STORED), ("a.PNG", zipfile.ZIP_STORED), ("a.doc", zipfile.ZIP_DEFLATED)],
)
def test_what_is_compressed_is_not_compressed_again(name, method):
    message = full_edoc(attachments=[Attachment(name, b"chu" * 999, content_id="1")])
    content = etree.fromstring(write(message)).findtext(f".//{NS}ContentTransferEncoded")
    (entry,) = zipfile.ZipFile(io.BytesIO(base64.b64decode(content))).infolist()
    assert (entry.compress_type, entry.flag_bits, entry.file_size) == (method, 0, 2997)


def test_missing_times_ids_and_type_number_are_filled_in():
    at = dt.datetime(2026, 11, 20, 3, 0, tzinfo=dt.UTC)
    files = [Attachment("a.pdf", b"%PDF-a"), Attachment("b.pdf", b"%PDF-a")]
    message = read(write(full_edoc(traces=[], type_detail=None, attachments=files), at=at))
    assert message.traces == [Trace("H26.10", dt.datetime(2026, 11, 20, 10, 0, tzinfo=VIETNAM))]
    assert message.type_detail == 18
    assert len({file.content_id for file in message.attachments} - {""}) == 2
    assert read(write(full_status(timestamp=None), at=at)).timestamp == at


def test_describing_texts_are_tidied_and_cut_but_identifiers_kept():
    decomposed = "H26.10,2026/11/20,1/Nghi\u0323"
    message = full_edoc(subject="  Nghi\u0323\x00 " + "ờ" * 600, document_id=decomposed)
    back = read(write(message))
    assert back.subject.startswith("Ngh\u1ecb")
    assert len(back.subject) == 500
    assert back.document_id == decomposed


def test_names_of_files_are_made_harmless():
    back = read(
        write(full_edoc(attachments=[Attachment("../12/QĐ\u202e-UBND.pdf", b"%PDF", content_id="1")]))
    )
    assert [file.name for file in back.attachments] == ["-12-QĐ-UBND.pdf"]


A_PDF = Attachment("a.pdf", b"%PDF")
FIRST_FILE = "AttachmentEncoded.Attachment[1]"


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"sender": Organ("")}, "N.MessageHeader.From.OrganId"),
        ({"sender": Organ("H26." + "1" * 32)}, "R.MessageHeader.From.OrganId"),
        ({"receivers": []}, "N.MessageHeader.To"),
        ({"receivers": [Organ("H26.20"), Organ(" H26.20")]}, "R.MessageHeader.To.OrganId"),
        ({"receivers": [Organ("H26.20"), Organ(" ")]}, "N.MessageHeader.To.OrganId"),
        ({"receivers": [Organ("H26\x0b20")]}, "M.MessageHeader.To.OrganId"),
        ({"document_id": ""}, "N.MessageHeader.DocumentId"),
        ({"number": ""}, "N.MessageHeader.Code.CodeNumber"),
        ({"number": "1" * 12}, "R.MessageHeader.Code.CodeNumber"),
        ({"notation": "S" * 31}, "R.MessageHeader.Code.CodeNotation"),
        ({"place": " "}, "N.MessageHeader.PromulgationInfo.Place"),
        ({"date": None}, "N.MessageHeader.PromulgationInfo.PromulgationDate"),
        ({"type_code": None}, "R.MessageHeader.DocumentType.Type"),
        ({"type_code": 18}, "R.MessageHeader.DocumentType.Type"),
        ({"type_name": ""}, "N.MessageHeader.DocumentType.TypeName"),
        ({"subject": "\x01 "}, "N.MessageHeader.Subject"),
        ({"priority": 5}, "R.MessageHeader.OtherInfo.Priority"),
        ({"steering_type": 3}, "R.MessageHeader.SteeringType"),
        ({"page_amount": -1}, "R.MessageHeader.OtherInfo.PageAmount"),
        ({"traces": [Trace("H26", dt.datetime(2026, 1, 1))]}, "T.TraceHeaderList.TraceHeader.Timestamp"),
        ({"sphere": "Mật"}, "R.MessageHeader"),
        ({"subject": "[Tối mật] V/v"}, "R.MessageHeader"),
        ({"business_type": BusinessType.RECALL, "response_for": []}, "N.MessageHeader.ResponseFor"),
        (
            {"business_type": BusinessType.RECALL, "business_reason": ""},
            "N.TraceHeaderList.Bussiness.BussinessDocReason",
        ),
        (UPDATE | {"business_document_id": ""}, "N.TraceHeaderList.Bussiness.DocumentId"),
        (REPLACEMENT | {"replacements": []}, "N.TraceHeaderList.Bussiness.ReplacementInfoList"),
        ({"attachments": [replace(A_PDF, name=" . ")]}, f"N.{FIRST_FILE}.AttachmentName"),
        (
            {"attachments": [replace(A_PDF, content=b"")]},
            f"N.{FIRST_FILE}.ContentTransferEncoded",
        ),
        ({"attachments": [A_PDF] * 201}, "R.AttachmentEncoded"),
        ({"attachments": [replace(A_PDF, content_id="1")] * 2}, "R.AttachmentEncoded.Attachment.ContentId"),
    ],
)
def test_edoc_that_cannot_be_sent_is_refused_with_its_place(changes, path):
    with pytest.raises(EdxmlError) as refusal:
        write(full_edoc(**changes))
    assert refusal.value.path == path
    assert refusal.value.reason.endswith(".")


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"status_code": "07"}, "R.MessageHeader.StatusCode"),
        ({"status_code": "1"}, "R.MessageHeader.StatusCode"),
        ({"description": " "}, "N.MessageHeader.Description"),
        ({"status_code": "13", "description": ""}, "N.MessageHeader.Description"),
        ({"response_for": ResponseFor(document_id="x")}, "N.MessageHeader.ResponseFor"),
        ({"response_for": ResponseFor(organ_id="x")}, "N.MessageHeader.ResponseFor"),
        ({"timestamp": dt.datetime(2026, 1, 1)}, "T.MessageHeader.Timestamp"),
    ],
)
def test_status_that_cannot_be_sent_is_refused_with_its_place(changes, path):
    with pytest.raises(EdxmlError) as refusal:
        write(full_status(**changes))
    assert refusal.value.path == path


@given(
    subject=st.text(min_size=1, max_size=600),
    place=st.text(max_size=80),
    staff=st.text(max_size=20),
    name=st.text(max_size=250),
    data=st.binary(min_size=1, max_size=200),
)
def test_any_text_is_written_readably_or_refused(subject, place, staff, name, data):
    """The writer reads its own output back, so a mismatch would surface as M.edXML."""
    message = full_edoc(subject=subject, place=place, attachments=[Attachment(name, data)], sphere=staff)
    try:
        back = read(write(message))
    except EdxmlError as refusal:
        assert refusal.path != "M.edXML"
    else:
        assert [file.data for file in back.attachments] == [data]


def test_document_id_is_organ_date_and_code():
    made = document_id_for("000.00.00.G22", dt.date(2015, 9, 30), "7816/VPCP-TTĐT")
    assert made == "000.00.00.G22,2015/09/30,7816/VPCP-TTĐT"


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("Công văn", 18),
        ("  công  VĂN ", 18),
        ("Giấy uỷ quyền", 24),
        ("Bản thoả thuận", 22),
        ("Quyết định (cá biệt)", 2),
        ("Phiếu báo", None),
    ],
)
def test_type_number_by_name(name, number):
    assert type_detail_for(name) == number


def test_reasons_are_vietnamese_sentences():
    with pytest.raises(EdxmlError) as refusal:
        write(full_edoc(receivers=[]))
    assert str(refusal.value) == "N.MessageHeader.To: Văn bản chưa có nơi nhận trên trục."
    assert re.search("[ăâđêôơư]", refusal.value.reason)
