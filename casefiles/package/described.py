"""The circular's flat XML of one file or one paper ("EAD", which it is not: `<simpledc>`), and the schema that goes with it."""

import re
from xml.sax.saxutils import escape

from lxml import etree

from casefiles.package import tt05

# What XML 1.0 cannot hold: control characters, halves of a character.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def clean(text: str) -> str:
    return _NOT_XML.sub(" ", text)


def simpledc(values: dict[str, str], package: str, level: str) -> bytes:
    body = "".join(
        f"  <{one.key}>{escape(clean(values.get(one.key, '')))}</{one.key}>\n"
        for one in tt05.fields(package, level)
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<simpledc>\n{body}</simpledc>\n'.encode()


def values_of(data: bytes) -> dict[str, str]:
    """By key, whatever their order. Raises ValueError."""
    root = parsed(data)
    if root.tag != "simpledc":
        raise ValueError("not a description of the circular")
    return {child.tag: child.text or "" for child in root if isinstance(child.tag, str)}


def parsed(data: bytes) -> etree._Element:
    """XML of strangers: no entity, no document type, no address is followed. Raises ValueError."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ValueError(f"not XML: {error}") from error
    if root.getroottree().docinfo.doctype:
        raise ValueError("XML with a document type")
    return root


def schema(package: str, level: str) -> bytes:
    """Lengths, kinds and what must be there, of the same table that the values were checked by."""
    elements = "".join(_element(one) for one in tt05.fields(package, level))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"'
        ' elementFormDefault="qualified">\n  <xs:element name="simpledc"><xs:complexType><xs:all>\n'
        f"{elements}  </xs:all></xs:complexType></xs:element>\n</xs:schema>\n"
    ).encode()


def _element(field: tt05.Field) -> str:
    rules = [f'<xs:maxLength value="{field.length}"/>'] if field.length and field.type == "String" else []
    needed = field.required == "R"
    if field.pattern:
        rules = [f'<xs:pattern value="{field.pattern if needed else f"({field.pattern})?"}"/>']
    elif needed:
        rules.append('<xs:minLength value="1"/>')
    least = "" if needed else ' minOccurs="0"'
    return (
        f'    <xs:element name="{field.key}"{least}><xs:simpleType><xs:restriction base="xs:string">{"".join(rules)}'
        "</xs:restriction></xs:simpleType></xs:element>\n"
    )
