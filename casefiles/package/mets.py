"""METS.xml of a package and of its one representation, as TT 05/2025/TT-BNV has it on E-ARK CSIP 2; `eark` where the outside
judge asks for more. References are relative to the folder of their own METS."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import PurePosixPath
from xml.sax.saxutils import escape, quoteattr

from casefiles.package.contents import media_type
from casefiles.package.described import clean
from casefiles.package.zipping import Entry

VIETNAM = timezone(timedelta(hours=7))
NAMESPACE = "http://www.loc.gov/METS/"
XLINK = "http://www.w3.org/1999/xlink"
CSIP = "https://DILCIS.eu/XML/METS/CSIPExtensionMETS"
_SIP = "https://DILCIS.eu/XML/METS/SIPExtensionMETS"
_OF_CSIP = "https://earkcsip.dilcis.eu/profile/E-ARK-CSIP.xml"
_OF_SIP = "https://earksip.dilcis.eu/profile/E-ARK-SIP.xml"
_OF_TT05_AIP = "http://www.ra.ee/METS/v01/IP.xml"


def moment(at: datetime) -> str:
    return at.astimezone(VIETNAM).isoformat(timespec="milliseconds")


def identifier(prefix: str = "uuid-") -> str:
    return prefix + str(uuid.uuid4()).upper()


def quoted(text: str) -> str:
    return quoteattr(clean(text))


def agent(role: str, kind: str, name: str, note: str, note_type: str, other: str = "") -> str:
    said = f' OTHERTYPE="{other}"' if other else ""
    return (
        f'    <agent ROLE="{role}" TYPE="{kind}"{said}><name>{escape(clean(name))}</name>'
        f'<note csip:NOTETYPE="{note_type}">{escape(clean(note))}</note></agent>\n'
    )


def division(label: str, inner: str = "", **attributes: str) -> str:
    said = "".join(f' {name}="{value}"' for name, value in attributes.items() if value)
    return f'<div ID="{identifier()}" LABEL={quoted(label)}{said}>{inner}</div>\n'


def pointers(files: list[str]) -> str:
    return "".join(f'<fptr FILEID="{one}"/>' for one in files)


@dataclass
class Mets:
    """One METS.xml, put together part by part. `folder` is where it lies in the package, "" of its root."""

    folder: str
    package: str
    flavour: str
    at: datetime
    described: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)

    def describe(self, entry: Entry, kind: str = "DC") -> str:
        found = identifier()
        self.described.append(
            f'  <dmdSec ID="{found}" CREATED="{moment(self.at)}" STATUS="CURRENT"><mdRef ID="{identifier()}" '
            f'{self._place(entry)} MDTYPE="{kind}" MDTYPEVERSION="1.0" {self._fixity(entry)}/></dmdSec>\n'
        )
        return found

    def keep(self, entry: Entry) -> str:
        """Its PREMIS."""
        found = identifier()
        self.kept.append(
            f'    <digiprovMD ID="{found}" STATUS="CURRENT"><mdRef ID="{identifier()}" {self._place(entry)} '
            f'MDTYPE="PREMIS" MDTYPEVERSION="3.0" {self._fixity(entry)}/></digiprovMD>\n'
        )
        return found

    def group(self, use: str, entries: list[Entry]) -> tuple[str, list[str]]:
        """The identifier of the group, and those of its files."""
        found, ids, files = identifier(), [], []
        for entry in entries:
            ids.append(identifier("ID-"))
            files.append(
                f'      <file ID="{ids[-1]}" {self._fixity(entry)}><FLocat {self._place(entry)}/></file>\n'
            )
        more = ""
        if self.flavour == "eark" and not self.folder:  # the judge's rule CSIP63 wants it of every group
            more = ' csip:CONTENTINFORMATIONTYPE="OTHER" csip:OTHERCONTENTINFORMATIONTYPE="TT05-2025-TT-BNV"'
        self.groups.append(f'    <fileGrp ID="{found}" USE="{use}"{more}>\n{"".join(files)}    </fileGrp>\n')
        return found, ids

    def written(self, objid: str, label: str, divisions: str, agents: str, agreement: str = "") -> bytes:
        up = "../../" if self.folder else ""
        places = (
            (NAMESPACE, "mets1_12.xsd"), (XLINK, "xlink.xsd"), (CSIP, "DILCISExtensionMETS.xsd"), (_SIP, "DILCISExtensionSIPMETS.xsd"),
        )  # fmt: skip
        schemas = " ".join(f"{space} {up}schemas/{name}" for space, name in places)
        also = (
            f'    <altRecordID TYPE="SUBMISSIONAGREEMENT">{escape(clean(agreement))}</altRecordID>\n'
            if agreement
            else ""
        )
        kept = f'  <amdSec ID="{identifier()}"/>\n'  # empty in a SIP, as in those the archives have
        if self.kept:
            kept = f'  <amdSec ID="{identifier()}">\n{"".join(self.kept)}  </amdSec>\n'
        now = moment(self.at)
        return f"""<?xml version="1.0" encoding="UTF-8"?>
<mets xmlns="{NAMESPACE}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xlink="{XLINK}" xmlns:csip="{CSIP}" xmlns:sip="{_SIP}" OBJID={quoted(objid)} LABEL={quoted(label)} TYPE="Mixed" csip:CONTENTINFORMATIONTYPE="MIXED" PROFILE="{self._profile()}" xsi:schemaLocation="{schemas}">
  <metsHdr CREATEDATE="{now}" LASTMODDATE="{now}" RECORDSTATUS="NEW" csip:OAISPACKAGETYPE="{self.package}">
{agents}{also}  </metsHdr>
{"".join(self.described)}{kept}  <fileSec ID="{identifier()}">
{"".join(self.groups)}  </fileSec>
  <structMap ID="{identifier()}" TYPE="PHYSICAL" LABEL="CSIP">
    {divisions}  </structMap>
</mets>
""".encode()

    def _profile(self) -> str:
        if self.folder:
            return _OF_CSIP
        if self.package == "AIP":
            return _OF_CSIP if self.flavour == "eark" else _OF_TT05_AIP
        return _OF_SIP if self.flavour == "eark" else _OF_CSIP

    def _place(self, entry: Entry) -> str:
        where = str(PurePosixPath(entry.name).relative_to(self.folder)) if self.folder else entry.name
        return f'LOCTYPE="URL" xlink:type="simple" xlink:href={quoted(where)}'

    def _fixity(self, entry: Entry) -> str:
        return (
            f'MIMETYPE="{media_type(entry.name)}" SIZE="{entry.size}" CREATED="{moment(self.at)}" '
            f'CHECKSUM="{entry.sha256.upper()}" CHECKSUMTYPE="SHA-256"'
        )
