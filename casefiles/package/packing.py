"""One AIP_hoso or SIP_hoso, written straight into its ZIP: bytes first, METS last. Memory holds the descriptions, never a paper."""

import hashlib
import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from casefiles.package import described, premis, tt05
from casefiles.package.contents import Contents, Paper, check
from casefiles.package.mets import Mets, agent, division, identifier, pointers
from casefiles.package.zipping import Entry, Zip

PACKAGES, FLAVOURS = ("AIP", "SIP"), ("tt05", "eark")
SCHEMAS = ("mets1_12.xsd", "xlink.xsd", "DILCISExtensionMETS.xsd", "DILCISExtensionSIPMETS.xsd")
COMMENT = "SHA-256 METS.xml "  # of the ZIP: the root METS is the one file that no METS vouches for
_HEAD = 16  # bytes that say the version of a PDF


def objid_of(package: str, fonds: str, uid: str) -> str:
    uid = uid.upper()
    return f"uuid-{uid}" if package == "SIP" else f"urn:{fonds}:uuid:{uid}"


def folder_of(objid: str) -> str:
    return objid.replace(":", "_")


def zip_name(objid: str, ordinal: int = 1) -> str:
    """The circular's: the place in the batch, then the package."""
    return f"{ordinal:02d}_{folder_of(objid)}.zip"


def pack(
    contents: Contents, path: Path, *, package: str, flavour: str, uid: str, at: datetime,
    said: Callable[[int], None] = lambda _: None,
) -> str:  # fmt: skip
    """Writes the ZIP and gives its OBJID. A second call goes on with what a killed one left. Raises NotPacked before a byte is
    written, Harmed for a file that is not what its hash says, Busy."""
    check(contents, package)
    objid = objid_of(package, contents.fonds, uid)
    with Zip(path, plan=_plan(contents, objid, flavour), at=at, said=said) as out:
        root_mets = _Packing(contents, out, objid, package, flavour, at).all()
        out.finish(f"{COMMENT}{root_mets.sha256.upper()}")
    return objid


def _plan(contents: Contents, objid: str, flavour: str) -> str:
    """Of what goes in: a part that was begun with something else is of no use."""
    files = [
        [one.sha256 for one in (paper.main, *paper.attached) if one] + [paper.values, paper.history.decode()]
        for paper in contents.papers
    ]
    said = json.dumps([files, contents.values, contents.file_code, contents.agreement], sort_keys=True)
    return f"{objid} {flavour} {hashlib.sha256(said.encode()).hexdigest()}"


