"""Bad packages are refused with a place and a Vietnamese reason, never with another exception."""

import zipfile

import pytest

from interop.edxml import Edoc, EdxmlError, read
from tests.interop.edxml.cases import attachment, full_status, package, reference, sample, zipped

LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 30}">' for n in range(1, 9))
BOMB = f'<!DOCTYPE edXML [<!ENTITY l0 "ha">{LAUGHS}]>'
FIRST_FILE = "AttachmentEncoded.Attachment[1].ContentTransferEncoded"
UUID_PDF = "32da2890-1a55-4ccd-9ac9-cd0d98559e67.pdf"


def damaged_zip() -> bytes:
    whole = zipped({UUID_PDF: b"%PDF" + bytes(range(256)) * 20})
    return whole[:60] + bytes([whole[60] ^ 0xFF]) + whole[61:]


def odd_compression() -> bytes:
    whole = bytearray(zipped({UUID_PDF: b"%PDF-1.7"}))
    central = whole.index(b"PK\x01\x02")
    whole[central + 10] = zipfile.ZIP_BZIP2
    return bytes(whole)


BAD = {
    "empty": (b"", "N.edXML"),
    "blank": (b" \n\t", "N.edXML"),
    "not xml": (b"%PDF-1.7 not a package", "M.edXML"),
    "binary": (bytes(range(256)), "M.edXML"),
    "html": (b"<html><body>502 Bad Gateway</body></html>", "N.MessageHeader"),
    "truncated": (sample("01")[:5000], "M.edXML"),
    "two roots": (b"<edXML/><edXML/>", "M.edXML"),
    "unknown encoding": (b'<?xml version="1.0" encoding="klingon"?><edXML/>', "M.edXML"),
    "wrong bytes": (package().replace("Trích".encode(), b"Tr\xedch"), "M.edXML"),
    "laughs in text": (f"{BOMB}<edXML>&l8;</edXML>".encode(), "M.edXML"),
    "laughs in attribute": (f'{BOMB}<edXML a="&l8;"/>'.encode(), "M.edXML"),
    "laughs in UTF-16": (f"{BOMB}<edXML>&l8;</edXML>".encode("utf-16"), "M.edXML"),
    "external entity": (
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + package(subject="<Subject>&x;</Subject>"),
        "M.edXML",
    ),
    "external DTD": (b'<!DOCTYPE edXML SYSTEM "file:///etc/passwd">' + package(), "M.edXML"),
    "undeclared entity": (package(subject="<Subject>&x;</Subject>"), "M.edXML"),
    "deep nesting": (b"<a>" * 100_000, "R.edXML"),
    "many elements": (b"<a>" + b"<b/>" * 150_000 + b"</a>", "R.edXML"),
    "no sender": (package(sender=""), "N.MessageHeader.From.OrganId"),
    "sender null": (package(sender="<From><OrganId> null</OrganId></From>"), "N.MessageHeader.From.OrganId"),
    "no receiver": (package(to=""), "N.MessageHeader.To.OrganId"),
    "receiver without code": (package(to="<To><OrganName>Sở</OrganName></To>"), "N.MessageHeader.To.OrganId"),
    "no id and no code": (package(document_id="<DocumentId/>"), "N.MessageHeader.DocumentId"),
    "empty subject": (package(subject="<Subject> </Subject>"), "N.MessageHeader.Subject"),
    "no subject": (package(subject=""), "N.MessageHeader.Subject"),
    "wrong base64": (package(files=attachment("JVBERi0*xLjc=")), f"M.{FIRST_FILE}"),
    "base64 not ascii": (package(files=attachment("JVBERi0ấ")), f"M.{FIRST_FILE}"),
    "cut base64": (package(files=attachment("JVBERi0xLjc")), f"M.{FIRST_FILE}"),
    "zip bomb": (package(files=attachment(zipped({UUID_PDF: bytes(80 << 20)}))), f"R.{FIRST_FILE}"),
    "bombs in instalments": (
        package(files=attachment(zipped({UUID_PDF: bytes(30 << 20)})) * 3),
        "R.AttachmentEncoded.Attachment[3].ContentTransferEncoded",
    ),
    "damaged zip": (package(files=attachment(damaged_zip())), f"M.{FIRST_FILE}"),
    "zip without end": (package(files=attachment(zipped({UUID_PDF: b"%PDF"})[:70])), f"M.{FIRST_FILE}"),
    "odd compression": (package(files=attachment(odd_compression())), f"M.{FIRST_FILE}"),
    "too many attachments": (package(files=attachment(b"%PDF") * 201), "R.AttachmentEncoded"),
    "too many references": (package(manifest=reference("a.pdf") * 201), "R.AttachmentEncoded"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_package_is_refused(case):
    source, path = BAD[case]
    with pytest.raises(EdxmlError) as refusal:
        read(source)
    assert refusal.value.path == path
    assert refusal.value.reason.endswith(".")
    assert "\n" not in str(refusal.value)
    assert "root:" not in str(refusal.value)


def test_the_smallest_package_is_good():
    """So that each refusal above is owed to the one thing changed."""
    message = read(package())
    assert isinstance(message, Edoc)
    assert message.warnings == []


STATUS = (
    "<MessageHeader><From><OrganId>A</OrganId></From>"
    "<ResponseFor><OrganId>B</OrganId><DocumentId>D</DocumentId></ResponseFor>"
    "<StatusCode>01</StatusCode></MessageHeader>"
)


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("<OrganId>A</OrganId>", "", "N.MessageHeader.From.OrganId"),
        ("<OrganId>B</OrganId><DocumentId>D</DocumentId>", "", "N.MessageHeader.ResponseFor"),
        ("<DocumentId>D</DocumentId>", "", "N.MessageHeader.ResponseFor"),
        ("<StatusCode>01</StatusCode>", "", "N.MessageHeader.StatusCode"),
        ("<StatusCode>01", "<StatusCode> ", "N.MessageHeader.StatusCode"),
        ("<StatusCode>01", "<StatusCode>OK", "R.MessageHeader.StatusCode"),
        ("<StatusCode>01", "<StatusCode>123", "R.MessageHeader.StatusCode"),
        ("<StatusCode>01", "<StatusCode>²", "R.MessageHeader.StatusCode"),
    ],
)
def test_bad_status_is_refused(old, new, path):
    assert read(STATUS.encode()).status_code == "01"
    with pytest.raises(EdxmlError) as refusal:
        read(STATUS.replace(old, new, 1).encode())
    assert refusal.value.path == path


