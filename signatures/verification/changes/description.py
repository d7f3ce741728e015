"""What a file says of itself: information dictionary, XMP, extensions and version. Dates and tools may change; what a
reader shows as the paper's title, author or subject may not."""

import re

from lxml import etree

from ..pdf import Stream, text
from .comparison import Changed, Comparison, Level

_TOOLS = frozenset(("ModDate", "Producer", "Trapped"))
_XMP_MOST = 1_000_000
_XMP_STREAM = frozenset(("Type", "Subtype", "Length", "Filter", "DecodeParms"))
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_XMP_TOOLS = re.compile(
    r"\{http://ns\.adobe\.com/xap/1\.0/(mm/)?\}(ModifyDate|MetadataDate|CreateDate|CreatorTool|\w+ID|History|\w+From)"
    r"|\{http://ns\.adobe\.com/pdf/1\.3/\}(Producer|Trapped)"
    r"|\{http://purl\.org/dc/elements/1\.1/\}format"
    r"|\{http://www\.aiim\.org/pdfa/ns/extension/\}schemas"
)
_SHOWN = {  # and the key of the information dictionary that says the same (ISO 32000-2, 14.3.3)
    "{http://purl.org/dc/elements/1.1/}title": "Title",
    "{http://purl.org/dc/elements/1.1/}creator": "Author",
    "{http://purl.org/dc/elements/1.1/}description": "Subject",
}
_EXTENSION = frozenset(("Type", "BaseVersion", "ExtensionLevel", "ExtensionRevision", "URL"))
_VERSION = re.compile(r"1\.[0-7]|2\.0")


def compare_information(c: Comparison, one: object, other: object) -> None:
    """The information dictionary (14.3.3). Raises Changed."""
    if not c.differs(one, other):
        return
    c.step.reach(Level.VALIDATION)
    before, after = c.old.dict(one), c.new.get(other)
    c.plain(other)
    if not isinstance(after, dict):
        raise Changed("information")
    for key in before.keys() | after.keys():
        value = c.new.get(after.get(key))
        if value is not None and not isinstance(value, (bytes, str)):
            raise Changed("information")
        if (
            key not in _TOOLS
            and c.old.get(before.get(key)) != value
            and not (not before and key == "CreationDate")
        ):
            raise Changed(f"information: {key}")


def compare_metadata(c: Comparison, one: object, other: object) -> None:
    """XMP (14.3.2). Raises Changed."""
    if not c.differs(one, other):
        return
    c.step.reach(Level.VALIDATION)
    before, after = c.old.get(one), c.new.get(other)
    c.plain(other)
    if not isinstance(after, Stream) or not after.entries.keys() <= _XMP_STREAM:
        raise Changed("XMP")
    if (after.entries.get("Type"), after.entries.get("Subtype")) != ("Metadata", "XML"):
        raise Changed("XMP")
    new = _properties(c.new.decoded(after))
    old = _properties(c.old.decoded(before)) if isinstance(before, Stream) else {}
    for key in new.keys() | old.keys():
        if old.get(key) == new.get(key) or _XMP_TOOLS.fullmatch(key):
            continue
        if old or not _said_before(c, key, new[key]):
            raise Changed(f"XMP: {key}")


def _said_before(c: Comparison, key: str, value: str) -> bool:
    """Where there was no XMP, it may say again what the information dictionary said, and what is no title."""
    name = _SHOWN.get(key)
    if name is None:
        return True
    before = c.old.get(c.old.dict(c.old.trailer.get("Info")).get(name))
    said = text(before) if isinstance(before, bytes) else ""
    parts = [part for part in value.split("|") if part != "x-default"]
    return "|".join(parts) in ("", said.strip())


def _properties(xml: bytes) -> dict[str, str]:
    """Each property with all that is in it. Raises Changed for what is no XMP."""
    if len(xml) > _XMP_MOST or b"<!DOCTYPE" in xml or b"<!ENTITY" in xml:
        raise Changed("XMP")
    try:
        root = etree.fromstring(
            xml.strip(b"\0 \t\r\n"),
            etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True),
        )
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Changed("XMP that is no XML") from error
    found: dict[str, str] = {}
    for about in root.iter(f"{_RDF}Description"):
        if about.getparent().tag != f"{_RDF}RDF":
            continue
        for key, value in about.attrib.items():
            if key != f"{_RDF}about":
                found[key] = value.strip()
        for one in about.iterchildren(tag=etree.Element):
            found[one.tag] = found.get(one.tag, "") + _written(one)
    return found


def _written(element) -> str:
    """The text and the attributes of an element, without the white space between."""
    return "|".join(
        part.strip() for one in element.iter(tag=etree.Element)
        for part in (one.text or "", *one.attrib.values(), one.tail or "") if part.strip()
    )  # fmt: skip


def compare_extensions(c: Comparison, one: object, other: object) -> None:
    """Developer extensions (7.12): names, numbers and texts only. Raises Changed."""
    if c.differs(one, other):
        c.step.reach(Level.VALIDATION)
        c.plain(other)
        value = c.new.get(other)
        if not isinstance(value, dict) or not all(map(_is_extension, value.values())):
            raise Changed("extensions")


def compare_versions(c: Comparison, one: object, other: object) -> None:
    """Raises Changed."""
    if c.differs(one, other):
        c.step.reach(Level.VALIDATION)
        if not isinstance(other, str) or _VERSION.fullmatch(other) is None:
            raise Changed("version")


def _is_extension(value: object) -> bool:
    """One of a developer, or several (ISO 32000-2, 7.12); /Type beside them is a name."""
    if isinstance(value, list):
        return all(isinstance(one, dict) and _is_extension(one) for one in value)
    return isinstance(value, str) or (
        isinstance(value, dict) and value.keys() <= _EXTENSION and is_literal(value)
    )


def is_literal(value: object, depth: int = 0) -> bool:
    """Names, numbers and texts, and nothing that leads elsewhere."""
    if isinstance(value, dict):
        return depth < 4 and all(is_literal(one, depth + 1) for one in value.values())
    if isinstance(value, list):
        return depth < 4 and all(is_literal(one, depth + 1) for one in value)
    return isinstance(value, (str, int, float, bytes))
