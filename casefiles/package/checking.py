"""Our own check of every byte, which the outside judge does not make: each file that a METS names is there, as long as it says and
with its SHA-256, and nothing else is. Of `ho-so.xml`, which is no METS, the same."""

import hashlib
import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from casefiles.package.boxes import Box, Unreadable
from casefiles.package.described import parsed
from casefiles.package.metadata import NAME as WHOLE
from casefiles.package.metadata import files_of
from casefiles.package.mets import NAMESPACE, XLINK

MISSING, CHANGED, ADDED, BROKEN = "missing", "changed", "added", "broken"
_WORDS = {
    MISSING: "thiếu tệp",
    CHANGED: "tệp đã bị thay đổi",
    ADDED: "thừa tệp không có trong bản kê",
    BROKEN: "không đọc được",
}
_COMMENT = "SHA-256 "


@dataclass(frozen=True)
class Fault:
    kind: str
    name: str

    def __str__(self) -> str:
        return f"{_WORDS[self.kind]}: {self.name}"


@dataclass(frozen=True)
class Named:
    """What a list says of a file: where it is in the package, its length, its SHA-256 (hex, lower case)."""

    name: str
    size: int
    sha256: str


def root_of(box: Box) -> str:
    """The name of the list that speaks of all: METS.xml of the one folder, or ho-so.xml. Raises Unreadable."""
    tops = {name.partition("/")[0] for name in box.sizes}
    for place in [f"{top}/METS.xml" for top in tops] + [f"{top}/{WHOLE}" for top in tops]:
        if place in box.sizes and len(tops) == 1:
            return place
    if "METS.xml" in box.sizes:
        return "METS.xml"
    raise Unreadable("Gói không có METS.xml hoặc ho-so.xml trong một thư mục gốc duy nhất.")


def selfcheck(box: Box) -> list[Fault]:
    """What is missing, changed or added, by name; reads every byte once. Raises Unreadable."""
    root = root_of(box)
    found, lists, vouched = [], [root], {root}
    if wanted := _of_root(box):
        data = b"".join(box.pieces(root))
        if hashlib.sha256(data).hexdigest() != wanted:
            found.append(Fault(CHANGED, root))
    while lists:
        try:
            named = list(_named(box, lists.pop()))
        except ValueError:
            return [*found, Fault(BROKEN, root)]
        for one in named:
            if one.name in vouched:
                continue
            vouched.add(one.name)
            if one.name not in box.sizes:
                found.append(Fault(MISSING, one.name))
            elif not _same(box, one):
                found.append(Fault(CHANGED, one.name))
            elif posixpath.basename(one.name) == "METS.xml":
                lists.append(one.name)
    return found + [Fault(ADDED, name) for name in box.sizes if name not in vouched]


def _same(box: Box, one: Named) -> bool:
    if box.sizes[one.name] != one.size:
        return False
    digest = hashlib.sha256()
    try:
        for piece in box.pieces(one.name):
            digest.update(piece)
    except Unreadable:  # a ZIP knows sums of its own
        return False
    return digest.hexdigest() == one.sha256


def _named(box: Box, place: str) -> Iterator[Named]:
    """Raises ValueError."""
    root, folder = parsed(box.read(place)), posixpath.dirname(place)
    if place.endswith(WHOLE):
        for name, size, sha256 in files_of(root):
            yield Named(posixpath.join(folder, name), size, sha256.lower())
        return
    for element in root.iter(f"{{{NAMESPACE}}}mdRef", f"{{{NAMESPACE}}}file"):
        said = element.find(f"{{{NAMESPACE}}}FLocat") if element.tag.endswith("file") else element
        if said is None:
            raise ValueError("a file without a place")
        href = unquote(said.get(f"{{{XLINK}}}href", ""))
        name = posixpath.normpath(posixpath.join(folder, href))
        if not href or name.startswith(("..", "/")) or element.get("CHECKSUMTYPE") != "SHA-256":
            raise ValueError("a place outside, or a sum of another kind")
        yield Named(name, int(element.get("SIZE", "")), element.get("CHECKSUM", "").lower())


def _of_root(box: Box) -> str:
    """Which SHA-256 the writer gave the one file that no list vouches for; "" where he did not."""
    found = box.comment.rpartition(" ")[2].lower() if box.comment.startswith(_COMMENT) else ""
    return found if len(found) == 64 else ""
