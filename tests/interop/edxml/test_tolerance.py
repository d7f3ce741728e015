"""What really arrives: other dialects, missing parts, attachments that are not what they say."""

import datetime as dt
import re

import pytest

from interop.edxml import VIETNAM, BusinessType, ResponseFor, Trace, read
from tests.interop.edxml.cases import UUID, attachment, package, reference, sample, zipped

PDF = b"%PDF-1.7 paper"
DOCX = zipped({"[Content_Types].xml": b"<a/>", "word/document.xml": b"<b/>"})


def test_order_case_prefix_and_namespace_do_not_matter():
    plain = read(sample("03"))
    source = sample("03").decode()
    source = source.replace("http://www.mic.gov.vn/TBT/QCVN_102_2016", "http://www.e-doc.vn/Schema/")
    source = source.replace("Bussiness", "Business").replace("OrganizationInCharge", "OrganInCharge")
    source = re.sub(r"</?(?:edXML:)?\w+", lambda tag: tag[0].lower(), source).replace("edxml:", "e:")
    source = source.replace("xmlns:edXML", "xmlns:e").replace("Timestamp", "TimeStamp")
    head = re.search(r"<e:messageheader>(.*?)</e:messageheader>", source, re.DOTALL)[1]
    subject = re.search(r"<e:subject>.*?</e:subject>", head)[0]
    source = source.replace(head, subject + head.replace(subject, ""))
    assert read(source.encode()) == plain


def test_soap_wrapping_is_looked_through():
    inner = re.sub(rb"<\?xml.*?\?>", b"", sample("06"))
    wrapped = (
        b'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>%s</s:Body></s:Envelope>'
    )
    assert read(wrapped % inner) == read(sample("06"))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_byte_order_mark_and_utf16(encoding):
    source = sample("01").decode().replace('encoding="UTF-8"', f'encoding="{encoding[:6].rstrip("-")}"')
    assert read(source.encode(encoding)) == read(sample("01"))


@pytest.mark.parametrize(
    "written",
    ["2026/11/05", "2026-11-05", "05/11/2026", "5/11/2026", "2026-11-05T00:00:00", "2026/11/05 10:11:12"],
)
def test_three_date_forms(written):
    assert read(package(head=f"<DueDate> {written} </DueDate>")).due_date == dt.date(2026, 11, 5)


@pytest.mark.parametrize(
    ("written", "utc_hour"),
    [
        ("2026/11/05 09:08:07", 2),
        ("05/11/2026 09:08:07", 2),
        ("2026-11-05T09:08:07.123Z", 9),
        ("2026-11-05T09:08:07+09:00", 0),
    ],
)
def test_moments_are_read_into_the_vietnam_zone(written, utc_hour):
    trace = f"<TraceHeaderList><TraceHeader><Timestamp>{written}</Timestamp></TraceHeader></TraceHeaderList>"
    (station,) = read(package(trace=trace)).traces
    assert station == Trace("", dt.datetime(2026, 11, 5, utc_hour, 8, 7, tzinfo=dt.UTC))
    assert station.timestamp.tzinfo is VIETNAM


def test_only_four_things_are_required():
    message = read(package())
    assert (message.sender.organ_id, message.receivers[0].organ_id) == ("H26.10", "H26.20")
    assert message.business_type is BusinessType.NEW
    assert (message.date, message.staff, message.steering_type, message.traces) == (None, None, None, [])
    by_code = read(package(document_id="<Code><CodeNumber>12</CodeNumber></Code>"))
    assert (by_code.document_id, by_code.number) == ("", "12")
    in_one = read(package(document_id="<Code>12/2026/QĐ-UBND</Code>"))
    assert (in_one.number, in_one.notation) == ("12", "2026/QĐ-UBND")


def test_repeated_and_nameless_receivers_are_left_out_and_told():
    one, two = "<To><OrganId>A</OrganId></To>", "<To><OrganId>B</OrganId></To>"
    message = read(package(to=f"{one}{two}{one}<To/>"))
    assert [organ.organ_id for organ in message.receivers] == ["A", "B"]
    assert len(message.warnings) == 2


def test_empty_response_is_absent():
    empty = (
        "<ResponseFor/><ResponseFor><OrganId> </OrganId><Code/><DocumentId>null</DocumentId></ResponseFor>"
    )
    assert read(package(head=empty)).response_for == []
    real = "<ResponseFor><DocumentId>D</DocumentId></ResponseFor>"
    assert read(package(head=empty + real)).response_for == [ResponseFor(document_id="D")]


def test_texts_are_composed_but_document_ids_stay_as_sent():
    decomposed = "Nghi\u0323"
    message = read(
        package(
            document_id=f"<DocumentId> {decomposed} </DocumentId>",
            subject=f"<Subject> {decomposed} </Subject>",
        )
    )
    assert (message.subject, message.document_id) == ("Ngh\u1ecb", decomposed)


