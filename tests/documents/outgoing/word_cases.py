"""Word files as people and strangers make them, part by part."""

import io
import zipfile

from documents.layout.word_parts import NAMESPACES, W

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_STYLES = f'<w:styles xmlns:w="{W}"><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Times New Roman"/></w:rPr></w:rPrDefault></w:docDefaults></w:styles>'
_KIND = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType='
    '"application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{_KIND}.document.main+xml"/></Types>'
)
_RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type='
    '"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>'
)


def p(
    text: str = "", *, align: str = "", font: str = "", looks: str = "", properties: str = "", extra: str = ""
) -> str:
    """One paragraph of one run; `extra` stands behind it."""
    side = f'<w:jc w:val="{align}"/>' if align else ""
    face = f'<w:rFonts w:ascii="{font}" w:hAnsi="{font}"/>' if font else ""
    run = f"<w:r><w:rPr>{face}{looks}</w:rPr><w:t xml:space='preserve'>{text}</w:t></w:r>" if text else ""
    return f"<w:p><w:pPr>{properties}{side}</w:pPr>{run}{extra}</w:p>"


def table(*rows: tuple[str, ...], cell: str = "") -> str:
    lines = "".join(
        "<w:tr>"
        + "".join(
            f"<w:tc><w:tcPr>{cell}</w:tcPr>{text if text.startswith('<') else p(text)}</w:tc>" for text in row
        )
        + "</w:tr>"
        for row in rows
    )
    return f"<w:tbl><w:tblPr/><w:tblGrid/>{lines}</w:tbl>"


def docx(*blocks: str, head: str = "", **parts: str | bytes) -> bytes:
    """`parts` by their names with "__" for "/" and "_" for "."."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(
            "word/document.xml",
            f"{head}<w:document {NAMESPACES}><w:body>{''.join(blocks)}</w:body></w:document>",
        )
        packed.writestr("word/styles.xml", _STYLES)
        packed.writestr("[Content_Types].xml", _TYPES)
        packed.writestr("_rels/.rels", _RELATIONS)
        for name, content in parts.items():
            packed.writestr(name.replace("__", "/").replace("_", "."), content)
    return out.getvalue()