class _Packing:
    def __init__(self, contents: Contents, out: Zip, objid: str, package: str, flavour: str, at: datetime):
        self._contents, self._out, self._objid = contents, out, objid
        self._package, self._flavour, self._at = package, flavour, at
        self._root = folder_of(objid)
        self._rep = f"{self._root}/representations/rep1"
        name, version = contents.software
        self._software = agent("CREATOR", "OTHER", name, version, "SOFTWARE VERSION", "SOFTWARE")
        self._archivist = agent(
            "ARCHIVIST", "ORGANIZATION", contents.office, contents.fonds, "IDENTIFICATIONCODE"
        )
        self._creator = agent(
            "CREATOR", "ORGANIZATION", contents.office, contents.fonds, "IDENTIFICATIONCODE"
        )
        self._aip = package == "AIP"
        self._rep_id = "rep1" if flavour == "tt05" else identifier()

    def all(self) -> Entry:
        return self._of_root(self._of_representation())

    def _of_representation(self) -> Entry:
        rep = Mets(self._rep, self._package, self._flavour, self._at)
        mains, others, described_files, seen = [], [], [], []
        for number, paper in enumerate(self._contents.papers, start=1):
            own, beside = self._bytes_of(number, paper, seen)
            mains += [own] if own else []
            others += beside
            described_files.append((self._described(number, rep), own))
        kept = ""
        uid = self._rep_id
        if self._aip:
            data = premis.of_files(uid, seen, self._at, self._contents.software)
            kept = rep.keep(self._out.put(f"{self._rep}/metadata/preservation/PREMIS_rep1.xml", data))
        _, ids = rep.group("Data", [*mains, *others])
        by_name = dict(zip([one.name for one in (*mains, *others)], ids, strict=True))
        links = "".join(
            division("MetadataLink/File", pointers([by_name[own.name]]) if own else "", DMDID=dmd, ADMID=kept)
            for dmd, own in described_files
        )
        inner = division("Data", pointers([by_name[one.name] for one in mains]))
        inner += division("MetadataLink", links)
        if others:
            inner += division("AttachmentFile", pointers([by_name[one.name] for one in others]))
        divisions = division("rep1", inner, TYPE="NORMALIZED" if self._aip else "ORIGINAL")
        agents = self._creator if self._flavour == "tt05" else self._software + self._archivist
        return self._out.put(
            f"{self._rep}/METS.xml", rep.written(uid, self._contents.values["title"], divisions, agents)
        )

    def _bytes_of(self, number: int, paper: Paper, seen: list) -> tuple[Entry | None, list[Entry]]:
        """Its main file, and what goes with it. `seen` gathers what PREMIS says of each."""
        name, folder, beside = self._contents.name_of(number), f"{self._rep}/data", []
        for place, one in enumerate([paper.main, *paper.attached]):
            if one is None:
                beside.append(None)
                continue
            target = f"{folder}/{name}{f'_{place}' if place else ''}{one.suffix}"
            beside.append(self._out.copy(target, one))
            with one.path.open("rb") as file:
                seen.append((beside[-1], one.name, file.read(_HEAD)))
        own, *rest = beside
        if paper.history:
            rest.append(self._out.put(f"{folder}/{name}_quatrinh.xml", paper.history))
            seen.append((rest[-1], f"{name}_quatrinh.xml", b""))
        return own, rest

    def _described(self, number: int, rep: Mets) -> str:
        values = self._contents.of_paper(number, self._package)
        data = described.simpledc(values, self._package, tt05.PAPER)
        where = f"{self._rep}/metadata/descriptive/EAD_doc_{self._contents.name_of(number)}.xml"
        return rep.describe(self._out.put(where, data))

    def _of_root(self, rep_mets: Entry) -> Entry:
        root = Mets("", self._package, self._flavour, self._at)
        here = self._root
        ead = self._put("metadata/descriptive/EAD.xml", described.simpledc(
            self._contents.of_file(self._package), self._package, tt05.FILE
        ))  # fmt: skip
        dmd = root.describe(ead, "OTHER" if self._aip and self._flavour == "eark" else "DC")
        kept = ""
        if self._aip:
            data = premis.of_package(self._objid, self._at, self._contents.software, [self._rep_id])
            kept = root.keep(self._put("metadata/preservation/PREMIS.xml", data))
        _, schemas = root.group(
            "Schemas", [self._put(f"schemas/{name}", data) for name, data in self._schemas()]
        )
        told = self._put("documentation/ho-so.xml", self._contents.described)
        _, documents = root.group("Documentation", [told])
        inside = Entry(rep_mets.name.removeprefix(f"{here}/"), rep_mets.sha256, rep_mets.size)
        group, [rep] = root.group("Representations/rep1", [inside])
        pointer = f'<mptr LOCTYPE="URL" xlink:type="simple" xlink:href="representations/rep1/METS.xml" xlink:title="{group}"/>'
        inner = division("Metadata", DMDID=dmd, ADMID=kept) + division("Schemas", pointers(schemas))
        inner += division("Documentation", pointers(documents))
        named = division("Representations/rep1", pointer)
        inner += named if self._flavour == "tt05" else division("Representations", pointers([rep]) + named)
        agents = self._software + ("" if self._flavour == "tt05" else self._archivist)
        title = self._contents.values["title"]
        data = root.written(
            self._objid, title, division(self._objid, inner), agents, self._contents.agreement
        )
        return self._out.put(f"{here}/METS.xml", data)

    def _put(self, name: str, data: bytes) -> Entry:
        """By its name from the root, as the root METS refers to it."""
        entry = self._out.put(f"{self._root}/{name}", data)
        return Entry(name, entry.sha256, entry.size)

    def _schemas(self):
        folder = Path(__file__).parent / "schemas"
        yield from ((name, (folder / name).read_bytes()) for name in SCHEMAS)
        levels = (("ead", self._package, tt05.FILE), ("ead_doc", self._package, tt05.PAPER))
        yield from ((f"{name}.xsd", described.schema(package, level)) for name, package, level in levels)
        yield from (
            (f"{name}.xsd", described.schema("SIP", level))
            for name, level in (("ead_pic", "anh"), ("ead_media", "am_thanh_hinh"))
        )