@pytest.mark.parametrize(
    ("written", "code", "warned"),
    [("1", "01", False), ("003", "03", False), ("13", "13", False), ("7", "07", True), ("99", "99", True)],
)
def test_status_code_is_two_digits_and_unknown_ones_are_told(written, code, warned):
    message = read(STATUS.replace(">01<", f"> {written} <").encode())
    assert message.status_code == code
    assert bool(message.warnings) is warned
    assert message.timestamp is full_status(timestamp=None).timestamp is None


def test_unknown_codes_are_kept_readable_and_told():
    head = (
        "<DocumentType><Type>18</Type><TypeDetail>x</TypeDetail><TypeName>Lạ</TypeName></DocumentType>"
        "<OtherInfo><Priority>9</Priority><PageAmount>٣</PageAmount></OtherInfo>"
        "<PromulgationInfo><PromulgationDate>2026/02/30</PromulgationDate></PromulgationInfo><DueDate>mai</DueDate>"
    )
    trace = (
        "<TraceHeaderList><TraceHeader><OrganId>null</OrganId><Timestamp>9/9</Timestamp></TraceHeader>"
        "<Bussiness><BussinessDocType>7</BussinessDocType></Bussiness></TraceHeaderList>"
    )
    message = read(package(head=head, trace=trace))
    assert (message.type_code, message.type_detail, message.type_name) == (18, None, "Lạ")
    assert (message.priority, message.page_amount, message.date, message.due_date) == (0, None, None, None)
    assert (int(message.business_type), message.traces) == (0, [])
    told = " ".join(message.warnings)
    for word in ("Type", "TypeDetail", "PageAmount", "Độ khẩn 9", "2026/02/30", "mai", "9/9", "nghiệp vụ 7"):
        assert word in told


def test_path_inside_a_zip_names_nothing():
    inner = zipped({"../../../tmp/x.pdf": b"%PDF-1"})
    message = read(package(files=attachment(inner, "../../x.doc", "application/zip")))
    (file,) = message.attachments
    assert (file.name, file.data) == ("-..-x.doc", b"%PDF-1")


def test_nameless_entry_of_a_zip_breaks_nothing():
    """Python's own ZipInfo.is_dir() raises IndexError on such an entry."""
    data = bytearray(zipped({"x": b"%PDF-1"}))
    central = data.index(b"PK\x01\x02")
    for name_length in (26, central + 28):  # the one letter becomes part of the field after the name
        data[name_length], data[name_length + 2] = 0, 1
    (file,) = read(package(files=attachment(bytes(data), "a.doc", "application/zip"))).attachments
    assert file.data == b"%PDF-1"
