"""The simulator reads what a system under test sends as a conformity test would: what is right passes, each fault is named."""

import re
from dataclasses import replace
from io import BytesIO

import pytest

from interop.edxml import Attachment, BusinessType, Edoc, ResponseFor, write
from interop.edxml.model import Replacement
from interop.transport.axis import AxisClient, AxisError
from simulators.axis.strict import faults
from tests.interop.edxml.cases import SAMPLES, full_edoc, full_status
from tests.interop.simulator_process import SECRET

KNOWN = (
    "From holds: OrganId OrganName OrganizationInCharge OrganAdd Email Telephone Fax Website",
    "ResponseFor holds: OrganId Code DocumentId PromulgationDate",
    "The only station is not the sender",
)
NAMED = ResponseFor("H26.20", "7/STP", full_edoc().date, "H26.20,2026/11/01,7/STP")
OURS = {
    "new": full_edoc(),
    "recall": full_edoc(business_type=BusinessType.RECALL, response_for=[NAMED], attachments=[]),
    "update": full_edoc(
        business_type=BusinessType.UPDATE, business_document_id="H26.10,2026/11/20,125/SNV-TCBC", document_info=True,
        receiver_changes=[("H26.20", 0), ("000.00.00.H41", 1)],
    ),
    "replacement": full_edoc(
        business_type=BusinessType.REPLACEMENT, replacements=[Replacement("H26.10,2026/11/01,1/SNV", ["H26.20"])]
    ),
    "bare": replace(
        full_edoc(), due_date=None, type_detail=None, response_for=[], to_places=[], appendixes=[], steering_type=None,
        traces=[], staff=None, attachments=[],
    ),
} | {code: full_status(status_code=code) for code in ("01", "02", "03", "04", "05", "06", "13", "15", "16")}  # fmt: skip


@pytest.mark.parametrize("name", OURS)
def test_everything_we_write_conforms(name):
    assert faults(write(OURS[name])) == []


@pytest.mark.parametrize("sample", sorted(SAMPLES.glob("*.edxml")), ids=lambda path: path.name)
def test_real_packages_differ_only_where_they_are_known_to(sample):
    """They carry dummies of signatures, which we leave out (§1.10); some children stand in another order, and one was
    sent on by another station. Readers must bear that, writers need not do it."""
    plain = re.sub(rb"(?s)<Signature>.*</Signature>", b"", sample.read_bytes())
    assert [one for one in faults(plain) if not one.endswith(KNOWN)] == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (b"<edXML:Subject>", b"<Subject>", "mismatched tag"),
        (b"<edXML:edXMLHeader", b"<edXML:EdXMLHeader", "mismatched tag"),
        (b"QCVN_102_2016", b"QCVN_102_2010", "another namespace"),
        (b"<edXML:Priority>3", b"<edXML:Priority>9", "Priority is '9'"),
        (b">2026/11/20</edXML:PromulgationDate>", b">20/11/2026</edXML:PromulgationDate>", "PromulgationDate is"),
        (b"<edXML:SteeringType>2</edXML:SteeringType>", b"", ""),
        (b"<edXML:Fax>025</edXML:Fax>", b"", "From holds"),
        (b">000.00.00.H41<", b">H26.20<", "named twice"),
        (b"cid:2", b"cid:3", "do not name each other"),
        (b"JVBERi0xLjc", b"JVBERi0\nxLjc", "not base64 in one line"),
        (b"<edXML:Paper>1", b"<edXML:Paper>ja", "Paper is 'ja'"),
        (b"<edXML:BussinessDocType>0", b"<edXML:BussinessDocType>2", "parts of another"),
        (b"</edXML:TraceHeader>", b"</edXML:TraceHeader><edXML:TraceHeader></edXML:TraceHeader>", "holds"),
        (b'<?xml version="1.0" encoding="UTF-8"?>', b'<?xml version="1.0"?>', "declaration"),
    ],
)  # fmt: skip
def test_each_fault_is_named(old, new, fault):
    package = write(full_edoc())
    assert old in package
    found = faults(package.replace(old, new, 1))
    assert any(fault in one for one in found) if fault else found == []


def test_what_does_not_conform_is_refused_over_the_wire(axis):
    client = AxisClient(axis.url, "H26", SECRET)
    package = write(_to("G09"))
    assert client.send(BytesIO(package), messagetype="edoc", sender="H26.10")
    with pytest.raises(AxisError) as refused:
        client.send(
            BytesIO(package.replace(b"<edXML:Paper>1", b"<edXML:Paper>7")),
            messagetype="edoc",
            sender="H26.10",
        )
    assert refused.value.code == "22" and "Paper" in refused.value.text


def _to(code: str) -> Edoc:
    organ = replace(full_edoc().receivers[0], organ_id=code)
    return full_edoc(receivers=[organ], attachments=[Attachment("a.pdf", b"%PDF-1.7 paper")])
