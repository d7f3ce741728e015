"""XML from strangers into a small tree: no DTD, no entities, no network, bounded depth and size."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lxml import etree

from .model import EdxmlError

MAX_DEPTH = 64  # a package needs 9 levels, a SOAP wrapper adds a few
MAX_ELEMENTS = 100_000
_CHUNK = 1 << 16

# Other spellings of the same element in packages of other makers.
_ALIASES = {"organincharge": "organizationincharge"}


class Node:
    """An element known by its lower-case local name, whatever its namespace and prefix."""

    __slots__ = ("attributes", "children", "name", "parts", "tag")

    def __init__(self, tag: str, attributes: Mapping[str, str]) -> None:
        self.tag = _local(tag)
        self.name = _canonical(self.tag)
        self.attributes = {_local(key): value for key, value in attributes.items()}
        self.children: list[Node] = []
        self.parts: list[str] = []

    @property
    def text(self) -> str:
        """The element's own characters, without those of its children."""
        return "".join(self.parts)

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
        yield self
        for child in self.children:
            yield from child.walk()

    def first(self, *names: str) -> Node | None:
        """The first element at any depth, itself included, with one of these names."""
        return next((node for node in self.walk() if node.name in names), None)


def parse(source: bytes) -> Node:
    """The tree of a package. Raises EdxmlError on all that is not plain well-formed XML within bounds."""
    if not source.strip():
        raise EdxmlError("N.edXML", "Gói tin rỗng, đề nghị bên gửi gửi lại.")
    # huge_tree lifts the 10 MB limit on one text (attachments are longer) and with it the entity guard: the
    # builder therefore refuses a DOCTYPE before any of it is read, and watches depth and count itself.
    parser = etree.XMLParser(
        target=_Builder(), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True
    )
    try:
        for start in range(0, len(source), _CHUNK):
            parser.feed(source[start : start + _CHUNK])
        root: Node | None = parser.close()
    except EdxmlError:
        raise
    except (etree.LxmlError, ValueError, LookupError) as error:
        raise EdxmlError("M.edXML", _syntax_reason(error)) from error
    if root is None:
        raise EdxmlError("N.edXML", "Gói tin không có nội dung XML, đề nghị bên gửi gửi lại.")
    return root


class _Builder:
    """Parser target: receives events, builds Nodes."""

    def __init__(self) -> None:
        self._root: Node | None = None
        self._open: list[Node] = []
        self._count = 0

    def doctype(self, *_: object) -> None:
        raise EdxmlError(
            "M.edXML", "Gói tin khai báo DTD hoặc thực thể XML, không được chấp nhận vì lý do an toàn."
        )

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._count += 1
        if len(self._open) >= MAX_DEPTH or self._count > MAX_ELEMENTS:
            raise EdxmlError(
                "R.edXML", "Gói tin có quá nhiều cấp hoặc quá nhiều phần tử, không được chấp nhận."
            )
        node = Node(tag, attributes)
        if self._open:
            self._open[-1].children.append(node)
        else:
            self._root = node
        self._open.append(node)

    def end(self, tag: str) -> None:
        self._open.pop()

    def data(self, text: str) -> None:
        self._open[-1].parts.append(text)

    def comment(self, text: str) -> None:
        """Comments say nothing."""

    def pi(self, target: str, data: str | None = None) -> None:
        """Processing instructions neither."""

    def close(self) -> Node | None:
        # Also called after a failure: raising here would hide the cause.
        return self._root


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _canonical(local: str) -> str:
    name = local.lower().replace("bussiness", "business")
    return _ALIASES.get(name, name)


def _syntax_reason(error: Exception) -> str:
    line = getattr(error, "lineno", None)
    where = f" (dòng {line})" if line else ""
    return f"Tệp không phải XML đúng cú pháp hoặc bị cắt cụt{where}, đề nghị bên gửi gửi lại."
