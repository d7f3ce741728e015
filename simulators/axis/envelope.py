"""What an axis reads of a package: the header, and whether the rest is well-formed."""

from dataclasses import asdict, dataclass, field
from typing import Any
from xml.parsers import expat


class NotEdxml(Exception):
    """The package is not well-formed edXML; the text says why."""


@dataclass
class Reference:
    """A paper that a package speaks of (ResponseFor)."""

    organ_id: str = ""
    code: str = ""
    date: str = ""
    document_id: str = ""


@dataclass
class Envelope:
    """The header fields an axis routes and shows by. Texts as they stand in the package; dates unparsed."""

    sender: str = ""
    sender_name: str = ""
    receivers: list[str] = field(default_factory=list)
    document_id: str = ""
    code: str = ""
    date: str = ""
    title: str = ""
    business_type: str = "0"
    business_document_id: str = ""
    status_code: str = ""
    description: str = ""
    timestamp: str = ""
    response_for: list[Reference] = field(default_factory=list)
    attachments: int = 0

    def as_record(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> "Envelope":
        references = [Reference(**reference) for reference in record["response_for"]]
        return cls(**{**record, "response_for": references})


@dataclass
class _Node:
    name: str
    text: str = ""
    children: list["_Node"] = field(default_factory=list)

    def all(self, name: str) -> list["_Node"]:
        return [child for child in self.children if child.name == name]

    def one(self, path: str) -> "_Node":
        node = self
        for name in path.split("/"):
            node = next(iter(node.all(name)), None) or _Node(name)
        return node

    def value(self, path: str) -> str:
        return self.one(path).text.strip()


def read_envelope(package: bytes) -> Envelope:
    """Read the header, in any letter case and namespace, and check that the whole file is well-formed.

    Raises NotEdxml, also for a document type declaration: no participant sends one, only attackers do.
    """
    reader = _Reader()
    try:
        reader.parser.Parse(package, True)
    except (expat.ExpatError, LookupError, ValueError) as error:  # the latter two: unknown encodings
        raise NotEdxml(str(error)) from error
    if reader.root != "edxml" or reader.header is None:
        raise NotEdxml("No edXMLHeader in an edXML root")
    return _envelope(reader.header, reader.attachments)


class _Reader:
    """Builds nodes inside edXMLHeader only, so megabytes of base64 pass by at the speed of the C parser."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.root: str | None = None
        self.header: _Node | None = None
        self.attachments = 0
        self._open: list[_Node] = []

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(" ")[2].lower()
        self.root = self.root or name
        if self._open:
            node = _Node(name)
            self._open[-1].children.append(node)
            self._open.append(node)
        elif name == "edxmlheader" and self.header is None:
            self.header = _Node(name)
            self._open = [self.header]
            self.parser.CharacterDataHandler = self._characters
        elif name == "attachment":
            self.attachments += 1

    def _end(self, name: str) -> None:
        if self._open:
            self._open.pop()
            if not self._open:
                self.parser.CharacterDataHandler = None

    def _characters(self, text: str) -> None:
        self._open[-1].text += text

    def _doctype(self, *args: object) -> None:
        raise NotEdxml("A document type declaration is not allowed")


def _envelope(header: _Node, attachments: int) -> Envelope:
    message = header.one("messageheader")
    business = header.one("traceheaderlist/bussiness")
    code = "/".join(filter(None, [message.value("code/codenumber"), message.value("code/codenotation")]))
    receivers = [node.value("organid") for node in message.all("to")]
    references = [_reference(node) for node in message.all("responsefor")]
    return Envelope(
        sender=message.value("from/organid"),
        sender_name=message.value("from/organname"),
        receivers=list(dict.fromkeys(filter(None, receivers))),
        document_id=message.value("documentid"),
        code=code,
        date=message.value("promulgationinfo/promulgationdate"),
        title=message.value("subject"),
        business_type=business.value("bussinessdoctype") or "0",
        business_document_id=business.value("documentid"),
        status_code=message.value("statuscode"),
        description=message.value("description"),
        timestamp=message.value("timestamp"),
        response_for=[reference for reference in references if reference != Reference()],
        attachments=attachments,
    )


def _reference(node: _Node) -> Reference:
    return Reference(
        organ_id=node.value("organid"),
        code=node.value("code"),
        date=node.value("promulgationdate"),
        document_id=node.value("documentid"),
    )
