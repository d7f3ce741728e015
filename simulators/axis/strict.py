"""What a conformity test would say of a package that a system sends (SĐ1:2022 tests what leaves it): names, prefixes and
order as every sample has them (§1.2–1.9), lengths, dates and values, and the encoder's checklist (§1.12).

Written from the specification, apart from the codec: a fault of the one is seen by the other. Played participants send
what they like; this is for those who are under test.
"""

import binascii
import re
import unicodedata
from dataclasses import dataclass, field
from xml.parsers import expat

NS = "http://www.mic.gov.vn/TBT/QCVN_102_2016"
_PROLOG = b'<?xml version="1.0" encoding="UTF-8"?>'
_PREFIX = "edXML:"
_ORGAN = "OrganId OrganizationInCharge OrganName OrganAdd Email Telephone Fax Website"
_FILE = "ContentId (AttachmentName )(Description )?ContentType ContentTransferEncoded"
# Children of each element in their order; a name is followed by a blank.
_ORDER = {
    "edXML": "edXMLEnvelope (AttachmentEncoded )?",
    "edXMLEnvelope": "edXMLHeader (edXMLBody )?",
    "edXMLHeader": "MessageHeader (TraceHeaderList )?",
    "edXMLBody": "edXMLManifest ",
    "edXMLManifest": "(Reference )*",
    "Reference": "ContentId ContentType (Description )?AttachmentName ",
    "AttachmentEncoded": "(Attachment )*",
    "Attachment": f"{_FILE} ",
    "From": f"{_ORGAN} ",
    "To": f"{_ORGAN} ",
    "Code": "CodeNumber CodeNotation |",  # of ResponseFor: number and notation in one text
    "PromulgationInfo": "Place PromulgationDate ",
    "DocumentType": "Type (TypeDetail )?TypeName ",
    "SignerInfo": "(Competence )?(Position )?FullName ",
    "ToPlaces": "(Place )*",
    "OtherInfo": "Priority (SphereOfPromulgation )?(TyperNotation )?(PromulgationAmount )?(PageAmount )?(Direction )?(Appendixes )?",
    "Appendixes": "(Appendix )*",
    "ResponseFor": "OrganId Code PromulgationDate DocumentId ",
    "TraceHeaderList": "TraceHeader Bussiness ",  # (7): its own station alone
    "TraceHeader": "OrganId Timestamp ",
    "Bussiness": "(DocumentId )?BussinessDocType BussinessDocReason Paper ((BussinessDocumentInfo )|(ReplacementInfoList ))?StaffInfo ",
    "BussinessDocumentInfo": "DocumentInfo DocumentReceiver ReceiverList ",
    "ReceiverList": "(Receiver )*",
    "Receiver": "OrganId ReceiverType ",
    "ReplacementInfoList": "(ReplacementInfo )+",
    "ReplacementInfo": "DocumentId OrganIdList ",
    "OrganIdList": "(OrganId )*",
    "StaffInfo": "Department Staff (Mobile Email |Email Mobile )",
}  # fmt: skip
_PAPER = (
    "From (To )+DocumentId Code PromulgationInfo DocumentType Subject Content SignerInfo (DueDate )?OtherInfo"
    " (ResponseFor )*(SteeringType )?(ToPlaces )?"
)
_STATUS = "From ResponseFor StaffInfo StatusCode Description Timestamp "
_LONGEST = {
    "OrganId": 35, "OrganizationInCharge": 200, "OrganName": 200, "OrganAdd": 250, "Email": 100, "Telephone": 20, "Fax": 20,
    "Website": 100, "CodeNumber": 11, "CodeNotation": 30, "Place": 150, "TypeName": 100, "Subject": 500, "Content": 500,
    "Competence": 100, "Position": 100, "FullName": 50, "SphereOfPromulgation": 100, "TyperNotation": 10, "Appendix": 250,
    "BussinessDocReason": 500, "Department": 300, "Staff": 300, "Mobile": 30, "AttachmentName": 200,
}  # fmt: skip
_DAY, _MOMENT = r"\d{4}/\d\d/\d\d", r"\d{4}/\d\d/\d\d \d\d:\d\d:\d\d"
_VALUES = {
    "PromulgationDate": f"({_DAY})?", "DueDate": f"({_DAY})?", "Timestamp": _MOMENT, "Type": "[12]", "TypeDetail": r"\d{1,2}",
    "Priority": "[0-4]", "PromulgationAmount": r"\d{1,3}", "PageAmount": r"\d{1,3}", "SteeringType": "[0-2]", "Paper": "[01]",
    "BussinessDocType": "[0-3]", "DocumentInfo": "[01]", "DocumentReceiver": "[01]", "ReceiverType": "[01]",
    "StatusCode": "0[1-6]|13|15|16",
}  # fmt: skip
_NEEDED = {"Subject", "DocumentId", "CodeNumber", "CodeNotation", "TypeName", "ContentId", "AttachmentName"}


@dataclass
class _Element:
    name: str
    text: str = ""
    children: list["_Element"] = field(default_factory=list)

    def all(self, path: str) -> list["_Element"]:
        found = [self]
        for name in path.split("/"):
            found = [child for one in found for child in one.children if child.name == name]
        return found

    def texts(self, path: str) -> list[str]:
        return [one.text for one in self.all(path)]


