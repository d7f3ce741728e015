"""XML from strangers into a small tree: no DTD, no entities, no network, bounded depth and size.

Read a little at a time. The text of attachments goes through base64 into a file as it comes and is never in the
tree; everything else is in memory, so there is a limit to it.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO

from lxml import etree

from .content import EMPTY, Content, Spool, steps
from .model import EdxmlError
from .sections import Sections
from .transfer import Decoder

MAX_PACKAGE = 1 << 30
MAX_DEPTH = 64  # a package needs 9 levels, a SOAP wrapper adds a few
MAX_ELEMENTS = 100_000
MAX_TEXT = 8_000_000  # characters outside attachments; a header has some thousands
_MAX_SILENCE = 8 << 20  # bytes of one tag, comment or other thing that the parser gives only when it is whole
_MAX_EVENTS = 50_000_000  # twice what 700 MB of base64 in lines of 76 characters make
_CHUNK = 1 << 16

CONTENT = "contenttransferencoded"  # the element that carries the base64 of a file
# Other spellings of the same element in packages of other makers; some gateways put the files into the envelope.
_ALIASES = {
    "organincharge": "organizationincharge",
    "edxmlattachments": "attachmentencoded",
    "attachmentdata": CONTENT,
}


class Node:
    """An element known by its lower-case local name, whatever its namespace and prefix."""

    __slots__ = ("_text", "attributes", "children", "content", "name", "tag")

    def __init__(self, tag: str, attributes: Mapping[str, str]) -> None:
        self.tag = _local(tag)
        self.name = _canonical(self.tag)
        self.attributes = {_local(key): value for key, value in attributes.items()}
        self.children: list[Node] = []
        self.content: Content | None = EMPTY  # None: not base64
        self._text: io.StringIO | None = None

    def write(self, text: str) -> None:
        """The next characters of the element's own; of strangers, perhaps one by one."""
        if self._text is None:
            self._text = io.StringIO(newline="")
        self._text.write(text)

    @property
    def text(self) -> str:
        """The element's own characters, without those of its children. That of an attachment is in `content`."""
        return self._text.getvalue() if self._text else ""

    def find(self, *path: str) -> Node | None:
        """The first element down a path of child names."""
        node: Node | None = self
        for name in path:
            node = next((child for child in node.children if child.name == name), None)
            if node is None:
                return None
        return node

    def all(self, name: str) -> list[Node]:
        """Child elements of that name, in order."""
        return [child for child in self.children if child.name == name]

    def walk(self) -> Iterator[Node]:
        """This element and all below it, in document order."""
        ahead = [self]
        while ahead:
            node = ahead.pop()
            yield node
            ahead.extend(reversed(node.children))

    def first(self, *names: str) -> Node | None:
        """The first element at any depth, itself included, with one of these names."""
        return next((node for node in self.walk() if node.name in names), None)


@dataclass(frozen=True)
class Package:
    """A parsed package and how many bytes it has."""

    root: Node
    size: int


def parse(stream: BinaryIO) -> Package:
    """The tree of a package. Raises EdxmlError on all that is not plain well-formed XML within bounds."""
    # huge_tree lifts the 10 MB limit on one text (attachments are longer) and with it the entity guard: the
    # builder therefore refuses a DOCTYPE before any of it is read, and watches depth and count itself.
    builder = _Builder()
    parser = etree.XMLParser(
        target=builder, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True
    )
    try:
        size = _feed(parser, builder, stream)
        root: Node | None = parser.close()
    except EdxmlError:
        raise
    except (etree.LxmlError, ValueError, LookupError) as error:
        raise EdxmlError("M.edXML", _syntax_reason(error)) from error
    if root is None:
        raise EdxmlError("N.edXML", "Gói tin không có nội dung XML, đề nghị bên gửi gửi lại.")
    return Package(root, size)


def _feed(parser: etree.XMLParser, builder: _Builder, stream: BinaryIO) -> int:
    """Everything to the parser; gives how many bytes that was."""
    size = silent = heard = 0
    blank, sections = True, Sections()
    for chunk in steps(stream, _CHUNK):
        blank = blank and chunk.isspace()
        size += len(chunk)
        parser.feed(sections.divided(chunk, inside=builder.in_file))
        silent = 0 if builder.heard > heard else silent + len(chunk)
        heard = builder.heard
        if size > MAX_PACKAGE or silent > _MAX_SILENCE or heard > _MAX_EVENTS:
            raise EdxmlError("R.edXML", "Gói tin quá lớn, không được chấp nhận.")
    parser.feed(sections.rest)
    if blank:
        raise EdxmlError("N.edXML", "Gói tin rỗng, đề nghị bên gửi gửi lại.")
    return size


class _Builder:
    """Parser target: receives events, builds Nodes."""

    def __init__(self) -> None:
        self.heard = 0  # events so far
        self._root: Node | None = None
        self._open: list[Node] = []
        self._elements = self._characters = 0
        self._spool = Spool()
        self._file: Node | None = None  # the attachment's text that is open
        self._decoder: Decoder | None = None

    @property
    def in_file(self) -> bool:
        """Is the text of an attachment open?"""
        return self._file is not None

    def doctype(self, *_: object) -> None:
        raise EdxmlError(
            "M.edXML", "Gói tin khai báo DTD hoặc thực thể XML, không được chấp nhận vì lý do an toàn."
        )

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self.heard += 1
        self._elements += 1
        if len(self._open) >= MAX_DEPTH or self._elements > MAX_ELEMENTS:
            raise EdxmlError(
                "R.edXML", "Gói tin có quá nhiều cấp hoặc quá nhiều phần tử, không được chấp nhận."
            )
        self._count(len(tag) + sum(len(name) + len(value) for name, value in attributes.items()))
        node = Node(tag, attributes)
        if self._open:
            self._open[-1].children.append(node)
        else:
            self._root = node
        self._open.append(node)
        if node.name == CONTENT:
            self._start_content(node)

    def end(self, tag: str) -> None:
        self.heard += 1
        node = self._open.pop()
        if node is self._file:
            node.content = self._decoder.close()
            self._file = self._decoder = None

    def data(self, text: str) -> None:
        self.heard += 1
        node = self._open[-1]
        if node is self._file:
            self._decoder.feed(text)
        else:
            self._count(len(text))
            node.write(text)

    def comment(self, text: str) -> None:
        """Comments say nothing."""
        self.heard += 1

    def pi(self, target: str, data: str | None = None) -> None:
        """Processing instructions neither."""
        self.heard += 1

    def close(self) -> Node | None:
        # Also called after a failure: raising here would hide the cause.
        return self._root

    def _start_content(self, node: Node) -> None:
        if self._file is not None:
            raise EdxmlError("M.AttachmentEncoded", "Gói tin có nội dung tệp đính kèm lồng trong nhau.")
        self._file, self._decoder = node, Decoder(self._spool)

    def _count(self, characters: int) -> None:
        self._characters += characters
        if self._characters > MAX_TEXT:
            raise EdxmlError("R.edXML", "Gói tin có quá nhiều chữ ngoài tệp đính kèm, không được chấp nhận.")


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _canonical(local: str) -> str:
    name = local.lower().replace("bussiness", "business")
    return _ALIASES.get(name, name)


def _syntax_reason(error: Exception) -> str:
    line = getattr(error, "lineno", None)
    where = f" (dòng {line})" if line else ""
    return f"Tệp không phải XML đúng cú pháp hoặc bị cắt cụt{where}, đề nghị bên gửi gửi lại."
