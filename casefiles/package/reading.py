"""What a package says of itself: the file, its papers and their files, as plain values. Of a package that `selfcheck` found whole."""

import posixpath
from dataclasses import dataclass, field
from urllib.parse import unquote

from lxml import etree

from casefiles.package.boxes import Box, Unreadable
from casefiles.package.checking import root_of
from casefiles.package.described import parsed, values_of
from casefiles.package.metadata import NAME as WHOLE
from casefiles.package.metadata import files_of
from casefiles.package.mets import CSIP, NAMESPACE, XLINK

_M = f"{{{NAMESPACE}}}"
_HREF = f"{{{XLINK}}}href"


@dataclass(frozen=True)
class ReadFile:
    """`name` is its path in the package."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class ReadPaper:
    values: dict[str, str]
    files: list[ReadFile]


@dataclass(frozen=True)
class Read:
    kind: str  # SIP, AIP, DIP; HOSO of a whole file as .pdf and .xml
    objid: str
    title: str
    agreement: str = ""
    office: str = ""
    values: dict[str, str] = field(default_factory=dict)
    papers: list[ReadPaper] = field(default_factory=list)
    beside: list[ReadFile] = field(default_factory=list)  # files of no one paper


def read(box: Box) -> Read:
    """Raises Unreadable."""
    place = root_of(box)
    try:
        root = parsed(box.read(place))
        return _whole(root, posixpath.dirname(place)) if place.endswith(WHOLE) else _package(box, place, root)
    except (ValueError, KeyError, TypeError) as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable("Bản mô tả trong gói không đúng cấu trúc.") from error


def _whole(root: etree._Element, folder: str) -> Read:
    beside = [
        ReadFile(posixpath.join(folder, name), size, sha256.lower()) for name, size, sha256 in files_of(root)
    ]
    papers = [
        ReadPaper({child.tag: child.text or "" for child in one if not len(child) and child.tag != "Tep"}, [])
        for one in root.iterfind("DanhSach/*")
    ]
    values = {child.tag: child.text or "" for child in root if not len(child)}
    return Read("HOSO", folder, values.get("Title", ""), "", "", values, papers, beside)


def _package(box: Box, place: str, root: etree._Element) -> Read:
    folder = posixpath.dirname(place)
    head = root.find(f"{_M}metsHdr")
    if head is None:
        raise ValueError("not a METS of a package")
    described = root.find(f"{_M}dmdSec/{_M}mdRef")
    values = values_of(box.read(_at(folder, described)))
    pointer = root.find(f".//{_M}mptr")
    papers, beside = _representation(box, _at(folder, pointer))
    agreement = next(
        (
            one.text or ""
            for one in head.iterfind(f"{_M}altRecordID")
            if one.get("TYPE") == "SUBMISSIONAGREEMENT"
        ),
        "",
    )
    office = next(
        (
            one.findtext(f"{_M}name", "")
            for one in head.iterfind(f"{_M}agent")
            if one.get("TYPE") == "ORGANIZATION"
        ),
        "",
    )
    kind = head.get(f"{{{CSIP}}}OAISPACKAGETYPE", "")
    return Read(kind, root.get("OBJID", ""), root.get("LABEL", ""), agreement, office, values, papers, beside)


def _representation(box: Box, place: str) -> tuple[list[ReadPaper], list[ReadFile]]:
    """Papers in the order they are described in; a file belongs to the paper whose name it begins with."""
    root, folder = parsed(box.read(place)), posixpath.dirname(place)
    files: dict[str, ReadFile] = {}
    for one in root.iter(f"{_M}file"):
        name = _at(folder, one.find(f"{_M}FLocat"))
        files[one.get("ID", "")] = ReadFile(name, int(one.get("SIZE", "")), one.get("CHECKSUM", "").lower())
    by_paper = {
        one.get("ID"): values_of(box.read(_at(folder, one.find(f"{_M}mdRef"))))
        for one in root.iter(f"{_M}dmdSec")
    }
    linked: dict[str, list[str]] = {
        one.get("DMDID", ""): [pointer.get("FILEID", "") for pointer in one.iterfind(f"{_M}fptr")]
        for one in root.iter(f"{_M}div")
        if one.get("LABEL") == "MetadataLink/File"
    }
    left = dict(files)
    papers = []
    for dmd, values in by_paper.items():
        own = [left.pop(key) for key in linked.get(dmd, []) if key in left]
        stem = posixpath.splitext(posixpath.basename(own[0].name))[0] if own else ""
        more = [
            key for key, one in left.items() if stem and posixpath.basename(one.name).startswith(f"{stem}_")
        ]
        papers.append(ReadPaper(values, own + [left.pop(key) for key in more]))
    return papers, list(left.values())


def _at(folder: str, element: etree._Element | None) -> str:
    if element is None:
        raise ValueError("a place is missing")
    return posixpath.normpath(posixpath.join(folder, unquote(element.get(_HREF))))