def faults(package: bytes) -> list[str]:
    """What does not conform, a sentence each; [] when all does."""
    found: list[str] = []
    if not package.startswith(_PROLOG):
        found.append("The declaration is not XML 1.0 in UTF-8 without a mark before it")
    try:
        root = _parse(package, found)
    except expat.ExpatError as error:
        return [str(error)]
    if root is None or root.name != "edXML":
        return [*found, "The root is not edXML"]
    headers = root.all("edXMLEnvelope/edXMLHeader/MessageHeader")
    if not headers:
        return [*found, "There is no MessageHeader"]
    status = bool(headers[0].all("StatusCode"))
    _look(root, _STATUS if status else _PAPER, "", found)
    if not status:
        _look_at_paper(root, headers[0], found)
    return found


def _parse(package: bytes, found: list[str]) -> _Element | None:
    root: list[_Element] = []
    above: list[_Element] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        prefixed, name = tag.startswith(_PREFIX), tag.removeprefix(_PREFIX)
        outside = name in ("edXML", "AttachmentEncoded", "Attachment")
        outside = outside or (
            bool(above) and above[-1].name == "Attachment" and name != "ContentTransferEncoded"
        )
        if ":" in name or prefixed == outside:
            found.append(f"{tag} has the wrong prefix")
        if any(value != NS for key, value in attributes.items() if key.startswith("xmlns")):
            found.append(f"{tag} names another namespace")
        element = _Element(name)
        (above[-1].children if above else root).append(element)
        above.append(element)

    def text(data: str) -> None:
        if above:
            above[-1].text += data

    parser = expat.ParserCreate()
    parser.buffer_text, parser.buffer_size = True, 1 << 20
    parser.StartElementHandler, parser.EndElementHandler = start, lambda tag: above.pop()
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = lambda *about: found.append("It declares a document type")
    parser.Parse(package, True)
    return root[0] if root else None


def _look(element: _Element, header: str, path: str, found: list[str]) -> None:
    here = f"{path}/{element.name}"
    order = header if element.name == "MessageHeader" else _ORDER.get(element.name, "")
    names = "".join(f"{child.name} " for child in element.children)
    if not re.fullmatch(order, names):
        found.append(f"{here} holds: {names.strip() or 'nothing'}")
    if not element.children and element.name != "ContentTransferEncoded":
        _look_at_text(element, here, found)
    for child in element.children:
        _look(child, header, here, found)


def _look_at_text(element: _Element, here: str, found: list[str]) -> None:
    text = element.text
    if len(text) > _LONGEST.get(element.name, 4000):
        found.append(f"{here} has {len(text)} characters")
    if not re.fullmatch(_VALUES.get(element.name, "(?s:.*)"), text):
        found.append(f"{here} is {text[:40]!r}")
    if not text.strip() and element.name in _NEEDED and "ResponseFor" not in here:
        found.append(f"{here} is empty")
    if not text.isascii() and not unicodedata.is_normalized("NFC", text):
        found.append(f"{here} is not NFC")


def _look_at_paper(root: _Element, header: _Element, found: list[str]) -> None:
    """What one element asks of another."""
    receivers = header.texts("To/OrganId")
    if len(receivers) != len(set(receivers)) or not all(receivers):
        found.append("A receiver is named twice, or without a code")
    traces = root.texts("edXMLEnvelope/edXMLHeader/TraceHeaderList/TraceHeader/OrganId")
    if traces != header.texts("From/OrganId"):
        found.append("The only station is not the sender")
    for business in root.all("edXMLEnvelope/edXMLHeader/TraceHeaderList/Bussiness"):
        _look_at_business(business, header, found)
    references = root.texts("edXMLEnvelope/edXMLBody/edXMLManifest/Reference/ContentId")
    files = root.all("AttachmentEncoded/Attachment")
    if references != [text for file in files for text in file.texts("ContentId")] or any(
        not one.startswith("cid:") for one in references
    ):
        found.append("References and attachments do not name each other")
    for file in files:
        for carried in file.all("ContentTransferEncoded"):
            try:
                binascii.a2b_base64(carried.text, strict_mode=True)
            except (binascii.Error, ValueError):
                found.append("An attachment is not base64 in one line")


def _look_at_business(business: _Element, header: _Element, found: list[str]) -> None:
    kind = "".join(business.texts("BussinessDocType"))
    changed, replaced = business.all("BussinessDocumentInfo"), business.all("ReplacementInfoList")
    if bool(changed) != (kind == "2") or bool(replaced) != (kind == "3"):
        found.append(f"Business type {kind} has the parts of another")
    if kind == "1" and not (header.all("ResponseFor") and all(business.texts("BussinessDocReason"))):
        found.append("A recall names no paper, or no reason")
    if kind == "2" and not business.texts("DocumentId"):
        found.append("An update names no paper")
    for info in changed:
        if ("1" in info.texts("DocumentReceiver")) != bool(info.all("ReceiverList/Receiver")):
            found.append("DocumentReceiver and ReceiverList contradict each other")
