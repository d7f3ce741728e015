"""PREMIS of an AIP: every object with its fixity, the act that made the package, and by what program. Its own schema (PREMIS 3.0)
could not be had, so it is not judged by one; objects say their kind as that schema does (`xsi:type`)."""

from collections.abc import Iterable
from datetime import datetime
from xml.sax.saxutils import escape

from casefiles.package.described import clean
from casefiles.package.mets import identifier, moment
from casefiles.package.zipping import Entry

NAMESPACE = "http://www.loc.gov/premis/v3"
# By the first bytes or the ending alone: what is claimed of a format is what was seen.
_PDF = {"1.4": "fmt/18", "1.5": "fmt/19", "1.6": "fmt/20", "1.7": "fmt/276", "2.0": "fmt/1129"}
_OTHERS = {
    ".jpg": "fmt/43",
    ".jpeg": "fmt/43",
    ".docx": "fmt/412",
    ".xlsx": "fmt/214",
    ".odt": "fmt/291",
    ".xml": "fmt/101",
}


def of_package(objid: str, at: datetime, program: tuple[str, str], sources: Iterable[str]) -> bytes:
    """`sources`: identifiers of the representations the package was made of."""
    whole = _object("intellectualEntity", objid, "")
    parts = "".join(_object("representation", one, "") for one in sources)
    event = _event(
        "information package creation", at, [(objid, "outcome"), *((one, "source") for one in sources)]
    )
    return _written(whole + parts, event, program)


def of_files(
    representation: str, files: Iterable[tuple[Entry, str, bytes]], at: datetime, program: tuple[str, str]
) -> bytes:
    """Of each: where it lies, what it was called in the office, and its first bytes."""
    objects, links = [_object("representation", representation, "")], [(representation, "outcome")]
    for entry, name, head in files:
        found = identifier()
        objects.append(_object("file", found, _characteristics(entry, name, head)))
        links.append((found, "source"))
    return _written("".join(objects), _event("fixity check", at, links), program)


def _characteristics(entry: Entry, name: str, head: bytes) -> str:
    version = head[5:8].decode("ascii", "replace") if head.startswith(b"%PDF-") else ""
    suffix = name[name.rfind(".") :].lower() if "." in name else ""
    label, key = (
        ("PDF", _PDF.get(version, ""))
        if version
        else (suffix.lstrip(".") or "unknown", _OTHERS.get(suffix, ""))
    )
    shown = f"<formatVersion>{escape(clean(version))}</formatVersion>" if version else ""
    registry = (
        f"<formatRegistry><formatRegistryName>PRONOM</formatRegistryName><formatRegistryKey>{key}</formatRegistryKey></formatRegistry>"
        if key
        else ""
    )
    return (
        "<objectCharacteristics><fixity><messageDigestAlgorithm>SHA-256</messageDigestAlgorithm>"
        f"<messageDigest>{entry.sha256.upper()}</messageDigest></fixity><size>{entry.size}</size><format><formatDesignation>"
        f"<formatName>{escape(label)}</formatName>{shown}</formatDesignation>{registry}</format></objectCharacteristics>"
        f"<originalName>{escape(clean(name))}</originalName>"
    )


def _object(kind: str, found: str, inner: str) -> str:
    return (
        f'<object xmlID="{identifier()}" xsi:type="{kind}"><objectIdentifier><objectIdentifierType>UUID</objectIdentifierType>'
        f"<objectIdentifierValue>{escape(found)}</objectIdentifierValue></objectIdentifier>{inner}</object>\n"
    )


def _event(kind: str, at: datetime, links: Iterable[tuple[str, str]]) -> str:
    linked = "".join(
        f"<linkingObjectIdentifier><linkingObjectIdentifierType>UUID</linkingObjectIdentifierType><linkingObjectIdentifierValue>"
        f"{escape(one)}</linkingObjectIdentifierValue><linkingObjectRole>{role}</linkingObjectRole></linkingObjectIdentifier>"
        for one, role in links
    )
    return (
        f"<event><eventIdentifier><eventIdentifierType>UUID</eventIdentifierType><eventIdentifierValue>{identifier()}"
        f"</eventIdentifierValue></eventIdentifier><eventType>{kind}</eventType><eventDateTime>{moment(at)}</eventDateTime>"
        "<eventOutcomeInformation><eventOutcome>success</eventOutcome></eventOutcomeInformation>{agent}"
        + f"{linked}</event>\n"
    )


def _written(objects: str, event: str, program: tuple[str, str]) -> bytes:
    found, (name, version) = identifier(), program
    linked = (
        "<linkingAgentIdentifier><linkingAgentIdentifierType>UUID</linkingAgentIdentifierType><linkingAgentIdentifierValue>"
        f"{found}</linkingAgentIdentifierValue><linkingAgentRole>executing program</linkingAgentRole></linkingAgentIdentifier>"
    )
    agent = (
        f"<agent><agentIdentifier><agentIdentifierType>UUID</agentIdentifierType><agentIdentifierValue>{found}</agentIdentifierValue>"
        f"</agentIdentifier><agentName>{escape(clean(name))}</agentName><agentType>software</agentType>"
        f"<agentVersion>{escape(version)}</agentVersion></agent>\n"
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<premis xmlns="{NAMESPACE}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        f'version="3.0">\n{objects}{event.replace("{agent}", linked)}{agent}</premis>\n'
    ).encode()
