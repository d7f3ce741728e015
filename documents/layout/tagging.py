"""What a paper needs so that everybody can have it read to them, and that every archive takes it (PDF/UA-1, PDF/A-2)."""

import re
import zlib

import pikepdf
from pikepdf import Dictionary, Name

_UNSURE = re.compile(rb"[\r\n]\nendstream")
# PDF/A wants a name for every kind of data about the file that it does not know itself (ISO 19005-2, 6.6.2.3).
_CLAIM = b"""<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>PDF/UA version identifier</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description></rdf:RDF>"""


def for_everybody(_document, pdf) -> None:
    """A finisher of WeasyPrint's: claim PDF/UA in the file's own description."""
    for one in _descriptions(pdf):
        one.stream = [part.replace(b"</rdf:RDF>", _CLAIM, 1) for part in one.stream]


def _readable(_document, pdf) -> None:
    """The description is left unpacked, so that whoever knows no PDF can read it."""
    for one in _descriptions(pdf):
        one.compress = False


def _descriptions(pdf) -> list:
    import pydyf

    return [
        one for one in pdf.objects if isinstance(one, pydyf.Stream) and one.extra.get("Type") == "/Metadata"
    ]


def _with_sure_ends(_document, pdf) -> None:
    """A finisher: no packed stream ends with the byte of a line break, which readers that count from the end take for
    the break before `endstream`; their length would be wrong by one (ISO 19005-2, 6.1.7.1)."""
    import pydyf

    for one in pdf.objects:
        if not isinstance(one, pydyf.Stream) or not one.compress:
            continue
        content = b"\n".join(_written(part) for part in one.stream)
        # The last byte of what zlib packs is that of its checksum.
        if zlib.adler32(content) & 0xFF in b"\r\n":
            one.stream = [content + b"\n"]
            if "Length1" in one.extra:
                one.extra["Length1"] += 1


def _written(part) -> bytes:
    if isinstance(part, bytes):
        return part
    return part.data if hasattr(part, "data") else str(part).encode()


FOR_ARCHIVES = (_readable, _with_sure_ends)


def with_one_more_object(_document, pdf) -> None:
    """A finisher: the index of the file becomes another one."""
    import pydyf

    pdf.add_object(pydyf.Dictionary())


def ends_surely(data: bytes) -> bool:
    """Whether no stream of the file ends with the byte of a line break: its objects and its index are packed too."""
    return not _UNSURE.search(data)


def tag_field(file: pikepdf.Pdf, widget: pikepdf.Object, page: pikepdf.Object) -> None:
    """Give a form field its place in what is read aloud. A file without tags stays so."""
    if "/StructTreeRoot" not in file.Root:
        return
    root = file.Root.StructTreeRoot
    document, numbers = root.K[0], root.ParentTree.Nums
    key = max((int(number) for number in list(numbers)[::2]), default=-1) + 1
    element = file.make_indirect(
        Dictionary(
            Type=Name.StructElem, S=Name.Form, P=document, Pg=page, K=Dictionary(Type=Name.OBJR, Obj=widget, Pg=page)
        )
    )  # fmt: skip
    document.K.append(element)
    numbers.extend([key, element])
    widget.StructParent = key