@pytest.mark.parametrize(
    ("data", "name", "content_type", "expected"),
    [
        (PDF, "a.pdf", "application/pdf", PDF),
        (PDF, "a.pdf", "application/zip", PDF),
        (zipped({f"{UUID}.pdf": PDF}), "a.pdf", "application/pdf", PDF),
        (zipped({f"{UUID}.pdf": PDF}), "a.pdf", "application/zip", PDF),
        (zipped({f"{UUID}.txt": b"t"}), "a.txt", "text/plain", b"t"),
        (zipped({f"{UUID}.doc": b"d"}), "a.doc", "application/zip", b"d"),
        (zipped({f"{UUID}.docx": DOCX}), "a.docx", "application/zip", DOCX),
        (zipped({"Công văn.doc": b"d"}), "a.doc", "application/zip", b"d"),
        (DOCX, "a.docx", "application/zip", DOCX),
        (DOCX, "a.docx", "", DOCX),
        (DOCX, "a.doc", "application/zip", DOCX),
    ],
)
def test_content_decides_what_an_attachment_is(data, name, content_type, expected):
    (file,) = read(package(files=attachment(data, name, content_type))).attachments
    assert (file.data, file.name) == (expected, name)


@pytest.mark.parametrize("entry", [f"{UUID}.pdf", "x.pdf"])
def test_a_real_zip_stays_a_zip(entry):
    data = zipped({entry: PDF})
    (file,) = read(package(files=attachment(data, "Hồ sơ.ZIP", "application/zip"))).attachments
    assert (file.data, file.content_type) == (data, "application/zip")


def test_base64_may_be_broken_into_lines():
    (file,) = read(package(files=attachment("JVBE\r\n Ri0x\tLjcg\ncGFwZXI=\n"))).attachments
    assert file.data == PDF


def test_files_are_linked_by_id_then_name_then_place_in_manifest_order():
    manifest = reference("first.pdf", "cid:1") + reference("second.pdf") + reference("", "cid:9")
    files = (
        attachment(b"%PDF-2", "second.pdf", content_id="77")
        + attachment(b"%PDF-1", "other name.pdf", content_id="1")
        + attachment(b"%PDF-3", "third.pdf")
    )
    message = read(package(manifest=manifest, files=files))
    assert [(f.name, f.data) for f in message.attachments] == [
        ("other name.pdf", b"%PDF-1"),
        ("second.pdf", b"%PDF-2"),
        ("third.pdf", b"%PDF-3"),
    ]
    assert message.attachments[2].content_id == "9"
    assert message.warnings == []


def test_missing_and_unlisted_files_are_told():
    message = read(
        package(manifest=reference("a.pdf", "cid:1"), files=attachment(PDF, "b.pdf", content_id="2"))
    )
    assert [file.name for file in message.attachments] == ["b.pdf"]
    assert "Thiếu tệp đính kèm “a.pdf”." in message.warnings
    assert len(message.warnings) == 2


@pytest.mark.parametrize(
    ("data", "name", "word"),
    [
        (b"", "a.pdf", "rỗng"),
        (b"MZ", "a.pdf", "không phải PDF"),
        (b"%PDF-1.7\n%\xef\xbf\xbd\xef\xbf\xbd", "a.pdf", "chuyển mã sai"),
        (b"PK\x03\x04 cut", "a.docx", "không mở được"),
    ],
)
def test_doubtful_files_are_kept_and_told(data, name, word):
    message = read(package(files=attachment(data, name)))
    assert message.attachments[0].data == data
    assert word in " ".join(message.warnings)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("C:\\thư mục\\a.pdf", "C--thư mục-a.pdf"),
        ("/etc/passwd", "-etc-passwd"),
        ("..", "tep-dinh-kem-1.pdf"),
        ("", "tep-dinh-kem-1.pdf"),
        ("a\u202efdp.exe", "afdp.exe"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
    ],
)
def test_names_are_made_harmless(written, name):
    assert read(package(files=attachment(PDF, written))).attachments[0].name == name


def test_an_attachment_longer_than_the_parsers_text_limit():
    data = PDF + bytes(12 << 20)
    assert read(package(files=attachment(data))).attachments[0].data == data


@pytest.mark.parametrize(
    "written", ["0001-01-01T00:00:00", "9999-12-31T23:59:59.9999999", "01/01/0001", "1899-12-30"]
)
def test_the_dates_programs_write_for_none_are_ignored_and_said(written):
    message = read(package(head=f"<DueDate>{written}</DueDate>"))
    assert message.due_date is None
    assert any("không hợp lệ, bỏ qua" in warning for warning in message.warnings)


def test_a_word_that_stands_for_nothing_is_nothing():
    message = read(package(head="<DueDate>N/A</DueDate>"))
    assert (message.due_date, message.warnings) == (None, [])


def test_files_in_the_envelope_are_taken_too():
    name, data = (
        b"<AttachmentName>cv.pdf</AttachmentName>",
        b"<AttachmentData>JVBERi0xLjcgcGFwZXI=</AttachmentData>",
    )
    inside = b"<edXMLAttachments><Attachment>%s%s</Attachment></edXMLAttachments></edXMLEnvelope>" % (
        name,
        data,
    )
    source = package()
    assert b"</edXMLEnvelope>" in source
    found = read(source.replace(b"</edXMLEnvelope>", inside))
    assert [(one.name, one.data) for one in found.attachments] == [("cv.pdf", PDF)]
